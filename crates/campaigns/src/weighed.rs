//! Cells, groups and risk of one table, step by step.

use crate::affinity::{self, Fit, Habits};
use crate::assembly;
use crate::cells::background::{Background, Contexts};
use crate::cells::dictionary::Dictionaries;
use crate::cells::{self, Cells, Floor, Search};
use crate::company::{self, Ground, Kept, Seen};
use crate::evidence::{Evidence, weight};
use crate::features::{self, Features, Marks, Sources};
use crate::groups::{self, Groups};
use crate::labels::Label;
use crate::learning::{Lessons, Taught};
use crate::limits::{Limits, RISK_MIN};
use crate::parts::Sample;
use crate::pass::{Pass, Watch};
use crate::risk::{RISK_WITHOUT_EVIDENCE, Weighing};
use signals::{Kind, Table};
use std::collections::BTreeMap;

/// What is known of a table before anything is shown.
pub(crate) struct Weighed {
    /// The significant cells.
    pub(crate) cells: Cells,
    /// Which sign-ups belong together.
    pub(crate) groups: Groups,
    /// Features of the sign-ups that have any evidence.
    pub(crate) features: Features,
    /// Risk of every row.
    pub(crate) risk: Vec<f32>,
    /// The signals by dictionary code.
    pub(crate) dictionaries: Dictionaries,
    /// What the unsuspected do, by kind.
    pub(crate) backgrounds: Vec<Background>,
    /// Contexts of every row.
    pub(crate) contexts: Contexts,
    /// Rows that are explained as an organisation's own, ascending.
    pub(crate) organised: Vec<u32>,
    /// How they were weighed.
    pub(crate) weighing: Weighing,
    /// The company of rows that it brought to a risk of one half and above.
    pub(crate) because: BTreeMap<u32, Vec<Seen>>,
    /// What labels taught, where there were any.
    pub(crate) taught: Option<Taught>,
}

impl Weighed {
    /// Weighs the sign-ups of `table`, and learns from `labels` if there are any.
    pub(crate) fn of(table: &Table, limits: &Limits, labels: &[Label], watch: Watch<'_>) -> Self {
        let Grouped { dictionaries, contexts, background, backgrounds, cells, evidence, groups } =
            Grouped::of(table, limits, watch);
        let habits = Habits::of(table, &dictionaries, &contexts, &backgrounds, &groups);
        let (mut groups, fits) = settle(groups, table.len(), habits);
        watch(Pass::Fit);
        let sources = Sources {
            table,
            dictionaries: &dictionaries,
            contexts: &contexts,
            background: &background,
            backgrounds: &backgrounds,
            evidence: &evidence,
            marks: &Marks::of(table),
        };
        let features = sources.features(&groups, &fits);
        watch(Pass::Describe);
        let organised = organised(&features, table);
        let weighing = weighing(table, limits);
        let ground = Ground {
            dictionaries: &dictionaries,
            contexts: &contexts,
            risk: &risk(&features, &organised, table.len(), &weighing.risks(&features.values)),
        };
        let Kept { mut risk, because } = kept(weighing, ground, &organised);
        watch(Pass::Weigh);
        let lessons = Lessons {
            table,
            dictionaries: &dictionaries,
            contexts: &contexts,
            backgrounds: &backgrounds,
            groups: &groups,
            risk: &risk,
            is_by_company: weighing.company().is_some(),
            organised: &organised,
        };
        let taught = (!labels.is_empty()).then(|| lessons.learn(labels));
        if let Some(taught) = &taught {
            risk.clone_from(&taught.risk);
        }
        watch(Pass::Learn);
        groups.admit(&fits, |row| risk[row] >= RISK_MIN);
        if let Some(taught) = &taught {
            taught.settle(&mut groups);
        }
        Self {
            cells,
            groups,
            features,
            risk,
            dictionaries,
            backgrounds,
            contexts,
            organised,
            weighing,
            because,
            taught,
        }
    }

    /// What a sample is like whose risks are known.
    pub(crate) fn sampled(
        table: &Table,
        limits: &Limits,
        sample: &Sample,
        watch: Watch<'_>,
    ) -> Self {
        let grouped = Grouped::of(table, limits, watch);
        let organisations = sample.pieces.iter().filter(|p| p.kind == crate::Kind::Organisation);
        let mut organised: Vec<u32> =
            organisations.flat_map(|piece| piece.rows.iter().copied()).collect();
        organised.sort_unstable();
        Self {
            cells: grouped.cells,
            groups: grouped.groups,
            features: Features::default(),
            risk: sample.risk.clone(),
            dictionaries: grouped.dictionaries,
            backgrounds: grouped.backgrounds,
            contexts: grouped.contexts,
            organised,
            weighing: weighing(table, limits),
            because: BTreeMap::new(),
            taught: None,
        }
    }
}

/// What is known of a table before anything is weighed.
struct Grouped {
    dictionaries: Dictionaries,
    contexts: Contexts,
    /// Whether each row is unsuspected.
    background: Vec<bool>,
    backgrounds: Vec<Background>,
    cells: Cells,
    evidence: Evidence,
    groups: Groups,
}

impl Grouped {
    fn of(table: &Table, limits: &Limits, watch: Watch<'_>) -> Self {
        let dictionaries = Dictionaries::of(table, &kinds(), limits.accounts_min);
        let contexts = Contexts::of(table);
        let search = Search::new(&dictionaries, &contexts, table.len());
        watch(Pass::Encode);
        let floor = Floor {
            observed_min: limits.accounts_min,
            lift_min: limits.lift_min,
            false_discovery_rate: limits.false_discovery_rate,
        };
        let background = unsuspected(&search, table.len(), &floor);
        watch(Pass::Suspect);
        let backgrounds = search.backgrounds(&background);
        let cells = search.find(&background, &backgrounds, &floor);
        let evidence = Evidence::of(&cells, table.len());
        watch(Pass::Count);
        let groups = groups::group(&cells, &evidence, table, limits.accounts_min as usize);
        watch(Pass::Group);
        Self { dictionaries, contexts, background, backgrounds, cells, evidence, groups }
    }
}

/// Every kind that is looked up by dictionary code.
fn kinds() -> Vec<Kind> {
    let assembled = [assembly::kinds(), company::kinds()].concat();
    [cells::kinds(), affinity::kinds(), features::kinds(), assembled].concat()
}

/// The rows that are in no strong cell: what everyone else does is learned
/// from them alone. Only cells that make a suspect are looked for.
fn unsuspected(search: &Search, rows: usize, floor: &Floor) -> Vec<bool> {
    let everyone = vec![true; rows];
    let suspects = Floor { lift_min: 1.0 + f64::from(SUSPECT_LOG_ODDS).exp(), ..*floor };
    let cells = search.find(&everyone, &search.backgrounds(&everyone), &suspects);
    let mut background = everyone;
    for cell in cells.cells.iter().filter(|cell| weight(cell) >= SUSPECT_LOG_ODDS) {
        for row in cells.rows(cell) {
            background[*row as usize] = false;
        }
    }
    background
}

/// A cell this much fuller than expected keeps its members out of the
/// background of the second pass.
const SUSPECT_LOG_ODDS: f32 = 1.4;

/// Groups go together where most members fit another better, members go where
/// they fit best. Returns the groups and the best fit of every row.
fn settle(groups: Groups, rows: usize, habits: Habits) -> (Groups, Vec<Option<Fit>>) {
    let merged = groups.merged(&habits.preferences(&groups));
    let habits = habits.merged(&groups, &merged);
    let group_of = merged.by_row(rows);
    let fits = habits.fits(&group_of);
    (merged.settled(&group_of, &fits), fits)
}

/// The risk of each of `rows` rows, those with `features` being `risks`.
pub(crate) fn risk(features: &Features, organised: &[u32], rows: usize, risks: &[f32]) -> Vec<f32> {
    let mut risk = vec![RISK_WITHOUT_EVIDENCE; rows];
    for (row, of_row) in features.rows.iter().zip(risks) {
        risk[*row as usize] = *of_row;
    }
    explain_away(organised, &mut risk);
    risk
}

fn weighing(table: &Table, limits: &Limits) -> Weighing {
    if tells_people(table) { limits.weighing } else { Weighing::Unnamed }
}

/// Risks once the company of every row is looked at; no company makes an
/// organisation's accounts a factory's.
fn kept(weighing: Weighing, ground: Ground, organised: &[u32]) -> Kept {
    let Some(weights) = weighing.company() else {
        return Kept { risk: ground.risk.to_vec(), ..Kept::default() };
    };
    let mut kept = weights.kept(ground);
    explain_away(organised, &mut kept.risk);
    kept
}

fn explain_away(organised: &[u32], risk: &mut [f32]) {
    for row in organised {
        let risk = &mut risk[*row as usize];
        *risk = risk.min(ORGANISATION_RISK_MAX);
    }
}

/// Rows of groups that are explained as an organisation's own accounts, with mail of
/// its own: nobody has that at a provider, whoever else uses it.
pub(crate) fn organised(features: &Features, table: &Table) -> Vec<u32> {
    let (domains, providers) = (table.column(Kind::Domain), signals::mail::providers());
    let rows = features.rows.iter().zip(&features.values);
    let looks = rows.filter(|(_, values)| features::group(values).looks_organised());
    looks.map(|(row, _)| *row).filter(|row| !providers.contains(&domains[*row as usize])).collect()
}

/// Whether the log says how accounts are named or mailed. The model was trained
/// on logs that do; without, it has no ground to stand on.
fn tells_people(table: &Table) -> bool {
    [Kind::NameShape, Kind::Domain].iter().any(|kind| table.present(*kind) > 0)
}

/// What is explained as an organisation's own accounts stays below this,
/// however alike they are: likeness is what organisations are made of.
const ORGANISATION_RISK_MAX: f32 = 0.2;
