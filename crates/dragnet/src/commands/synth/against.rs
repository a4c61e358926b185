//! The waves of a world replayed up to the one that is asked for: each earlier
//! wave is drawn again and looked at with what had been published by then.

use super::published::Published;
use crate::commands::train::read_table;
use crate::terminal::say;
use anyhow::{Result, ensure};
use serde::Serialize;
use signals::table::hash;
use signals::{Kind, Table};
use std::collections::BTreeMap;
use synth::{Log, Page, Sighting, Truth, Wave, World, page_csv};

/// How often a factory tries its next wave on the published signatures before
/// it goes to work: what still is met after three other choices stays so.
const REHEARSALS_MAX: usize = 3;

/// The wave after as many rounds of publishing.
///
/// # Errors
/// A wave cannot be drawn, or a generated row cannot be read back.
pub(super) fn replay(world: &World, rounds: &[Vec<Published>]) -> Result<Wave> {
    let mut wave = Wave::default();
    for known in 1..=rounds.len() {
        let published = rounds[..known].concat();
        let log = Log::draw_wave(world, &wave)?;
        let sightings = sight(&log, &published)?;
        if sightings.is_empty() && !rounds[known - 1].is_empty() {
            say(&format!(
                "note: no signature of round {known} meets a factory of wave {}: is it about this world (seed, rows, levels, …)?",
                wave.number()
            ));
        }
        wave = wave.next(log.campaigns(), &sightings);
        for _ in 0..REHEARSALS_MAX {
            let log = Log::draw_wave(world, &wave)?;
            let Some(better) = wave.rehearsed(log.campaigns(), &sight(&log, &published)?) else {
                break;
            };
            wave = better;
        }
    }
    Ok(wave)
}

/// Which signature meets how many accounts of which campaign.
fn sight(log: &Log, published: &[Published]) -> Result<Vec<Sighting>> {
    let rules: Vec<Rule> = published.iter().map(Rule::of).collect();
    let mut met: BTreeMap<(usize, u32), u32> = BTreeMap::new();
    let page = log.fraud();
    let table = columns(&page)?;
    for (row, truth) in page.truth.iter().enumerate() {
        let Some(campaign) = truth.campaign else { continue };
        for (place, _) in matching(&rules, &table, row) {
            *met.entry((place, campaign)).or_default() += 1;
        }
    }
    let sighting = |((place, campaign), accounts): ((usize, u32), u32)| {
        let conditions = &published[place].conditions;
        let kinds = conditions.iter().map(|(kind, _)| kind.name().to_owned()).collect();
        Sighting { campaign, accounts, kinds }
    };
    Ok(met.into_iter().map(sighting).collect())
}

/// The signals of a page as a scan of it would have them.
fn columns(page: &Page) -> Result<Table> {
    let table = read_table(page_csv(page))?;
    ensure!(table.len() == page.rows.len(), "a generated row cannot be read back");
    Ok(table)
}

/// A signature in hashes.
struct Rule(Vec<(Kind, u32)>);

impl Rule {
    fn of(published: &Published) -> Self {
        let hashed = published.conditions.iter().map(|(kind, value)| (*kind, hash(*kind, value)));
        Self(hashed.collect())
    }

    fn holds(&self, table: &Table, row: usize) -> bool {
        self.0.iter().all(|(kind, value)| table.column(*kind)[row] == *value)
    }
}

fn matching<'a>(
    rules: &'a [Rule],
    table: &'a Table,
    row: usize,
) -> impl Iterator<Item = (usize, &'a Rule)> {
    rules.iter().enumerate().filter(move |(_, rule)| rule.holds(table, row))
}

/// What the published signatures alone still find in a wave.
#[derive(Serialize)]
pub(super) struct Blocklist {
    #[serde(skip)]
    rules: Vec<Rule>,
    /// Signatures published so far, by all rounds.
    pub(super) signatures: usize,
    /// Fraudulent sign-ups that any of them matches.
    pub(super) fraud_matched: u64,
    /// Real sign-ups that any of them matches.
    pub(super) real_matched: u64,
    /// Fraudulent sign-ups that any of them matches, by level.
    pub(super) matched_by_level: BTreeMap<u8, u64>,
}

impl Blocklist {
    pub(super) fn of(rounds: &[Vec<Published>]) -> Self {
        let rules: Vec<Rule> = rounds.iter().flatten().map(Rule::of).collect();
        Self {
            signatures: rules.len(),
            rules,
            fraud_matched: 0,
            real_matched: 0,
            matched_by_level: BTreeMap::new(),
        }
    }

    /// Looks at one more page of the wave.
    pub(super) fn page(&mut self, page: &Page) -> Result<()> {
        if self.rules.is_empty() {
            return Ok(());
        }
        let table = columns(page)?;
        for (row, truth) in page.truth.iter().enumerate() {
            if matching(&self.rules, &table, row).next().is_some() {
                self.count(truth);
            }
        }
        Ok(())
    }

    fn count(&mut self, truth: &Truth) {
        let Some(level) = truth.level else {
            self.real_matched += 1;
            return;
        };
        self.fraud_matched += 1;
        *self.matched_by_level.entry(level).or_default() += 1;
    }
}
