//! Pseudonyms: the same person has the same one throughout a result, and
//! without the result's key nobody can tell whose it is, nor try names one by
//! one until a pseudonym matches.

use super::{Folder, KEY, Mode};
use anyhow::Context;
use campaigns::reasons::rule_words;
use campaigns::{Campaign, Reason};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use signals::Kind;
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
        let key = text.try_into().ok().with_context(|| format!("{} is damaged", path.display()))?;
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

    /// A campaign whose conditions name no person and no device.
    pub(crate) fn campaign(&self, mut campaign: Campaign) -> Campaign {
        campaign.reasons = campaign.reasons.into_iter().map(|reason| self.reason(reason)).collect();
        if let Some(signature) = &mut campaign.signature {
            self.conditions(&mut signature.conditions);
            // The words of a rule are its conditions, values and all.
            let kinds = signature.conditions.iter();
            let kinds = kinds.filter_map(|(kind, value)| Some((Kind::parse(kind)?, value.clone())));
            signature.words = rule_words(&kinds.collect::<Vec<_>>());
        }
        campaign
    }

    /// A reason whose conditions name no person and no device; its words do
    /// not in the first place.
    pub(crate) fn reason(&self, mut reason: Reason) -> Reason {
        self.conditions(&mut reason.conditions);
        reason
    }

    fn conditions(&self, conditions: &mut [(String, String)]) {
        for (kind, value) in conditions {
            if Kind::parse(kind).is_some_and(Kind::is_personal) {
                *value = self.show(kind, value);
            }
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
        let hex: String = digest[..SHOWN_BYTES].iter().map(|b| format!("{b:02x}")).collect();
        format!("{kind}-{hex}")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_pseudonym_is_stable_under_one_key_only() {
        let (ours, theirs) =
            (Pseudonyms::fresh(Names::Hidden).unwrap(), Pseudonyms::fresh(Names::Hidden).unwrap());
        assert_eq!(ours.show("account", "u1"), ours.show("account", "u1"));
        assert_ne!(ours.show("account", "u1"), ours.show("account", "u2"));
        assert_ne!(ours.show("account", "u1")[8..], ours.show("device", "u1")[7..]);
        assert_ne!(ours.show("account", "u1"), theirs.show("account", "u1"));
        assert_eq!(ours.show("account", "u1").len(), "account-".len() + 10);
    }

    #[test]
    fn a_rule_on_one_device_names_it_only_when_revealed() {
        use crate::terminal::campaigns::tests::campaign;
        let mut found = campaign("C-1", campaigns::Kind::Factory, 9, 0.9);
        let condition = || ("device".to_owned(), "secret".to_owned());
        found.reasons[0].conditions = vec![condition()];
        found.signature.as_mut().unwrap().conditions = vec![condition()];
        let hidden = Pseudonyms::fresh(Names::Hidden).unwrap().campaign(found.clone());
        assert!(!format!("{hidden:?}").contains("secret"), "{hidden:?}");
        let revealed = Pseudonyms::fresh(Names::Revealed).unwrap().campaign(found);
        assert_eq!(revealed.signature.unwrap().words, "device is secret");
    }
}
