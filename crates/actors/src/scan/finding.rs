//! A scan's result as it is written: `run.json`, and a campaign a line in
//! `campaigns.jsonl`.

use crate::import::{Maker, Place};
use serde::Deserialize;
use std::collections::BTreeMap;
use stix::Timestamp;

/// Of `run.json`, what is needed here.
#[derive(Deserialize)]
pub(super) struct Run {
    #[serde(default)]
    pub(super) rule_version: u32,
    started: Option<String>,
    options: Option<RunOptions>,
}

#[derive(Deserialize)]
struct RunOptions {
    now: Option<String>,
}

impl Run {
    /// The time that the scan took for its own.
    pub(super) fn now(&self) -> Option<Timestamp> {
        let now = self.options.as_ref().and_then(|options| options.now.as_ref());
        now.or(self.started.as_ref())?.parse().ok()
    }
}

#[derive(Deserialize)]
pub(super) struct Campaign {
    pub(super) id: String,
    #[serde(default)]
    pub(super) aliases: Vec<String>,
    pub(super) kind: String,
    pub(super) accounts: u64,
    pub(super) first_ms: i64,
    pub(super) last_ms: i64,
    pub(super) risk: f64,
    #[serde(default)]
    pub(super) reasons: Vec<Reason>,
    pub(super) signature: Option<Signature>,
    before: Option<Before>,
    pub(super) actor: Option<Actor>,
    pub(super) captcha_defeat: Option<Defeat>,
    harm: Option<Harm>,
}

#[derive(Deserialize)]
pub(super) struct Reason {
    pub(super) words: String,
    #[serde(default)]
    pub(super) conditions: Vec<(String, String)>,
}

#[derive(Deserialize)]
pub(super) struct Signature {
    pub(super) conditions: Vec<(String, String)>,
    pub(super) words: String,
    pub(super) hits: u64,
    pub(super) false_hits: u64,
    pub(super) background: u64,
    pub(super) version: u32,
}

#[derive(Deserialize)]
struct Before {
    first_ms: i64,
}

#[derive(Deserialize)]
pub(super) struct Actor {
    pub(super) id: String,
    #[serde(default)]
    pub(super) links: Vec<Link>,
}

#[derive(Deserialize)]
pub(super) struct Link {
    pub(super) campaign: String,
    pub(super) grade: Grade,
    #[serde(default)]
    pub(super) ties: Vec<Tie>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Grade {
    Strong,
    Moderate,
}

#[derive(Deserialize)]
pub(super) struct Tie {
    pub(super) words: String,
}

#[derive(Deserialize)]
pub(super) struct Defeat {
    pub(super) technique: String,
    #[serde(default)]
    evidence: Vec<Evidence>,
    solver_family: Option<String>,
}

#[derive(Deserialize)]
struct Evidence {
    words: String,
}

#[derive(Deserialize)]
struct Harm {
    #[serde(default)]
    by_kind: BTreeMap<String, u64>,
    #[serde(default)]
    accounts: u64,
}

impl Campaign {
    /// When its first account was opened, in this scan or before.
    pub(super) fn first_ever_ms(&self) -> i64 {
        self.before.as_ref().map_or(self.first_ms, |before| before.first_ms.min(self.first_ms))
    }

    /// It in sentences: how many, why, how challenges were got past, what came of it.
    pub(super) fn words(&self) -> String {
        let mut lines = vec![format!("{} accounts.", self.accounts)];
        lines.extend(self.reasons.iter().map(|reason| format!("{}.", reason.words)));
        if let Some(defeat) = &self.captcha_defeat {
            lines.extend(defeat.evidence.iter().map(|evidence| format!("{}.", evidence.words)));
            let family = defeat.solver_family.as_ref();
            lines.extend(family.map(|family| format!("Solved like {family}.")));
        }
        if let Some(harm) = &self.harm {
            let kinds: Vec<_> =
                harm.by_kind.iter().map(|(kind, count)| format!("{kind} {count}")).collect();
            lines.push(format!("{} accounts did harm later: {}.", harm.accounts, kinds.join(", ")));
        }
        lines.join("\n")
    }

    /// All conditions that its evidence stands on, each once.
    pub(super) fn conditions(&self) -> Vec<&(String, String)> {
        let of_reasons = self.reasons.iter().flat_map(|reason| &reason.conditions);
        let of_signature = self.signature.iter().flat_map(|signature| &signature.conditions);
        let mut all: Vec<_> = of_reasons.chain(of_signature).collect();
        all.sort();
        all.dedup();
        all
    }
}

/// Campaigns with the lines that they stand in.
pub(super) fn read(text: &[u8], maker: &mut Maker<'_>) -> Vec<(u64, Campaign)> {
    let mut found: Vec<(u64, Campaign)> = Vec::new();
    for (at, line) in text.split(|byte| *byte == b'\n').enumerate() {
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let number = at as u64 + 1;
        let text = String::from_utf8_lossy(line).into_owned();
        maker.place = Place { line: number, field: "campaign".to_owned(), text };
        match serde_json::from_slice::<Campaign>(line) {
            Ok(campaign) if found.iter().any(|(_, known)| known.id == campaign.id) => {
                maker.reject("a campaign with this id stands above");
            }
            Ok(campaign) => found.push((number, campaign)),
            Err(why) => maker.reject(&why.to_string()),
        }
    }
    found
}
