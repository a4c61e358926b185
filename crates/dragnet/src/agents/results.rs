//! What scans found: their campaigns, and why accounts were flagged.

use super::Refused;
use crate::commands::explain;
use crate::config::{Explain, Output};
use crate::output::campaigns;
use crate::output::pseudonym::Names;
use crate::output::run::Run;
use ::campaigns::Campaign;
use serde_json::{Value, json};
use std::path::PathBuf;

/// Results of scans, the newest last.
pub(crate) struct Results {
    dirs: Vec<PathBuf>,
}

impl Results {
    /// Those in these folders.
    pub(crate) fn of(dirs: Vec<PathBuf>) -> Self {
        Self { dirs }
    }

    /// Campaigns that fit what is asked for, riskiest first within each result.
    pub(super) fn search(
        &self,
        text: &str,
        risk_min: f64,
        names: Names,
    ) -> Result<Vec<Value>, Refused> {
        let mut found = Vec::new();
        for (at, dir) in self.dirs(names)?.iter().enumerate() {
            for campaign in campaigns::read(dir)? {
                if campaign.risk >= risk_min && fits(&campaign, text)? {
                    found.push(in_short(at, &campaign));
                }
            }
        }
        Ok(found)
    }

    /// What a campaign is, or why an account was flagged; of the newest result that knows it.
    pub(super) fn explain(
        &self,
        subject: &str,
        names: Names,
        limit: usize,
    ) -> Result<Value, Refused> {
        for dir in self.dirs(names)?.iter().rev() {
            let asked = Explain {
                dir: dir.clone(),
                subject: subject.to_owned(),
                names,
                limit,
                show: Output::Json,
            };
            if let Ok(explanation) = explain::explanation(&asked) {
                return Ok(serde_json::to_value(explanation)?);
            }
        }
        // What comes close would name accounts.
        Err(Refused::of("no result has an account or a campaign of this id"))
    }

    /// Those that may be seen: one in which identifiers stand as they are is not for whoever
    /// sees pseudonyms.
    fn dirs(&self, names: Names) -> Result<&[PathBuf], Refused> {
        if self.dirs.is_empty() {
            let words = "no result of a scan is given: start `dragnet mcp` with --result DIR";
            return Err(Refused::of(words));
        }
        for dir in self.dirs.iter().filter(|_| names == Names::Hidden) {
            if Run::read(dir)?.options.get("reveal") == Some(&Value::Bool(true)) {
                let words = "a result was made with --reveal, and is not for a viewer";
                return Err(Refused::of(words));
            }
        }
        Ok(&self.dirs)
    }
}

/// Whether a text is in anything that is said of a campaign.
fn fits(campaign: &Campaign, text: &str) -> Result<bool, Refused> {
    let said = serde_json::to_string(campaign)?;
    Ok(text.is_empty() || said.to_lowercase().contains(&text.to_lowercase()))
}

fn in_short(result: usize, campaign: &Campaign) -> Value {
    json!({
        "result": result,
        "id": campaign.id,
        "kind": campaign.kind,
        "risk": campaign.risk,
        "accounts": campaign.accounts,
        "first_ms": campaign.first_ms,
        "last_ms": campaign.last_ms,
        "actor": campaign.actor.as_ref().map(|actor| &actor.id),
        "signature": campaign.signature.as_ref().map(|signature| &signature.words),
    })
}
