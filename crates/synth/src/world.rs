//! What is asked of a synthetic world: size, prevalence, days, ladder, crowds.
//! Everything else (countries, habits, actors, kits) is drawn from the seed.

use crate::crowds;
use crate::dice::{Dice, hash_text};
use serde::Serialize;
use std::collections::BTreeMap;

/// More rows than any log that one machine scans; members are 32-bit numbers.
pub const ROWS_MAX: u64 = 1 << 30;
/// Above so many rows a platform has more factories and crowds, not larger ones:
/// sizes stay as they are here.
const SIZES_GROW_TO: u64 = 10_000_000;
/// A platform half of which is not even fraud is no platform to hide in.
pub const FRAUD_MAX: f64 = 0.95;
/// Longer logs would outlive the tables of browser versions by more than a year.
pub const DAYS_MAX: u32 = 366;
/// The highest level of evasion.
pub const LEVEL_MAX: u8 = 5;

/// A request for a world. Two equal requests stand for the same bytes.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct World {
    /// Names the world.
    pub seed: u64,
    /// Sign-ups, honest and fraudulent together.
    pub rows: u64,
    /// Share of sign-ups made by factories, 0 to [`FRAUD_MAX`].
    pub fraud: f64,
    /// Days that the log covers.
    pub days: u32,
    /// Evasion levels, each given the same number of accounts.
    pub levels: Vec<u8>,
    /// Scales every benign crowd.
    pub crowds: f64,
    /// Share of all sign-ups by crowd name, in place of the usual one.
    pub shares: BTreeMap<String, f64>,
}

/// Why a world cannot be made.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum WorldError {
    /// No rows, or more than [`ROWS_MAX`].
    #[error("rows must be 1 to {ROWS_MAX}, not {0}")]
    Rows(u64),
    /// Not a share, or above [`FRAUD_MAX`].
    #[error("the fraud share must be 0 to {FRAUD_MAX}, not {0}")]
    Fraud(f64),
    /// No days, or more than [`DAYS_MAX`].
    #[error("days must be 1 to {DAYS_MAX}, not {0}")]
    Days(u32),
    /// More waves of so many days than [`DAYS_MAX`] has room for.
    #[error(
        "wave {number} of {days} days each ends after day {DAYS_MAX}, which is as long as a log may be: give fewer rounds or fewer days"
    )]
    Waves {
        /// Number of the wave; the first is 0.
        number: u32,
        /// Days of each.
        days: u32,
    },
    /// Fraud without a level to make it at, or a level off the ladder.
    #[error("levels must be a list from 0 to {LEVEL_MAX}, such as 0,1,2")]
    Levels,
    /// A negative or endless scale.
    #[error("crowds must be 0 to 8, not {0}")]
    Crowds(f64),
    /// A share for a crowd that does not exist, or not a share.
    #[error("no share for crowd `{0}`: give name=share with one of {names}", names = crowds::names().join(", "))]
    Share(String),
    /// More crowds and fraud than rows.
    #[error("crowds ({crowds:.2}) and fraud ({fraud:.2}) together leave no ordinary people")]
    NoPeople {
        /// Share of all crowds.
        crowds: f64,
        /// Share of fraud.
        fraud: f64,
    },
}

impl World {
    /// A usual world: 10 % fraud over 14 days, all levels alike.
    pub fn new(seed: u64, rows: u64) -> Self {
        Self {
            seed,
            rows,
            fraud: 0.1,
            days: 14,
            levels: (0..=LEVEL_MAX).collect(),
            crowds: 1.0,
            shares: BTreeMap::new(),
        }
    }

    /// The same with no fraud at all.
    pub fn null(seed: u64, rows: u64) -> Self {
        Self { fraud: 0.0, ..Self::new(seed, rows) }
    }

    /// A world whose days, prevalence, ladder and crowds are drawn as well:
    /// what a detector is trained or judged on over many seeds.
    pub fn wild(seed: u64, rows: u64) -> Self {
        let dice = &mut Dice::new(&[seed, hash_text("wild")]);
        let mut levels: Vec<u8> = (0..=LEVEL_MAX).filter(|_| dice.chance(0.75)).collect();
        if levels.is_empty() {
            levels = (0..=LEVEL_MAX).collect();
        }
        let exponent = dice.between(libm::log(0.001), libm::log(0.6));
        Self {
            fraud: libm::exp(exponent),
            days: dice.log_normal(10.0, 0.9).clamp(1.0, 60.0) as u32,
            levels,
            crowds: dice.log_normal(1.0, 0.45).clamp(0.2, 2.2),
            ..Self::new(seed, rows)
        }
    }

    /// A named world; none if the name is unknown. The names are [`PRESETS`].
    pub fn preset(name: &str, seed: u64, rows: u64) -> Option<Self> {
        let usual = Self::new(seed, rows);
        Some(match name {
            "demo" => usual,
            "null" => Self::null(seed, rows),
            "wild" => Self::wild(seed, rows),
            "easy" => Self { levels: vec![0, 1, 2], ..usual },
            "hard" => Self { levels: vec![3, 4, 5], days: 30, ..usual },
            "flood" => Self { fraud: 0.6, days: 3, ..usual },
            "rare" => Self { fraud: 0.002, ..usual },
            "crowds" => Self { crowds: 3.0, fraud: 0.03, ..usual },
            _ => return None,
        })
    }

    /// How many platforms of ten million it would make; 1 up to there.
    pub(crate) fn breadth(&self) -> f64 {
        self.rows.max(SIZES_GROW_TO) as f64 / SIZES_GROW_TO as f64
    }

    /// Checks the request.
    pub fn check(&self) -> Result<(), WorldError> {
        if !(1..=ROWS_MAX).contains(&self.rows) {
            return Err(WorldError::Rows(self.rows));
        }
        if !(0.0..=FRAUD_MAX).contains(&self.fraud) {
            return Err(WorldError::Fraud(self.fraud));
        }
        if !(1..=DAYS_MAX).contains(&self.days) {
            return Err(WorldError::Days(self.days));
        }
        if self.levels.iter().any(|&level| level > LEVEL_MAX)
            || (self.levels.is_empty() && self.fraud > 0.0)
        {
            return Err(WorldError::Levels);
        }
        if !(0.0..=8.0).contains(&self.crowds) {
            return Err(WorldError::Crowds(self.crowds));
        }
        for (name, share) in &self.shares {
            if !crowds::names().contains(&name.as_str()) || !(0.0..=1.0).contains(share) {
                return Err(WorldError::Share(name.clone()));
            }
        }
        let crowds = crowds::share_sum(self);
        if crowds + self.fraud > 1.0 {
            return Err(WorldError::NoPeople { crowds, fraud: self.fraud });
        }
        Ok(())
    }
}

/// Names that [`World::preset`] knows, with what they are for.
pub const PRESETS: &[(&str, &str)] = &[
    ("demo", "10 % fraud, all levels, two weeks"),
    ("null", "no fraud: every alarm is false"),
    ("wild", "prevalence, days, levels and crowds drawn from the seed"),
    ("easy", "levels 0 to 2"),
    ("hard", "levels 3 to 5 over a month"),
    ("flood", "60 % fraud in three days"),
    ("rare", "0.2 % fraud"),
    ("crowds", "three times the benign crowds, 3 % fraud"),
];
