//! Live campaigns: what a run leaves for the next one over newer sign-ups. Of each
//! campaign of the last weeks some sign-ups are kept, which the next run looks at
//! together with its own: so whoever belongs to a known campaign is known at once, ids
//! go on, and what a run costs depends on what is new and on what is live, not on
//! everything that ever was.
//!
//! `live.json` has the figures, `live.jsonl.zst` the sign-ups as lines of evidence,
//! campaign by campaign; both are for the owner only.

use crate::output::{Folder, Mode};
use anyhow::{Context, bail};
use campaigns::{Before, Campaign, Found, Identity, Kind};
use dragnet::lake::DAY_MS;
use serde::{Deserialize, Serialize};
use signals::Table;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

const FIGURES: &str = "live.json";
const LINES: &str = "live.jsonl.zst";

/// The version that is written, and the only one that is read.
const VERSION: u32 = 1;

/// A campaign that was silent for longer is not live.
const SILENT_MS_MAX: i64 = 90 * DAY_MS;

/// Of each campaign so many of its latest sign-ups are kept, and so many of any time:
/// enough to know it by, few enough for thousands of campaigns.
const KEPT_EACH: usize = 32;

const LEVEL: i32 = 1;

/// The live campaigns of an earlier result.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Live {
    version: u32,
    campaigns: Vec<LiveCampaign>,
    #[serde(skip)]
    lines: PathBuf,
}

/// One of them.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct LiveCampaign {
    id: String,
    aliases: Vec<String>,
    pub(crate) kind: Kind,
    /// Accounts so far.
    accounts: u64,
    first_ms: i64,
    last_ms: i64,
    /// Hashes of the accounts whose sign-ups are kept, in the order of their lines.
    pub(crate) kept: Vec<u64>,
}

impl Live {
    /// Those of the result at `dir`; none where it has none.
    pub(crate) fn read(dir: &Path) -> anyhow::Result<Option<Self>> {
        let path = dir.join(FIGURES);
        let shown = path.display();
        let text = match fs::read(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            text => text.with_context(|| format!("cannot read {shown}"))?,
        };
        let live: Self =
            serde_json::from_slice(&text).with_context(|| format!("{shown} is damaged"))?;
        if live.version != VERSION {
            bail!("{shown} is of version {}: a newer dragnet reads it", live.version);
        }
        let lines = dir.join(LINES);
        Ok((!live.campaigns.is_empty()).then_some(Self { lines, ..live }))
    }

    /// The campaigns.
    pub(crate) fn campaigns(&self) -> &[LiveCampaign] {
        &self.campaigns
    }

    /// Where their sign-ups are.
    pub(crate) fn lines(&self) -> &Path {
        &self.lines
    }

    /// Their ids, for those who belong to them, oldest first.
    pub(crate) fn identities(&self) -> Vec<Identity> {
        let mut oldest: Vec<&LiveCampaign> = self.campaigns.iter().collect();
        oldest.sort_by_key(|campaign| (campaign.first_ms, &campaign.id));
        let identity = |campaign: &LiveCampaign| Identity {
            id: campaign.id.clone(),
            aliases: campaign.aliases.clone(),
            members: campaign.kept.clone(),
        };
        oldest.into_iter().map(identity).collect()
    }

    /// What was known of `campaign` and of those that merged into it, as far as their
    /// accounts were `carried` over: a log that goes on counts them itself.
    fn before(&self, campaign: &Campaign, carried: &BTreeSet<u64>) -> Option<Before> {
        let is_carried = |live: &LiveCampaign| {
            live.kept.iter().filter(|account| carried.contains(account)).count() * 2
                > live.kept.len()
        };
        let is_it = |live: &&LiveCampaign| {
            (live.id == campaign.id || campaign.aliases.contains(&live.id)) && is_carried(live)
        };
        let known = self.campaigns.iter().filter(is_it);
        known.fold(None, |before: Option<Before>, live| {
            let (accounts, first_ms) =
                before.map_or((0, live.first_ms), |b| (b.accounts, b.first_ms));
            let (accounts, first_ms) = (accounts + live.accounts, first_ms.min(live.first_ms));
            Some(Before { accounts, first_ms })
        })
    }
}

/// Says of `campaigns` what an earlier run knew of them.
pub(crate) fn recall(earlier: Option<&Live>, table: &Table, campaigns: &mut [Campaign]) {
    let carried: BTreeSet<u64> = table.accounts()[..table.carried()].iter().copied().collect();
    for campaign in campaigns {
        campaign.before = earlier.and_then(|live| live.before(campaign, &carried));
    }
}

/// The sign-ups to keep, while they are read again.
#[derive(Default)]
pub(crate) struct Keeping {
    /// For each campaign of [`Found`], the rows to keep.
    rows: Vec<Vec<u32>>,
    /// Their lines, as far as they have come by.
    lines: BTreeMap<u32, String>,
    wanted: BTreeSet<u32>,
}

impl Keeping {
    /// Chooses them: the latest of each campaign, and those of the lowest hashes.
    pub(crate) fn of(found: &Found, table: &Table) -> Self {
        let choose = |campaign: usize| {
            let mut rows = found.rows_of(campaign).to_vec();
            let key =
                |row: &u32| (table.times_ms()[*row as usize], table.accounts()[*row as usize]);
            rows.sort_unstable_by_key(|row| std::cmp::Reverse(key(row)));
            let rest = rows.split_off(rows.len().min(KEPT_EACH));
            let mut rest: Vec<(u64, u32)> =
                rest.into_iter().map(|row| (table.accounts()[row as usize], row)).collect();
            rest.sort_unstable();
            rows.extend(rest.into_iter().take(KEPT_EACH).map(|(_, row)| row));
            rows
        };
        let rows: Vec<Vec<u32>> = (0..found.campaigns()).map(choose).collect();
        let wanted = rows.iter().flatten().copied().collect();
        Self { rows, wanted, lines: BTreeMap::new() }
    }

    /// Takes a line, if it is to be kept.
    pub(crate) fn take(&mut self, row: usize, line: &[u8]) {
        let row = row as u32;
        if self.wanted.contains(&row) {
            self.lines.insert(row, String::from_utf8_lossy(line).into_owned());
        }
    }

    /// Writes the live campaigns: `found` in the order of [`Found`] (as they were
    /// named), with the figures of those in `shown`; and those of the `earlier` run
    /// that nobody new belongs to, while they are live.
    pub(crate) fn write(
        self,
        folder: &Folder,
        table: &Table,
        found: &[String],
        shown: &[Campaign],
        earlier: Option<&Live>,
    ) -> anyhow::Result<()> {
        let mut live = Live { version: VERSION, ..Live::default() };
        let mut lines = zstd::Encoder::new(folder.file(LINES, Mode::Private)?, LEVEL)?;
        let newest = shown.iter().map(|campaign| campaign.last_ms).max();
        let by_id: BTreeMap<&str, &Campaign> =
            shown.iter().map(|campaign| (&campaign.id[..], campaign)).collect();
        for (id, rows) in found.iter().zip(&self.rows) {
            let Some(campaign) = by_id.get(&id[..]) else { continue };
            let kept: Vec<(&u32, &String)> =
                rows.iter().filter_map(|row| Some((row, self.lines.get(row)?))).collect();
            for (_, line) in &kept {
                writeln!(lines, "{line}")?;
            }
            let before = campaign.before;
            live.campaigns.push(LiveCampaign {
                id: campaign.id.clone(),
                aliases: campaign.aliases.clone(),
                kind: campaign.kind,
                accounts: campaign.accounts + before.map_or(0, |before| before.accounts),
                first_ms: before.map_or(campaign.first_ms, |b| b.first_ms.min(campaign.first_ms)),
                last_ms: campaign.last_ms,
                kept: kept.iter().map(|(row, _)| table.accounts()[**row as usize]).collect(),
            });
        }
        if let Some(earlier) = earlier {
            let is_gone = |campaign: &LiveCampaign| {
                newest.is_some_and(|newest| newest - campaign.last_ms > SILENT_MS_MAX)
                    || shown
                        .iter()
                        .any(|new| new.id == campaign.id || new.aliases.contains(&campaign.id))
            };
            earlier.copy(is_gone, &mut live, &mut lines)?;
        }
        lines.finish()?.finish()?;
        let mut file = folder.file(FIGURES, Mode::Private)?;
        serde_json::to_writer(&mut file, &live).map_err(std::io::Error::from)?;
        file.finish()
    }
}

impl Live {
    fn copy(
        &self,
        is_gone: impl Fn(&LiveCampaign) -> bool,
        to: &mut Live,
        out: &mut impl Write,
    ) -> anyhow::Result<()> {
        let shown = self.lines.display();
        let file = File::open(&self.lines).with_context(|| format!("cannot read {shown}"))?;
        let mut lines = BufReader::new(zstd::Decoder::new(file)?).lines();
        for campaign in &self.campaigns {
            let of_campaign = lines.by_ref().take(campaign.kept.len());
            let of_campaign = of_campaign.collect::<Result<Vec<_>, _>>();
            let of_campaign = of_campaign.with_context(|| format!("{shown} is damaged"))?;
            if !is_gone(campaign) {
                for line in of_campaign {
                    writeln!(out, "{line}")?;
                }
                to.campaigns.push(campaign.clone());
            }
        }
        Ok(())
    }
}
