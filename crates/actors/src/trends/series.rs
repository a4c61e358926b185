//! What is counted and compared over time, out of the graph.

use super::{Kind, Windows};
use crate::extension::{self, Measured, Offer};
use crate::graph::{Direction, Graph};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use stix::{Id, Object, Timestamp};

/// Events by period.
pub(super) struct Series {
    pub(super) kind: Kind,
    pub(super) what: String,
    pub(super) object: Option<Id>,
    pub(super) before: Vec<f64>,
    pub(super) after: Vec<f64>,
    pub(super) evidence: Vec<Id>,
}

/// Logarithms of prices, or of stocks.
pub(super) struct Prices {
    pub(super) kind: Kind,
    pub(super) what: String,
    /// After less before, of each offer that has both.
    pub(super) pairs: Vec<f64>,
    /// The median of each offer.
    pub(super) before: Vec<f64>,
    pub(super) after: Vec<f64>,
    pub(super) evidence: Vec<Id>,
}

impl Windows {
    fn start_ms(&self) -> i64 {
        self.split.ms().saturating_sub(self.period_ms.saturating_mul(self.before as i64))
    }

    fn end_ms(&self) -> i64 {
        self.split.ms().saturating_add(self.period_ms.saturating_mul(self.after as i64))
    }

    fn has(&self, at: Timestamp) -> bool {
        (self.start_ms()..self.end_ms()).contains(&at.ms())
    }

    /// The shares of a span that fall into the periods: (period, share). A span without
    /// length falls into one.
    fn shares(&self, first: Timestamp, last: Timestamp) -> Vec<(usize, f64)> {
        let (start, period) = (self.start_ms(), self.period_ms.max(1));
        let (from, to) = (first.ms(), last.ms().max(first.ms()) + 1);
        let length = (to - from) as f64;
        let inside = (from.max(start), to.min(self.end_ms()));
        if inside.0 >= inside.1 {
            return Vec::new();
        }
        let periods = (inside.0 - start) / period..=(inside.1 - 1 - start) / period;
        let share = |at: i64| {
            let (low, high) = (start + at * period, start + (at + 1) * period);
            (at as usize, (to.min(high) - from.max(low)) as f64 / length)
        };
        periods.map(share).collect()
    }
}

/// When something of an object happened, of whatever says so.
#[derive(Default, Deserialize)]
struct Times {
    #[serde(default)]
    first_seen: Option<Timestamp>,
    #[serde(default)]
    last_seen: Option<Timestamp>,
    #[serde(default)]
    start_time: Option<Timestamp>,
}

/// What a series is of.
type Key = (Kind, Option<Id>);

/// Series: counts by period, and the objects behind them.
#[derive(Default)]
struct Gathered(BTreeMap<Key, (Vec<f64>, BTreeSet<Id>)>);

impl Gathered {
    fn add(
        &mut self,
        key: Key,
        windows: &Windows,
        (first, last): (Timestamp, Timestamp),
        count: f64,
        evidence: &Id,
    ) {
        let shares = windows.shares(first, last);
        if shares.is_empty() {
            return;
        }
        let empty = || (vec![0.0; windows.before + windows.after], BTreeSet::new());
        let (periods, ids) = self.0.entry(key).or_insert_with(empty);
        for (period, share) in shares {
            periods[period] += count * share;
        }
        ids.insert(evidence.clone());
    }
}

/// Campaigns and sign-ups by actor, uses of techniques and of infrastructure.
pub(super) fn counted(graph: &Graph, windows: &Windows) -> Vec<Series> {
    let mut gathered = Gathered::default();
    for campaign in graph.of_type("campaign") {
        if graph.resolve(campaign.id()) == campaign.id() {
            campaigns(graph, campaign, windows, &mut gathered);
        }
    }
    for relationship in graph.of_type("relationship") {
        used(graph, relationship, windows, &mut gathered);
    }
    for sighting in graph.of_type("sighting") {
        let of = ends(sighting, "sighting_of_ref");
        let Some(kind) = of.as_ref().and_then(kind_of) else { continue };
        let Some(at) = times(sighting).first_seen.or(sighting.head().created) else { continue };
        let of = of.map(|id| graph.resolve(&id).clone());
        gathered.add((kind, of), windows, (at, at), 1.0, sighting.id());
    }
    let series = gathered.0.into_iter().map(|((kind, object), (periods, evidence))| Series {
        kind,
        what: object.as_ref().map_or_else(|| "unattributed".to_owned(), |id| graph.name_of(id)),
        object,
        before: periods[..windows.before].to_vec(),
        after: periods[windows.before..].to_vec(),
        evidence: evidence.into_iter().collect(),
    });
    series.collect()
}

fn times(object: &Object) -> Times {
    serde_json::from_str(object.text()).unwrap_or_default()
}

fn ends(object: &Object, name: &str) -> Option<Id> {
    object.refs().into_iter().find(|(path, _)| **path == *name).map(|(_, id)| id)
}

fn campaigns(graph: &Graph, campaign: &Object, windows: &Windows, gathered: &mut Gathered) {
    let measured = extension::read::<Measured>(campaign).unwrap_or_default();
    let times = times(campaign);
    let created = campaign.head().created;
    let Some(first) = times.first_seen.or(measured.first).or(created) else { return };
    let last = measured.last.or(times.last_seen).unwrap_or(first);
    let said = graph.related(campaign.id(), "attributed-to", Direction::Out);
    let held = said.into_iter().filter(|(_, object)| !graph.is_doubted(object));
    let mut actors: Vec<Option<Id>> = held.map(|(id, _)| Some(id.clone())).collect();
    actors.dedup();
    if actors.is_empty() {
        actors.push(None);
    }
    for actor in actors {
        let key = (Kind::Campaigns, actor.clone());
        gathered.add(key, windows, (first, first), 1.0, campaign.id());
        if let Some(signups) = measured.signups {
            let span = (measured.first.unwrap_or(first), last);
            gathered.add((Kind::Signups, actor), windows, span, signups as f64, campaign.id());
        }
    }
}

/// What a use of an object counts as.
fn kind_of(id: &Id) -> Option<Kind> {
    match id.type_name() {
        "attack-pattern" => Some(Kind::Technique),
        "infrastructure" | "autonomous-system" => Some(Kind::Infrastructure),
        _ => None,
    }
}

/// That somebody uses something, or that something is somewhere.
const USES: [&str; 6] = ["uses", "owns", "hosts", "compromises", "belongs-to", "consists-of"];

fn used(graph: &Graph, relationship: &Object, windows: &Windows, gathered: &mut Gathered) {
    let Some(to) = ends(relationship, "target_ref") else { return };
    let Some(kind) = kind_of(&to) else { return };
    let Some(at) = times(relationship).start_time.or(relationship.head().created) else { return };
    let properties = relationship.properties();
    let verb = properties.get("relationship_type").and_then(|verb| verb.as_str());
    if verb.is_some_and(|verb| USES.contains(&verb)) && !graph.is_doubted(relationship) {
        let to = graph.resolve(&to).clone();
        gathered.add((kind, Some(to)), windows, (at, at), 1.0, relationship.id());
    }
}

/// Values of each offer in the two windows.
type Values = BTreeMap<Id, (Vec<f64>, Vec<f64>)>;

/// Prices, prices of live time and stocks, by good and platform. Prices in two currencies
/// are two series.
pub(super) fn priced(graph: &Graph, windows: &Windows) -> Vec<Prices> {
    let mut goods: BTreeMap<(Kind, String), Values> = BTreeMap::new();
    for object in graph.of_type("offer") {
        let versions = graph.versions(object.id()).iter();
        let quotes = versions.filter(|version| !version.head().is_revoked);
        for offer in quotes.filter_map(|version| version.read::<Offer>().ok()) {
            if !windows.has(offer.quoted) {
                continue;
            }
            for (kind, what, value) in values(&offer) {
                let of_offer = goods.entry((kind, what)).or_default();
                let (before, after) = of_offer.entry(object.id().clone()).or_default();
                if offer.quoted < windows.split { before } else { after }.push(value.ln());
            }
        }
    }
    goods.into_iter().map(|((kind, what), offers)| prices(kind, what, offers)).collect()
}

/// What an offer says that can be compared.
fn values(offer: &Offer) -> Vec<(Kind, String, f64)> {
    let of = offer.platform.as_ref().map(|platform| format!(", {platform}")).unwrap_or_default();
    let good = format!("{}{of}", offer.good);
    let currency = offer.price.as_ref().map(|price| price.currency.as_str()).unwrap_or_default();
    let priced = format!("{good}, {currency}");
    let values = [
        (Kind::Price, priced.clone(), offer.price_each()),
        (Kind::LivePrice, priced, offer.price_per_1000_live_hours()),
        (Kind::Stock, good, offer.stock.map(|stock| stock as f64)),
    ];
    let positive = |value: f64| (value > 0.0).then_some(value);
    values.into_iter().filter_map(|(kind, what, v)| Some((kind, what, positive(v?)?))).collect()
}

fn prices(kind: Kind, what: String, offers: Values) -> Prices {
    let mut prices = Prices {
        kind,
        what,
        pairs: Vec::new(),
        before: Vec::new(),
        after: Vec::new(),
        evidence: offers.keys().cloned().collect(),
    };
    for (before, after) in offers.into_values() {
        let (before, after) = (median(&before), median(&after));
        prices.pairs.extend(before.zip(after).map(|(before, after)| after - before));
        prices.before.extend(before);
        prices.after.extend(after);
    }
    prices
}

pub(super) fn median(values: &[f64]) -> Option<f64> {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    let count = values.len();
    (count > 0).then(|| f64::midpoint(values[(count - 1) / 2], values[count / 2]))
}
