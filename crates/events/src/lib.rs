//! IN: the sign-up record, its readers, its normalisation, its reference tables.
//! No clock, no network, no I/O beyond the readers handed in. Whoever parses
//! gets back what was accepted *and* what was rejected.

pub mod columns;
pub mod companion;
pub mod email;
pub mod identity;
pub mod ip;
pub mod name;
pub mod phone;
pub mod place;
pub mod read;
pub mod reference;
pub mod signup;
mod sorted;
pub mod time;
pub mod user_agent;

pub use companion::{Harm, HarmKind, Label, LabelKind};
pub use email::Email;
pub use identity::{AccountId, Country, Handle, PersonName, Token};
pub use phone::Phone;
pub use place::{Place, Rejected, Scope};
pub use signup::{Captcha, NetworkKind, SignUp};
pub use user_agent::UserAgent;
