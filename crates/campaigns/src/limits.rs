//! What bounds a scan.

use crate::risk::Weighing;

/// Version of the rules: changes whenever the same input may give another result.
pub const RULE_VERSION: u32 = 1;

/// The bounds of a scan, each with its reason.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Smallest cell that can be evidence, and smallest campaign: two alike
    /// sign-ups happen by chance everywhere.
    pub accounts_min: u32,
    /// Smallest lift of a cell; see [`crate::cells::Floor::lift_min`].
    pub lift_min: f64,
    /// Share of cells that may be there by chance.
    pub false_discovery_rate: f64,
    /// How evidence is weighed.
    pub weighing: Weighing,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            accounts_min: 3,
            lift_min: 2.0,
            false_discovery_rate: 0.001,
            weighing: Weighing::default(),
        }
    }
}

/// From this risk on an account is shown as a factory's.
pub const RISK_MIN: f32 = 0.5;
