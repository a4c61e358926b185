//! Logs too large to be looked at at once. Time is cut into windows of at most a million
//! sign-ups or so ([`cut`]); each is read and searched by itself ([`look`]), as many at
//! a time as memory and cores allow ([`run`]); what each leaves is kept until the
//! whole is done, so that a run that was stopped goes on ([`state`], [`part`]). From
//! all windows a sample is drawn ([`sample`]), on which campaigns are put together
//! across windows ([`join`]).

mod cut;
mod join;
mod look;
mod part;
mod run;
mod sample;
mod state;

#[cfg(feature = "cluster")]
pub(crate) use cut::name;
pub(crate) use cut::{Window, cut};
pub(crate) use join::{Joined, Listed};
pub(crate) use look::Task;
pub(crate) use part::{Facts, facts};
pub(crate) use run::{Outlook, run};
pub(crate) use sample::{Drawn, NAME as SAMPLE_LOG, Quota, draw};
pub(crate) use state::{Fingerprint, State};

/// Sign-ups of a window, where the user does not say: campaigns of days and weeks show
/// in so many, and the columns of a window stay in a processor's cache, where twice as
/// many would not.
pub(crate) const WINDOW_ROWS: u64 = 1_000_000;

/// Memory that a sign-up of a window takes while campaigns are looked for, in bytes:
/// measured with all 21 columns, rounded up.
pub(crate) const BYTES_PER_ROW: u64 = 1_000;
