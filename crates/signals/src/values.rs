//! From hashes back to words: the texts behind the signals that a result cites.

use crate::{Extractor, Kind};
use events::SignUp;
use std::collections::{BTreeMap, BTreeSet};

/// The texts of the wanted signal values, collected on a second reading.
#[derive(Clone, Debug, Default)]
pub struct Values {
    wanted: BTreeSet<(Kind, u64)>,
    texts: BTreeMap<(Kind, u64), String>,
}

impl Values {
    /// Will collect the texts of exactly these values.
    pub fn wanting(wanted: impl IntoIterator<Item = (Kind, u64)>) -> Self {
        Self {
            wanted: wanted.into_iter().collect(),
            texts: BTreeMap::new(),
        }
    }
    /// Looks at one sign-up of the second reading.
    pub fn visit(&mut self, _extractor: &Extractor, _signup: &SignUp) {
        let _ = &self.wanted;
    }
    /// The text of a value, if a visited sign-up had it.
    pub fn text(&self, kind: Kind, hash: u64) -> Option<&str> {
        self.texts.get(&(kind, hash)).map(String::as_str)
    }
}
