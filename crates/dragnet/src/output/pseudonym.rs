//! Pseudonyms: the same person has the same one throughout a result, and
//! without the result's key nobody can tell whose it is, nor try names one by
//! one until a pseudonym matches.

use super::{Folder, KEY, Mode};
use anyhow::Context;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::io::Write;
use std::path::Path;

const KEY_BYTES: usize = 32;

/// Digits shown: at 2⁴⁰, two of a million accounts share a pseudonym with a
/// chance of one half, which a reader of samples never meets.
const SHOWN_BYTES: usize = 5;

/// Whether identifiers of people are shown as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Names {
    /// As pseudonyms.
    Hidden,
    /// As they are in the log.
    Revealed,
}

/// Turns identifiers into what may be shown.
pub(crate) struct Pseudonyms {
    key: [u8; KEY_BYTES],
    names: Names,
}

impl Pseudonyms {
    /// With a key of this run's own.
    pub(crate) fn fresh(names: Names) -> anyhow::Result<Self> {
        let mut key = [0; KEY_BYTES];
        getrandom::fill(&mut key).context("the system gives no random key for pseudonyms")?;
        Ok(Self { key, names })
    }

    /// With the key of a finished result.
    pub(crate) fn of(dir: &Path, names: Names) -> anyhow::Result<Self> {
        let path = dir.join(KEY);
        let text =
            std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let key = text
            .try_into()
            .ok()
            .with_context(|| format!("{} is damaged", path.display()))?;
        Ok(Self { key, names })
    }

    /// Leaves the key beside the result, for its owner only.
    pub(crate) fn write(&self, folder: &Folder) -> anyhow::Result<()> {
        let mut file = folder.file(KEY, Mode::Private)?;
        file.write_all(&self.key)?;
        file.finish()
    }

    /// Whether identifiers are shown as they are.
    pub(crate) fn names(&self) -> Names {
        self.names
    }

    /// What to show for `value`, an identifier of that `kind`.
    pub(crate) fn show(&self, kind: &str, value: &str) -> String {
        match self.names {
            Names::Revealed => value.to_owned(),
            Names::Hidden => self.hide(kind, value),
        }
    }

    fn hide(&self, kind: &str, value: &str) -> String {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&self.key).expect("HMAC takes a key of any length");
        // The kind goes in too: a handle that equals an account id must not
        // show that it does.
        mac.update(kind.as_bytes());
        mac.update(&[0]);
        mac.update(value.as_bytes());
        let digest = mac.finalize().into_bytes();
        let hex: String = digest[..SHOWN_BYTES]
            .iter()
            .map(|b| format!("{b:02x}"))
            .collect();
        format!("{kind}-{hex}")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_pseudonym_is_stable_under_one_key_only() {
        let (ours, theirs) = (
            Pseudonyms::fresh(Names::Hidden).unwrap(),
            Pseudonyms::fresh(Names::Hidden).unwrap(),
        );
        assert_eq!(ours.show("account", "u1"), ours.show("account", "u1"));
        assert_ne!(ours.show("account", "u1"), ours.show("account", "u2"));
        assert_ne!(
            ours.show("account", "u1")[8..],
            ours.show("device", "u1")[7..]
        );
        assert_ne!(ours.show("account", "u1"), theirs.show("account", "u1"));
        assert_eq!(ours.show("account", "u1").len(), "account-".len() + 10);
    }
}
