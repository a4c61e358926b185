//! How good a scan was: its output against a truth file, and what simpler
//! methods reach on the same log.
//!
//! Every figure is defined once, where it is computed:
//!
//! | figure | defined in |
//! |---|---|
//! | recall at a false-positive rate, AUC, average precision, operating point | [`ranking`] |
//! | bootstrap interval over campaigns | [`interval`] |
//! | found, B-cubed, purity, fragmentation, merging | [`grouping`] |
//! | expected calibration error, reliability, share | [`calibration`] |
//! | false positives by crowd | [`crowds`] |
//! | the methods beside it | [`baselines`] |
//!
//! An account of the truth that the scan does not list counts as risk 0 in no
//! campaign; an account of the scan that the truth does not know is left out.
//! Both are counted in the report. No clock and no environment; the only
//! randomness is the bootstrap's, from a seed in [`Options`].

mod error;
mod roll;
pub mod truth;

pub mod scan;

pub mod calibration;
pub mod crowds;
pub mod grouping;
pub mod interval;
pub mod ranking;

pub mod baselines;

pub mod report;
mod table;

pub use error::EvalError;
pub use report::{Options, Report, compare, evaluate};
pub use roll::Roll;
pub use scan::{Scan, Scores};
pub use table::table;
pub use truth::Truth;
