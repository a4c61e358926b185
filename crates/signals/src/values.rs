//! From hashes back to words: the texts behind the signals that a result cites.

use crate::table::{Hash, hash};
use crate::{Extractor, Kind};
use events::SignUp;
use std::collections::{BTreeMap, HashSet};

/// The texts of the wanted signal values, collected on a second reading.
#[derive(Clone, Debug, Default)]
pub struct Values {
    wanted: HashSet<(Kind, Hash)>,
    texts: BTreeMap<(Kind, Hash), String>,
}

impl Values {
    /// Will collect the texts of exactly these values.
    pub fn wanting(wanted: impl IntoIterator<Item = (Kind, Hash)>) -> Self {
        Self { wanted: wanted.into_iter().collect(), texts: BTreeMap::new() }
    }

    /// Looks at one sign-up of the second reading.
    pub fn visit(&mut self, extractor: &Extractor, signup: &SignUp) {
        if self.wanted.is_empty() {
            return;
        }
        extractor.each(signup, &mut |kind, text| {
            let key = (kind, hash(kind, text));
            if self.wanted.remove(&key) {
                self.texts.insert(key, text.to_owned());
            }
        });
    }

    /// The text of a value, if a visited sign-up had it.
    pub fn text(&self, kind: Kind, value: Hash) -> Option<&str> {
        self.texts.get(&(kind, value)).map(String::as_str)
    }
}

/// Whether `signup` has every one of these (kind, text) signals.
pub fn matches(extractor: &Extractor, signup: &SignUp, conditions: &[(String, String)]) -> bool {
    let mut met = vec![false; conditions.len()];
    extractor.each(signup, &mut |kind, text| {
        for (met, (name, value)) in met.iter_mut().zip(conditions) {
            *met |= name == kind.name() && value == text;
        }
    });
    met.iter().all(|met| *met)
}
