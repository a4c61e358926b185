//! The kinds of signals, each with its words for people.

/// A kind of signal: what `kind=value` says about a sign-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// The IP address.
    Ip,
}

impl Kind {
    /// Stable short name, used in files and rules.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Ip => "ip",
        }
    }
}
