//! Windows that are looked at by other machines. A job ([`job`]) says all that a
//! machine needs to look at one window; what it leaves there comes back as one
//! blob ([`archive`]) and is put where a window looked at here would be ([`run`]).
//! An executor does jobs as long as it has memory for them ([`host`]).

mod archive;
mod host;
mod job;
mod run;

pub(crate) use host::Host;
pub(crate) use run::{Afar, run};
