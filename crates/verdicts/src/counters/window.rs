//! The stretches of time that are counted over.

use std::fmt;
use std::str::FromStr;

/// A stretch of time that ends now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Window {
    /// One minute: a script without pauses.
    Minute,
    /// Ten minutes: what web application firewalls count over.
    TenMinutes,
    /// One hour.
    Hour,
    /// A day.
    Day,
    /// A week: slow drips.
    Week,
}

impl Window {
    /// All of them, the shortest first.
    pub const ALL: [Self; 5] = [Self::Minute, Self::TenMinutes, Self::Hour, Self::Day, Self::Week];

    /// Its length.
    pub const fn seconds(self) -> u32 {
        match self {
            Self::Minute => 60,
            Self::TenMinutes => 600,
            Self::Hour => 3_600,
            Self::Day => 86_400,
            Self::Week => 604_800,
        }
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Minute => "1m",
            Self::TenMinutes => "10m",
            Self::Hour => "1h",
            Self::Day => "24h",
            Self::Week => "7d",
        })
    }
}

/// It is none that is counted over.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is none of 1m, 10m, 1h, 24h, 7d")]
pub struct NoWindow(pub String);

impl FromStr for Window {
    type Err = NoWindow;

    fn from_str(text: &str) -> Result<Self, NoWindow> {
        let found = Self::ALL.into_iter().find(|window| window.to_string() == text);
        found.ok_or_else(|| NoWindow(text.to_owned()))
    }
}
