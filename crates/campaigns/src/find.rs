//! The batch engine: a table of signals in, campaigns out.

use crate::affinity::{self, Habits};
use crate::captcha::{self, Defeats, Founding};
use crate::cells::background::Contexts;
use crate::cells::dictionary::Dictionaries;
use crate::cells::{self, Cells, Floor, Search};
use crate::evidence::{Evidence, weight};
use crate::features::{self, Features, Marks, Sources};
use crate::finding::{Campaign, Findings, Kind, Share, Signature};
use crate::groups::{self, Groups};
use crate::identity::{self, Identity};
use crate::risk::{RISK_WITHOUT_EVIDENCE, Weighing};
use crate::signature::Rule;
use crate::{reasons, share, signature};
use rayon::prelude::*;
use signals::{Table, Values};

/// Version of the rules: changes whenever the same input may give another result.
pub const RULE_VERSION: u32 = 1;

/// What bounds a scan, each with its reason.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Smallest cell that can be evidence, and smallest campaign: two alike
    /// sign-ups happen by chance everywhere.
    pub accounts_min: u32,
    /// Smallest lift of a cell; see [`Floor::lift_min`].
    pub lift_min: f64,
    /// Share of cells that may be there by chance.
    pub false_discovery_rate: f64,
    /// How evidence is weighed.
    pub weighing: Weighing,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            accounts_min: 3,
            lift_min: 2.0,
            false_discovery_rate: 0.001,
            weighing: Weighing::default(),
        }
    }
}

/// What was found, still in hashes: [`Found::wanted`] lists the texts it needs
/// from a second reading, [`Found::name`] puts them in.
#[derive(Clone, Debug, Default)]
pub struct Found {
    risk: Vec<f32>,
    campaign: Vec<Option<u32>>,
    drafts: Vec<Draft>,
    cells: Cells,
    is_evidence: Vec<bool>,
    share: Share,
    missing: Vec<String>,
    defeats: Defeats,
}

/// A campaign, still in hashes.
#[derive(Clone, Debug)]
struct Draft {
    identity: Identity,
    kind: Kind,
    risk: f64,
    members: Vec<u32>,
    times_ms: Vec<i64>,
    reasons: Vec<u32>,
    rule: Option<Rule>,
    background: u64,
}

/// From this risk on an account is shown as a factory's.
pub const RISK_MIN: f32 = 0.5;

/// Finds campaigns among the sign-ups of `table`; `previous` are the campaigns
/// of an earlier run over a part of the same data, whose ids are kept.
pub fn find(table: &Table, limits: &Limits, previous: &[Identity]) -> Found {
    let weighed = Weighed::of(table, limits);
    let drafts = weighed.drafts(table, limits, previous);
    let mut campaign = vec![None; table.len()];
    let mut is_evidence = vec![false; table.len()];
    for (index, draft) in drafts.iter().enumerate() {
        for row in &draft.members {
            campaign[*row as usize] = Some(index as u32);
            is_evidence[*row as usize] = true;
        }
        for cell in &draft.reasons {
            for row in weighed.cells.rows(&weighed.cells.cells[*cell as usize]) {
                is_evidence[*row as usize] = true;
            }
        }
    }
    let share = share::estimate(&weighed.risk, &weighed.groups);
    let missing = share::missing(table);
    let defeats = captcha::defeats(table, &campaign, &weighed.foundings(&drafts));
    Found {
        risk: weighed.risk,
        campaign,
        drafts,
        cells: weighed.cells,
        is_evidence,
        share,
        missing,
        defeats,
    }
}

/// The features of every row with evidence, as training sees them.
pub fn features(table: &Table, limits: &Limits) -> Features {
    Weighed::of(table, limits).features
}

/// Cells, groups and risk.
struct Weighed {
    cells: Cells,
    groups: Groups,
    features: Features,
    risk: Vec<f32>,
}

impl Weighed {
    fn of(table: &Table, limits: &Limits) -> Self {
        let floor = Floor {
            observed_min: limits.accounts_min,
            lift_min: limits.lift_min,
            false_discovery_rate: limits.false_discovery_rate,
        };
        let contexts = Contexts::of(table);
        let everyone = vec![true; table.len()];
        // Only cells that make a suspect matter in the first pass.
        let suspects = Floor { lift_min: 1.0 + f64::from(SUSPECT_LOG_ODDS).exp(), ..floor };
        let kinds = [cells::kinds(), affinity::kinds(), features::kinds()].concat();
        let dictionaries = Dictionaries::of(table, &kinds, limits.accounts_min);
        let search = Search::new(&dictionaries, &contexts, table.len());
        let backgrounds = search.backgrounds(&everyone);
        let background =
            unsuspected(&search.find(&everyone, &backgrounds, &suspects), table.len());
        let backgrounds = search.backgrounds(&background);
        let cells = search.find(&background, &backgrounds, &floor);
        let evidence = Evidence::of(&cells, table.len());
        let mut groups = groups::group(&cells, &evidence, table, limits.accounts_min as usize);
        let rounds: usize = std::env::var("ROUNDS").ok().and_then(|r| r.parse().ok()).unwrap_or(3);
        for _ in 0..rounds {
            let group_of = groups.by_row(table.len());
            let habits = Habits::of(table, &dictionaries, &contexts, &backgrounds, &groups);
            let fits = habits.fits(&group_of);
            groups = groups.settled(&group_of, &fits, limits.accounts_min as usize);
        }
        let group_of = groups.by_row(table.len());
        let fits = Habits::of(table, &dictionaries, &contexts, &backgrounds, &groups)
            .fits(&group_of);
        let marks = Marks::of(table);
        let sources = Sources {
            table,
            dictionaries: &dictionaries,
            contexts: &contexts,
            background: &background,
            backgrounds: &backgrounds,
            evidence: &evidence,
            marks: &marks,
        };
        let features = sources.features(&groups, &group_of, &fits);
        let mut risk = vec![RISK_WITHOUT_EVIDENCE; table.len()];
        let weighing = if tells_people(table) { limits.weighing } else { Weighing::Untrained };
        for (row, values) in features.rows.iter().zip(&features.values) {
            let explained = features::group(values).looks_organised();
            let risk_max = if explained { ORGANISATION_RISK_MAX } else { 1.0 };
            risk[*row as usize] = weighing.risk(values).min(risk_max);
        }
        groups.admit(&fits, |row| risk[row] >= RISK_MIN);
        Self { cells, groups, features, risk }
    }

    /// What each draft was found by.
    fn foundings(&self, drafts: &[Draft]) -> Vec<Founding> {
        let kinds = |cell: &u32| {
            let cell = &self.cells.cells[*cell as usize];
            (cell.resource, cell.behaviour)
        };
        let founding = |draft: &Draft| match draft.kind {
            Kind::Organisation => Founding::Organisation,
            Kind::Factory => Founding::of(draft.reasons.iter().map(kinds)),
        };
        drafts.iter().map(founding).collect()
    }

    fn drafts(&self, table: &Table, limits: &Limits, previous: &[Identity]) -> Vec<Draft> {
        let mut chosen: Vec<(usize, Kind, f64, Vec<u32>)> = Vec::new();
        for (index, members) in self.groups.members.iter().enumerate() {
            chosen.extend(self.choose(index, members, limits));
        }
        // Riskiest first by the per cent that is shown, then largest; the first
        // member breaks ties.
        let percent = |risk: f64| (risk * 100.0).round();
        chosen.sort_by(|x, y| {
            (x.1 as u8)
                .cmp(&(y.1 as u8))
                .then(percent(y.2).total_cmp(&percent(x.2)))
                .then(y.3.len().cmp(&x.3.len()))
                .then(x.3.cmp(&y.3))
        });
        let mut outside = vec![true; table.len()];
        for row in chosen.iter().flat_map(|(_, _, _, members)| members) {
            outside[*row as usize] = false;
        }
        let background = outside.iter().filter(|outside| **outside).count() as u64;
        let hashes: Vec<Vec<u64>> =
            chosen.iter().map(|(_, _, _, members)| by_time(table, members)).collect();
        let identities = identity::name(&hashes, previous);
        let members: Vec<&[u32]> = chosen.iter().map(|(_, _, _, members)| &members[..]).collect();
        let rules = signature::find(table, &members, &outside);
        (chosen, identities, rules)
            .into_par_iter()
            .map(|((group, kind, risk, members), identity, rule)| Draft {
                identity,
                kind,
                risk,
                times_ms: members.iter().map(|row| table.times_ms()[*row as usize]).collect(),
                reasons: reasons::choose(&self.cells, &self.groups.cells[group], &members),
                rule: rule.filter(|_| kind == Kind::Factory),
                members,
                background,
            })
            .collect()
    }

    /// What a group is to be shown as: (group, kind, risk, members), or nothing.
    fn choose(
        &self,
        index: usize,
        members: &[u32],
        limits: &Limits,
    ) -> Option<(usize, Kind, f64, Vec<u32>)> {
        let mean = |rows: &[u32]| {
            rows.iter().map(|row| f64::from(self.risk[*row as usize])).sum::<f64>()
                / rows.len().max(1) as f64
        };
        let risky: Vec<u32> =
            members.iter().copied().filter(|row| self.risk[*row as usize] >= RISK_MIN).collect();
        if risky.len() >= limits.accounts_min as usize {
            return Some((index, Kind::Factory, mean(&risky), risky));
        }
        let row = self.features.rows.binary_search(&members[0]).ok()?;
        let organised = features::group(&self.features.values[row]).looks_organised();
        (organised && members.len() >= ORGANISATION_MIN)
            .then(|| (index, Kind::Organisation, mean(members), members.to_vec()))
    }
}

/// Whether the log says how accounts are named or mailed. The model was trained
/// on logs that do; without, it has no ground to stand on.
fn tells_people(table: &Table) -> bool {
    [signals::Kind::NameShape, signals::Kind::Domain].iter().any(|kind| table.present(*kind) > 0)
}

/// What is explained as an organisation's own accounts stays below this,
/// however alike they are: likeness is what organisations are made of.
const ORGANISATION_RISK_MAX: f32 = 0.2;

/// Smaller organisations are families and friends: nothing to show.
const ORGANISATION_MIN: usize = 8;

/// A cell this much fuller than expected keeps its members out of the
/// background of the second pass.
const SUSPECT_LOG_ODDS: f32 = 1.4;

fn unsuspected(cells: &Cells, rows: usize) -> Vec<bool> {
    let mut background = vec![true; rows];
    for cell in cells.cells.iter().filter(|cell| weight(cell) >= SUSPECT_LOG_ODDS) {
        for row in cells.rows(cell) {
            background[*row as usize] = false;
        }
    }
    background
}

/// Account hashes of `members`, earliest sign-up first.
fn by_time(table: &Table, members: &[u32]) -> Vec<u64> {
    let mut rows = members.to_vec();
    rows.sort_unstable_by_key(|row| {
        (table.times_ms()[*row as usize], table.accounts()[*row as usize])
    });
    rows.iter().map(|row| table.accounts()[*row as usize]).collect()
}

impl Found {
    /// Signal values whose texts the reasons and signatures cite.
    pub fn wanted(&self) -> Vec<(signals::Kind, u32)> {
        let mut wanted = self.defeats.wanted();
        for draft in &self.drafts {
            for cell in draft.reasons.iter().map(|cell| &self.cells.cells[*cell as usize]) {
                wanted.push((cell.resource, cell.a));
                wanted.push((cell.behaviour, cell.b));
            }
            wanted.extend(draft.rule.iter().flat_map(|rule| rule.conditions.iter().copied()));
        }
        wanted.sort_unstable();
        wanted.dedup();
        wanted
    }

    /// Whether the sign-up of this row stands behind a figure that is shown: a
    /// member of a campaign, or in a cited cell.
    pub fn is_evidence(&self, row: usize) -> bool {
        self.is_evidence[row]
    }

    /// Campaigns for the next run's `previous`, oldest first.
    pub fn identities(&self) -> Vec<Identity> {
        let mut drafts: Vec<&Draft> = self.drafts.iter().collect();
        drafts.sort_by_key(|draft| (draft.times_ms.iter().min().copied(), &draft.identity.id));
        drafts.into_iter().map(|draft| draft.identity.clone()).collect()
    }

    /// The result in words.
    pub fn name(&self, values: &Values) -> Findings {
        Findings {
            risk: self.risk.clone(),
            campaign: self.campaign.clone(),
            campaigns: self.campaigns(values),
            share: self.share.clone(),
            missing: self.missing.clone(),
        }
    }

    fn campaigns(&self, values: &Values) -> Vec<Campaign> {
        let drafts = self.drafts.iter().enumerate();
        drafts
            .map(|(index, draft)| Campaign {
                captcha_defeat: self.defeats.of(index, values),
                ..self.campaign(draft, values)
            })
            .collect()
    }

    fn campaign(&self, draft: &Draft, values: &Values) -> Campaign {
        let reasons = draft.reasons.iter();
        let reasons =
            reasons.map(|cell| reasons::reason(&self.cells.cells[*cell as usize], values));
        Campaign {
            id: draft.identity.id.clone(),
            aliases: draft.identity.aliases.clone(),
            kind: draft.kind,
            accounts: draft.members.len() as u64,
            first_ms: draft.times_ms.iter().min().copied().unwrap_or(0),
            last_ms: draft.times_ms.iter().max().copied().unwrap_or(0),
            risk: draft.risk,
            reasons: reasons.collect(),
            signature: draft.rule.as_ref().map(|rule| in_words(rule, draft.background, values)),
            hours: share::hours(&draft.times_ms),
            days: share::days(&draft.times_ms),
            captcha_defeat: None,
            harm: None,
            labels: None,
        }
    }
}

fn in_words(rule: &Rule, background: u64, values: &Values) -> Signature {
    let conditions: Vec<(signals::Kind, String)> = rule
        .conditions
        .iter()
        .map(|(kind, value)| (*kind, values.text(*kind, *value).unwrap_or("(unknown)").to_owned()))
        .collect();
    Signature {
        words: reasons::rule_words(&conditions),
        conditions: conditions.into_iter().map(|(k, v)| (k.name().to_owned(), v)).collect(),
        hits: rule.hits,
        false_hits: rule.false_hits,
        background,
        version: RULE_VERSION,
    }
}
