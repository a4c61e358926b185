//! Whether those who come from one place are alike: of the last sign-ups with the same
//! address, device, solver …, how many have what this one has, and how many would anyone
//! expect? The question of [`crate::cells`], asked of a few sign-ups as they come. How
//! much an answer tells differs from place to place, and is for the data to say.

use super::Knowledge;
use crate::cells::families::FAMILIES;
use crate::cells::tail::log_tail;
use signals::{Kind, Row};

/// A place and what is compared among those who come from it.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// The shared resource.
    pub resource: Kind,
    /// What they may have in common.
    pub behaviours: &'static [Kind],
}

/// All of them. Windows of time are no place: everyone comes from them.
pub fn places() -> impl Iterator<Item = Place> {
    let is_place = |resource: Kind| {
        !matches!(resource, Kind::TenMinutes | Kind::Hour) && !Kind::EXTRA.contains(&resource)
    };
    let families = FAMILIES.iter().filter(move |family| is_place(family.resource));
    families.map(|family| Place { resource: family.resource, behaviours: family.behaviours })
}

/// People of one place are a little alike for reasons of their own; this is what a scan
/// takes where its data do not say.
const DISPERSION: f64 = 0.5;

impl Knowledge {
    /// How surprising it is that, of `have` sign-ups with some value of `behaviour`, `same`
    /// have that of `row`: ln P(so many or more), and how many are expected.
    pub fn surprise(&self, behaviour: Kind, row: &Row, have: u8, same: u8) -> (f64, f64) {
        let expected = f64::from(have) * self.usual.rate(behaviour, row);
        (log_tail(u32::from(same), expected, DISPERSION), expected)
    }
}
