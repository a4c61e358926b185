//! The inputs are read twice: first for the signals, then, once it is known
//! which matter, for the words and sign-ups behind what was found. Neither
//! reading holds more than a few chunks.

mod companions;
mod digest;
mod first;
mod harm;
mod input;
mod labels;
mod ordered;
mod plan;
mod second;
mod seen;
mod spool;
mod steps;
mod stored;
mod whole;

#[cfg(test)]
mod changed;

pub(crate) use companions::{Beside, Outlets};
pub(crate) use first::{First, Sinks, read_first};
pub(crate) use harm::{Harms, Roll};
#[cfg(feature = "cluster")]
pub(crate) use input::Sent;
pub(crate) use input::{Input, Need};
pub(crate) use labels::Labelled;
pub(crate) use plan::Plan;
pub(crate) use second::{Again, Pass, Want, read_second};
pub(crate) use spool::Spool;
pub(crate) use stored::{Days, Digested, Storing, read_rows};
pub(crate) use whole::{Whole, read_whole};
