//! What is new, what grows, what shrinks and what is gone, with a test for each change: a
//! chart shows a change wherever one looks for it.
//!
//! Two windows of whole periods are compared. What is too rare to be tested says so, and
//! why; of all that is tested the false discovery rate is held at once.

mod beta;
pub mod counts;
pub mod discovery;
pub mod ranks;
mod series;

use crate::Graph;
use counts::Tested;
use serde::Serialize;
use series::{Prices, Series};
use stix::{Id, Timestamp};

/// Two windows of whole periods, one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Windows {
    /// Where the first ends and the second starts.
    pub split: Timestamp,
    /// Milliseconds of a period.
    pub period_ms: i64,
    /// Periods before.
    pub before: usize,
    /// Periods after.
    pub after: usize,
}

/// What is needed to speak of a change.
///
/// Ranks have a least p: n offers that all rose have 2^(1 − n), so that among m series one
/// of them is only found where 2^(1 − n) × m is at most `q_max`: ten offers among 25.
#[derive(Clone, Copy, Debug)]
pub struct TrendLimits {
    /// Events, before and after together.
    pub events_min: f64,
    /// Offers with a price before and after.
    pub pairs_min: usize,
    /// Offers with a price in either window, where they are not the same ones.
    pub offers_min: usize,
    /// The rate of false discoveries.
    pub q_max: f64,
    /// How many times as much, or as little, is worth a word: of many events every change
    /// is sure, however small.
    pub change_min: f64,
}

impl Default for TrendLimits {
    fn default() -> Self {
        // Six heads in a row are the first that surprise anybody, and so are six prices
        // that all rose; of four against four one order in 35 is as far apart.
        Self { events_min: 6.0, pairs_min: 6, offers_min: 4, q_max: 0.05, change_min: 1.1 }
    }
}

/// What a series is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Campaigns of an actor, by when they were first seen.
    Campaigns,
    /// Sign-ups of an actor's campaigns.
    Signups,
    /// Uses and sightings of an attack pattern.
    Technique,
    /// Uses of infrastructure, or of a provider's network.
    Infrastructure,
    /// What a good costs.
    Price,
    /// What a thousand hours of live accounts cost.
    LivePrice,
    /// How many of a good there are.
    Stock,
}

/// What became of something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// There was none of it before.
    New,
    /// There is more of it, or it costs more.
    Growing,
    /// There is less of it, or it costs less.
    Shrinking,
    /// There is none of it any more.
    Gone,
    /// It changed little or not: neither a doubling nor a halving would have gone unseen,
    /// or one of them would not.
    Steady,
    /// It cannot be told.
    TooLittleData,
}

/// A series, and what became of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Trend {
    /// Of what: the actor, technique, infrastructure, or the good.
    pub what: String,
    /// The object that it is of, where it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object: Option<Id>,
    /// What was counted or compared.
    pub kind: Kind,
    /// Events a period, or the median price or stock, before.
    pub before: f64,
    /// And after.
    pub after: f64,
    /// After ÷ before; none where there was nothing before.
    pub ratio: Option<f64>,
    /// Its 95 % interval; no second number where there is no bound.
    pub interval: Option<(f64, Option<f64>)>,
    /// Two-sided; none where nothing was tested.
    pub p: Option<f64>,
    /// The rate of false discoveries at which it would be one.
    pub q: Option<f64>,
    /// How many times more than Poisson the counts vary, where that was looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dispersion: Option<f64>,
    /// How it was tested, or why it was not.
    pub how: String,
    /// What became of it.
    pub verdict: Verdict,
    /// The objects behind it, by id.
    pub evidence: Vec<Id>,
    /// How many more there are.
    pub evidence_left_out: usize,
}

/// A series, drafted before all are looked at together.
struct Draft {
    trend: Trend,
    tested: Option<Tested>,
}

/// So many objects are listed behind a trend; more are not read.
const EVIDENCE_MAX: usize = 200;

/// What changed between two windows, from the surest change on; then what did not.
pub fn trends(graph: &Graph, windows: &Windows, limits: &TrendLimits) -> Vec<Trend> {
    let counted = series::counted(graph, windows);
    let mut drafts: Vec<Draft> =
        counted.into_iter().map(|series| of_counts(series, limits)).collect();
    drafts
        .extend(series::priced(graph, windows).into_iter().map(|series| of_prices(series, limits)));
    let p: Vec<f64> = drafts.iter().filter_map(|draft| Some(draft.tested?.p)).collect();
    let mut q = discovery::q_values(&p).into_iter();
    let mut trends: Vec<Trend> = drafts
        .into_iter()
        .map(|draft| match draft.tested {
            Some(tested) => judged(draft.trend, tested, q.next().unwrap_or(1.0), limits),
            None => draft.trend,
        })
        .collect();
    trends.sort_by(|x, y| {
        let surest = |trend: &Trend| trend.q.unwrap_or(f64::INFINITY);
        surest(x)
            .total_cmp(&surest(y))
            .then_with(|| (x.kind, &x.what, &x.object).cmp(&(y.kind, &y.what, &y.object)))
    });
    trends
}

fn drafted(kind: Kind, what: String, object: Option<Id>, mut evidence: Vec<Id>) -> Trend {
    evidence.sort_unstable();
    evidence.dedup();
    let evidence_left_out = evidence.len().saturating_sub(EVIDENCE_MAX);
    evidence.truncate(EVIDENCE_MAX);
    Trend {
        what,
        object,
        kind,
        before: 0.0,
        after: 0.0,
        ratio: None,
        interval: None,
        p: None,
        q: None,
        dispersion: None,
        how: String::new(),
        verdict: Verdict::TooLittleData,
        evidence,
        evidence_left_out,
    }
}

fn of_counts(series: Series, limits: &TrendLimits) -> Draft {
    let Series { kind, what, object, before, after, evidence } = series;
    let mut trend = drafted(kind, what, object, evidence);
    let (sum0, sum1): (f64, f64) = (before.iter().sum(), after.iter().sum());
    trend.before = sum0 / before.len().max(1) as f64;
    trend.after = sum1 / after.len().max(1) as f64;
    let events = sum0 + sum1;
    // Sign-ups come in thousands at a time: without their dispersion any change is sure.
    let is_told = |tested: &Tested| kind != Kind::Signups || tested.dispersion.is_some();
    let enough = counts::compare(&before, &after).filter(|_| events >= limits.events_min);
    let tested = enough.filter(is_told);
    trend.how = match &tested {
        None if enough.is_some() => "too few periods to see how much sign-ups vary".to_owned(),
        Some(Tested { dispersion: Some(_), .. }) => {
            "exact conditional test, and quasi-Poisson F over periods".to_owned()
        }
        Some(_) => "exact conditional test".to_owned(),
        None => format!("{events} events, {} are needed", limits.events_min),
    };
    Draft { trend, tested }
}

fn of_prices(prices: Prices, limits: &TrendLimits) -> Draft {
    let Prices { kind, what, pairs, before, after, evidence } = prices;
    let mut trend = drafted(kind, what, None, evidence);
    trend.before = series::median(&before).map_or(0.0, f64::exp);
    trend.after = series::median(&after).map_or(0.0, f64::exp);
    let fewest = before.len().min(after.len());
    let (tested, how) = if pairs.len() >= limits.pairs_min {
        (ranks::paired(&pairs), format!("signed ranks of {} offers before and after", pairs.len()))
    } else if fewest >= limits.offers_min {
        let (n, m) = (before.len(), after.len());
        (ranks::unpaired(&before, &after), format!("rank sum of {n} offers before, {m} after"))
    } else {
        let (pairs_min, offers_min) = (limits.pairs_min, limits.offers_min);
        let have = format!("{} offers before and after, {fewest} at least in each", pairs.len());
        (None, format!("{have}: {pairs_min}, or {offers_min}, are needed"))
    };
    trend.how = how;
    Draft { trend, tested }
}

/// What a halving and a doubling are: less is not worth a word.
const NOTABLE: f64 = 2.0;

fn judged(mut trend: Trend, tested: Tested, q: f64, limits: &TrendLimits) -> Trend {
    let (low, high) = tested.interval;
    let is_sure = q <= limits.q_max;
    let is_change = is_sure && tested.ratio.max(1.0 / tested.ratio) >= limits.change_min;
    trend.ratio = tested.ratio.is_finite().then_some(tested.ratio);
    trend.interval = Some((low, high.is_finite().then_some(high)));
    trend.p = Some(tested.p);
    trend.q = Some(q);
    trend.dispersion = tested.dispersion;
    trend.verdict = match is_change {
        true if trend.before == 0.0 => Verdict::New,
        true if trend.after == 0.0 => Verdict::Gone,
        true if tested.ratio > 1.0 => Verdict::Growing,
        true => Verdict::Shrinking,
        false if low < 1.0 / NOTABLE && high > NOTABLE => {
            trend.how.push_str("; it may have halved or doubled");
            Verdict::TooLittleData
        }
        false if is_sure => {
            trend.how.push_str("; sure, and small");
            Verdict::Steady
        }
        false => Verdict::Steady,
    };
    trend
}
