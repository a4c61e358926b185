//! Intelligence at the command line: what is read, where it is kept, who changes it.

mod desk;
mod find;
pub(crate) mod policy;
pub(crate) mod text;
mod time;
mod tls;
pub(crate) mod valid;

pub(crate) use desk::{Desk, DeskArgs, WhoArgs, us};
pub(crate) use find::find;
pub(crate) use policy::{PolicyArgs, WantedArgs, parse_tlp as tlp, select};
pub(crate) use time::{since, timestamp};
pub(crate) use tls::provide as provide_tls;
