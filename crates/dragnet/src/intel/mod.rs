//! Intelligence at the command line: what is read, where it is kept, who changes it.

mod desk;
pub(crate) mod text;
mod time;

pub(crate) use desk::{Desk, DeskArgs, US, WhoArgs};
pub(crate) use time::{since, timestamp};
