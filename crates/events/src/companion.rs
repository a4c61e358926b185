//! What stands beside a sign-up log: what accounts did later ([`Harm`]) and what
//! somebody found out about them ([`Label`]). Neither is ever a signal.
//!
//! Both are tables in which one column names the account. A companion says which
//! columns it has and how a row of them becomes a record; opening, formats and
//! bad rows are [`crate::read`]'s, as for sign-ups.

mod field;
mod harm;
mod label;

pub use field::{Field, Need};
pub use harm::{Harm, HarmKind};
pub use label::{Label, LabelKind};

pub(crate) use field::Fields;

use crate::read::Cells;

/// A record of a table beside the sign-ups.
pub trait Companion: Sized {
    /// Its columns; [`Cells`] are asked for by their place in here.
    const FIELDS: &'static [Field];

    /// The record of a row; the error says which column spoils it, and why.
    fn parse(cells: &mut Cells<'_, '_>) -> Result<Self, (&'static Field, &'static str)>;
}
