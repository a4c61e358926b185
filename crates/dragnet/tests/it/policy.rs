//! Policies: checked, shown, tried on history.

mod checked;
mod replayed;
