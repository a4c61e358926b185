//! `report.html`: hands the renderer the findings, the facts of the run, and
//! a few sample accounts as they may be seen.

use super::pseudonym::{Names, Pseudonyms};
use super::run::{Companion, Run};
use super::shown::Shown;
use super::{Folder, Mode, REPORT};
use campaigns::{Findings, Rank};
use dragnet::report::{self, Buckets, InputFile, SAMPLES_MAX, Sample, Volume};
use events::SignUp;
use signals::Table;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

/// What the report is made of.
pub(crate) struct Report<'a> {
    /// Conditions on persons already hidden.
    pub(crate) findings: &'a Findings,
    pub(crate) run: &'a Run,
    /// Sign-ups over time.
    pub(crate) volume: &'a Volume,
    /// The rows of [`sampled`], as far as they were read again.
    pub(crate) samples: &'a BTreeMap<usize, SignUp>,
    pub(crate) pseudonyms: &'a Pseudonyms,
    /// Which campaigns come first.
    pub(crate) rank: Rank,
    /// When it is made.
    pub(crate) generated_ms: i64,
}

/// Rows to show for each campaign, ascending: evenly spread over its members,
/// so that its middle and end are seen too.
pub(crate) fn sampled(campaign: &[Option<u32>]) -> Vec<usize> {
    let mut members: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (row, campaign) in campaign.iter().enumerate() {
        if let Some(campaign) = campaign {
            members.entry(*campaign).or_default().push(row);
        }
    }
    let spread = |rows: Vec<usize>| {
        let shown = rows.len().min(SAMPLES_MAX);
        (0..shown).map(move |i| rows[i * rows.len() / shown]).collect::<Vec<_>>()
    };
    let mut rows: Vec<usize> = members.into_values().flat_map(spread).collect();
    rows.sort_unstable();
    rows
}

/// Sign-ups over time, where the time of every row is known.
pub(crate) fn volume(table: &Table, findings: &Findings) -> Volume {
    let times_ms = &table.times_ms()[table.carried()..];
    let mut volume = Volume::new(Buckets::fitting(times_ms), findings.campaigns.len());
    for (time_ms, campaign) in times_ms.iter().zip(&findings.campaign[table.carried()..]) {
        volume.add(*time_ms, *campaign);
    }
    volume
}

impl Report<'_> {
    /// Writes the file.
    pub(crate) fn write(&self, folder: &Folder) -> anyhow::Result<()> {
        let input = report::Input {
            findings: self.findings,
            run: &self.facts(),
            volume: self.volume,
            samples: &self.samples(),
            rank: self.rank,
            harm: self.run.harm.as_ref().map(|harm| &harm.done),
            labels: self.run.labels.as_ref().map(|labels| &labels.agreement),
            revealed: self.pseudonyms.names() == Names::Revealed,
        };
        let mut file = folder.file(REPORT, Mode::Shared)?;
        file.write_all(report::render(&input).as_bytes())?;
        file.finish()
    }

    fn samples(&self) -> Vec<Vec<Sample>> {
        let mut samples = vec![Vec::new(); self.findings.campaigns.len()];
        for (row, signup) in self.samples {
            if let Some(campaign) = self.findings.campaign[*row] {
                samples[campaign as usize].push(sample(Shown::of(signup, self.pseudonyms)));
            }
        }
        samples
    }

    fn facts(&self) -> report::Run {
        let text = |value: &serde_json::Value| {
            value.as_str().map_or_else(|| value.to_string(), str::to_owned)
        };
        let options = self.run.options.iter().filter(|(_, value)| !is_unset(value));
        let inputs = self.run.inputs.iter().map(|input| InputFile {
            name: file_name(&input.name),
            bytes: input.bytes,
            sha256: input.sha256.clone(),
            rows: input.signups,
            rejected: input.rejected,
            mapping: input.mapping.iter().map(|m| format!("{} → {}", m.column, m.field)).collect(),
        });
        report::Run {
            version: self.run.version.clone(),
            rule_version: self.run.rule_version,
            generated_ms: self.generated_ms,
            inputs: inputs.collect(),
            beside: self.run.companions.iter().map(beside).collect(),
            options: options.map(|(name, value)| (name.clone(), text(value))).collect(),
            sample: self.run.windows.as_ref().map(|windows| windows.sample),
            timings: self.run.timings.iter().map(|t| (t.step.clone(), t.seconds)).collect(),
        }
    }
}

fn beside(companion: &Companion) -> InputFile {
    let mapping = companion.mapping.iter();
    InputFile {
        name: file_name(&companion.name),
        bytes: companion.bytes,
        sha256: companion.sha256.clone(),
        rows: companion.records,
        rejected: companion.rejected,
        mapping: mapping.map(|m| format!("{} → {}", m.column, m.field)).collect(),
    }
}

/// Without its folders, which say who ran this where.
fn file_name(name: &str) -> String {
    Path::new(name).file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn is_unset(value: &serde_json::Value) -> bool {
    use serde_json::Value;
    match value {
        Value::Null => true,
        Value::Array(values) => values.is_empty(),
        Value::Object(values) => values.is_empty(),
        _ => false,
    }
}

fn sample(shown: Shown) -> Sample {
    Sample {
        time_ms: shown.time_ms,
        account: shown.account,
        username: shown.username,
        email: shown.email,
        network: shown.network,
        device: shown.device,
        tls: shown.tls,
        captcha: shown.captcha,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_spread_over_the_members() {
        let campaign: Vec<_> = (0..100).map(|row| (row % 2 == 0).then_some(0)).collect();
        let rows = sampled(&campaign);
        assert_eq!(rows.len(), SAMPLES_MAX);
        assert!(
            rows.iter().all(|row| row % 2 == 0) && rows[0] == 0 && *rows.last().unwrap_or(&0) >= 90,
            "{rows:?}"
        );
        assert_eq!(sampled(&[None, Some(1), Some(0)]), [1, 2]);
    }
}
