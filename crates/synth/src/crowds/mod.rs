//! Benign crowds: honest people who look like a factory in one respect or more.
//! One file a crowd, registered in one list. A detector that flags them is wrong.

mod alias_user;
mod campus;
mod classroom;
mod conference;
mod family;
mod kiosk;
mod migration;
mod mobile_cgnat;
mod ngo_campaign;
mod office_onboarding;
mod privacy_relay;
mod public_wifi;
mod qa_team;
mod viral_day;

use crate::dice::{Dice, hash_text};
use crate::plan::Source;
use crate::platform::Platform;
use crate::world::World;

/// One kind of crowd.
pub(crate) struct Crowd {
    pub(crate) name: &'static str,
    /// Usual share of all sign-ups.
    share: f64,
    size: Size,
    make: fn(&Platform, &mut Dice, u32) -> Box<dyn Source>,
}

/// How large one crowd of its kind is.
struct Size {
    least: f64,
    median: f64,
    /// Added to the median: a share of all rows, for crowds that grow with the platform.
    of_rows: f64,
    sigma: f64,
}

const fn size(least: f64, median: f64, of_rows: f64, sigma: f64) -> Size {
    Size { least, median, of_rows, sigma }
}

const CROWDS: &[Crowd] = &[
    Crowd {
        name: "mobile_cgnat",
        share: 0.03,
        size: size(120.0, 150.0, 0.004, 0.6),
        make: mobile_cgnat::make,
    },
    Crowd {
        name: "campus",
        share: 0.012,
        size: size(40.0, 160.0, 0.0006, 0.7),
        make: campus::make,
    },
    Crowd {
        name: "office_onboarding",
        share: 0.006,
        size: size(8.0, 35.0, 0.00004, 0.8),
        make: office_onboarding::make,
    },
    Crowd {
        name: "viral_day",
        share: 0.025,
        size: size(60.0, 120.0, 0.006, 0.7),
        make: viral_day::make,
    },
    Crowd {
        name: "public_wifi",
        share: 0.006,
        size: size(6.0, 30.0, 0.0, 0.8),
        make: public_wifi::make,
    },
    Crowd {
        name: "privacy_relay",
        share: 0.01,
        size: size(1.0, 1.0, 1.0, 0.0),
        make: privacy_relay::make,
    },
    Crowd { name: "family", share: 0.015, size: size(2.0, 1.0, 1.0, 0.0), make: family::make },
    Crowd { name: "kiosk", share: 0.004, size: size(8.0, 40.0, 0.0, 0.7), make: kiosk::make },
    Crowd { name: "qa_team", share: 0.002, size: size(10.0, 40.0, 0.0, 0.8), make: qa_team::make },
    Crowd {
        name: "alias_user",
        share: 0.003,
        size: size(3.0, 1.0, 1.0, 0.0),
        make: alias_user::make,
    },
    Crowd {
        name: "classroom",
        share: 0.004,
        size: size(18.0, 27.0, 0.0, 0.15),
        make: classroom::make,
    },
    Crowd {
        name: "migration",
        share: 0.01,
        size: size(60.0, 200.0, 0.003, 0.6),
        make: migration::make,
    },
    Crowd {
        name: "ngo_campaign",
        share: 0.004,
        size: size(30.0, 90.0, 0.0, 0.7),
        make: ngo_campaign::make,
    },
    Crowd {
        name: "conference",
        share: 0.004,
        size: size(30.0, 110.0, 0.0, 0.6),
        make: conference::make,
    },
];

/// Names of all crowds.
pub(crate) fn names() -> Vec<&'static str> {
    CROWDS.iter().map(|crowd| crowd.name).collect()
}

impl Crowd {
    fn asked(&self, world: &World) -> f64 {
        world.shares.get(self.name).copied().unwrap_or(self.share * world.crowds)
    }

    /// The share in one world: as asked where it was, else about the usual.
    fn drawn(&self, world: &World, dice: &mut Dice) -> f64 {
        let bend = dice.log_normal(1.0, 0.2);
        if world.shares.contains_key(self.name) {
            self.asked(world)
        } else {
            self.asked(world) * bend
        }
    }
}

/// What crowds are asked to take of all rows.
pub(crate) fn share_sum(world: &World) -> f64 {
    CROWDS.iter().map(|crowd| crowd.asked(world)).sum()
}

/// All crowds of a world, within `most` rows.
pub(crate) fn plan(p: &Platform, world: &World, most: u64) -> Vec<Box<dyn Source>> {
    let mut sources = Vec::new();
    let mut left = most;
    for crowd in CROWDS {
        let dice = &mut Dice::new(&[p.people, 91, hash_text(crowd.name)]);
        let budget = ((p.rows * crowd.drawn(world, dice)) as u64).min(left);
        left -= fill(p, crowd, dice, budget, left, &mut sources);
    }
    sources
}

/// Crowds of one kind until the budget is used; returns the rows taken.
fn fill(
    p: &Platform,
    crowd: &Crowd,
    dice: &mut Dice,
    budget: u64,
    most: u64,
    sources: &mut Vec<Box<dyn Source>>,
) -> u64 {
    let mut taken = 0;
    while taken < budget {
        let rest = budget - taken;
        let least = crowd.size.least as u64;
        let median = crowd.size.median + crowd.size.of_rows * p.rows / p.breadth;
        let drawn = dice.log_normal(median, crowd.size.sigma) as u64;
        // A small world has a crowd or has none: never a tenth of a classroom.
        if rest < least && (taken > 0 || !dice.chance(rest as f64 / least as f64) || most < least) {
            break;
        }
        let size = drawn.max(least).min(rest.max(least));
        sources.push((crowd.make)(p, dice, size as u32));
        taken += size;
    }
    taken
}
