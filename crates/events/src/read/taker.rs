//! Who takes the sign-ups of a chunk, one by one, and which of them it wants.
//! A sign-up is a dozen allocations: one that is dropped before the next comes
//! costs a fraction of one that is kept, and one not wanted costs nothing.

use crate::{Rejected, SignUp};
use std::collections::BTreeMap;

/// Takes sign-ups.
pub trait Taker {
    /// Asked once for each row that is accepted, in order.
    fn wants(&mut self, account_id: &str) -> Wanted {
        let _ = account_id;
        Wanted::Whole
    }

    /// Takes the sign-up that was last asked for.
    fn take(&mut self, signup: SignUp);
}

/// What is wanted of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// The sign-up.
    Whole,
    /// Nothing: its other fields are not looked at.
    Nothing,
}

/// What a chunk gave besides its sign-ups.
#[derive(Clone, Debug, Default)]
pub struct Aside {
    /// Rows and fields that were set aside, in their order.
    pub rejected: Vec<Rejected>,
    /// Rows seen: those accepted and those rejected.
    pub rows: u64,
    /// Rows outside of the time asked for.
    pub outside: u64,
    /// Values that are not kept, by the name of their column: it first turned
    /// up after the head, and the record does not know it (JSON and XML only).
    pub late: BTreeMap<String, u64>,
}

impl Taker for Vec<SignUp> {
    fn take(&mut self, signup: SignUp) {
        self.push(signup);
    }
}
