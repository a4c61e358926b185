//! What a scan of sign-ups found, as STIX: campaigns and who made them, what they were
//! made with, indicators from their signatures, and counts of what was seen. No account,
//! mailbox or number of a person is in it.
//!
//! Ids follow from those of campaigns and actors, which stay from scan to scan, and all
//! is made when the scan says that it looked: [`crate::import::anew`] then leaves of a
//! later scan only what changed.

mod finding;
mod indicator;
mod supplies;
mod techniques;

use crate::estimate::Likelihood;
use crate::extension::{Measured, Statement};
use crate::import::{Draft, Maker, NotTaken, Options as ImportOptions, Place, Taken, id_of};
use finding::{Campaign, Grade, Link, Run};
use serde_json::json;
use std::collections::BTreeMap;
use stix::marking::Tlp;
use stix::{Id, Object, Timestamp};

/// What is said by whoever takes a scan over.
#[derive(Clone, Debug)]
pub struct Options {
    /// Who makes the objects: an identity, whose sign-ups they were.
    pub created_by: Id,
    /// How they may be handled; AMBER by default, since they tell of somebody's sign-ups.
    pub tlp: Tlp,
    /// The latest versions of the actors that are known, by their ids: one of them keeps
    /// its name, and whatever else was said of it, and is only seen again.
    pub actors: BTreeMap<Id, Object>,
    /// The first number that no actor ever had as `Cluster-NNNN`, such as
    /// [`crate::lineage::next_cluster`] names.
    pub next_cluster: u32,
}

impl Options {
    /// By `created_by`, who knows of no actor yet.
    pub fn new(created_by: Id) -> Self {
        Self { created_by, tlp: Tlp::Amber, actors: BTreeMap::new(), next_cluster: 1 }
    }
}

/// The intrusion-set of an actor of a scan, such as `A-7F3K2M9Q`.
pub fn actor_id(actor: &str) -> Id {
    id_of("intrusion-set", &["scan", actor])
}

/// The object of a campaign of a scan, such as `C-7F3K2M9Q`.
pub fn campaign_id(campaign: &str) -> Id {
    id_of("campaign", &["scan", campaign])
}

/// Reads a result's `run.json` and `campaigns.jsonl`.
pub fn read(run: &[u8], campaigns: &[u8], options: &Options) -> Result<Taken, NotTaken> {
    let run: Run = serde_json::from_slice(run).map_err(|why| NotTaken::json("run.json", &why))?;
    let now = run.now().ok_or_else(|| NotTaken::Broken {
        line: 1,
        field: "run.json".to_owned(),
        why: "it does not say when the scan was".to_owned(),
    })?;
    let import = ImportOptions {
        tlp: Some(options.tlp),
        ..ImportOptions::new(now, options.created_by.clone(), "dragnet scan")
    };
    let mut maker = Maker::new(&import);
    let found = finding::read(campaigns, &mut maker);
    let actors = actors(&found, options, &mut maker);
    for (line, campaign) in &found {
        maker.place =
            Place { line: *line, field: "campaign".to_owned(), text: campaign.id.clone() };
        let scan = Scan { rule_version: run.rule_version, now };
        scan.keep(campaign, &actors, &mut maker);
    }
    Ok(maker.finish())
}

/// Actors by their ids in the scan: each is known, or has the next number.
fn actors(
    found: &[(u64, Campaign)],
    options: &Options,
    maker: &mut Maker<'_>,
) -> BTreeMap<String, Id> {
    let mut spans: BTreeMap<&str, (i64, i64)> = BTreeMap::new();
    for (_, campaign) in found {
        if let Some(actor) = &campaign.actor {
            let (first, last) = (campaign.first_ever_ms(), campaign.last_ms);
            let span = spans.entry(&actor.id).or_insert((first, last));
            *span = (span.0.min(first), span.1.max(last));
        }
    }
    let mut next = options.next_cluster;
    let mut kept = BTreeMap::new();
    // The first to appear gets the first number, however the scan lists them.
    let mut order: Vec<_> = spans.into_iter().collect();
    order.sort_by_key(|(actor, (first, _))| (*first, *actor));
    for (actor, span) in order {
        let id = actor_id(actor);
        let draft = match options.actors.get(&id) {
            Some(known) => seen_again(known, span, maker.options.created),
            None => {
                let name = format!("Cluster-{next:04}");
                next = next.saturating_add(1);
                unnamed(&id, &name, actor, span, maker.options.created)
            }
        };
        if let Some(id) = maker.add(draft) {
            kept.insert(actor.to_owned(), id);
        }
    }
    kept
}

/// An actor that nobody has named.
fn unnamed(id: &Id, name: &str, actor: &str, span: (i64, i64), at: Timestamp) -> Draft {
    let reference = json!([{ "source_name": "dragnet scan", "external_id": actor }]);
    Draft::new(id, at)
        .set("name", name)
        .set("description", "Found by what campaigns of sign-ups have in common; not named.")
        .set("goals", json!(["accounts in bulk"]))
        .set("external_references", reference)
        .at("first_seen", Timestamp::from_ms(span.0))
        .at("last_seen", Timestamp::from_ms(span.1))
}

/// What is known of an actor, with the time over which it was seen.
fn seen_again(known: &Object, span: (i64, i64), at: Timestamp) -> Draft {
    let properties = known.properties();
    let time = |name: &str| properties.get(name)?.as_str()?.parse::<Timestamp>().ok();
    let first = time("first_seen").map_or(span.0, |first| first.ms().min(span.0));
    let last = time("last_seen").map_or(span.1, |last| last.ms().max(span.1));
    Draft::of(known)
        .at("modified", Some(at))
        .at("first_seen", Timestamp::from_ms(first))
        .at("last_seen", Timestamp::from_ms(last))
}

/// What campaigns of one scan have in common.
struct Scan {
    rule_version: u32,
    now: Timestamp,
}

impl Scan {
    fn keep(&self, campaign: &Campaign, actors: &BTreeMap<String, Id>, maker: &mut Maker<'_>) {
        if campaign.kind != "factory" {
            maker.note("organisations, which are nobody's campaign");
            return;
        }
        let Some(id) = self.campaign(campaign, maker) else { return };
        maker.note("campaigns");
        self.attribute(campaign, &id, actors, maker);
        techniques::keep(&id, self.now, maker);
        let observables = supplies::keep(campaign, &id, self.now, maker);
        let Some(observed) = self.observed(campaign, &observables, maker) else { return };
        let indicator = indicator::keep(self, campaign, &id, &observed, maker);
        sighting(campaign, &indicator.unwrap_or(id), &observed, maker);
    }

    fn campaign(&self, campaign: &Campaign, maker: &mut Maker<'_>) -> Option<Id> {
        let id = campaign_id(&campaign.id);
        let draft = Draft::new(&id, self.now)
            .set("name", &campaign.id[..])
            .set("aliases", json!(campaign.aliases))
            .set("description", campaign.words())
            .set("objective", "fraudulent accounts")
            .set("confidence", (campaign.risk.clamp(0.0, 1.0) * 100.0).round() as u64)
            .at("first_seen", Timestamp::from_ms(campaign.first_ever_ms()))
            .at("last_seen", Timestamp::from_ms(campaign.last_ms))
            .set("external_references", techniques::references(campaign))
            .with(&self.measured(campaign));
        maker.add(draft)
    }

    fn measured(&self, campaign: &Campaign) -> Measured {
        Measured {
            rule_version: Some(self.rule_version.to_string()),
            signups: Some(campaign.accounts),
            risk: Some(campaign.risk.clamp(0.0, 1.0)),
            first: Timestamp::from_ms(campaign.first_ms),
            last: Timestamp::from_ms(campaign.last_ms),
            ..Measured::default()
        }
    }

    /// Ties a campaign to its actor, with what it has in common with the actor's others.
    fn attribute(
        &self,
        campaign: &Campaign,
        id: &Id,
        actors: &BTreeMap<String, Id>,
        maker: &mut Maker<'_>,
    ) {
        let Some(actor) = &campaign.actor else { return };
        let Some(target) = actors.get(&actor.id) else { return };
        let is_strong = actor.links.iter().any(|link| link.grade == Grade::Strong);
        let (likelihood, confidence) = match is_strong {
            true => (Likelihood::VeryLikely, STRONG),
            false => (Likelihood::Likely, MODERATE),
        };
        let reasons: Vec<String> = actor.links.iter().flat_map(reasons).take(REASONS_MAX).collect();
        let draft = maker
            .relation(id, "attributed-to", target, self.now)
            .set("confidence", confidence)
            .with(&Statement { likelihood: Some(likelihood), reasons, ..Statement::default() });
        maker.add(draft);
    }

    /// How many accounts were seen, through what is no person's.
    fn observed(&self, campaign: &Campaign, seen: &[Id], maker: &mut Maker<'_>) -> Option<Id> {
        let accounts = maker.observable(
            "user-account",
            json!({ "account_type": "campaign", "user_id": campaign.id }),
        )?;
        let mut refs = vec![accounts];
        refs.extend_from_slice(seen);
        let id = id_of("observed-data", &["scan", &campaign.id]);
        let draft = Draft::new(&id, self.now)
            .at("first_observed", Timestamp::from_ms(campaign.first_ms))
            .at("last_observed", Timestamp::from_ms(campaign.last_ms))
            .set("number_observed", campaign.accounts.clamp(1, OBSERVED_MAX))
            .refs("object_refs", &refs)
            .with(&self.measured(campaign));
        maker.add(draft)
    }
}

/// The most that the specification lets be observed (section 4.14).
const OBSERVED_MAX: u64 = 999_999_999;
/// Confidence, in the middle of what section "Confidence scales" calls high.
const STRONG: u8 = 85;
/// In the middle of what it calls medium.
const MODERATE: u8 = 50;
/// More reasons than these are not read.
const REASONS_MAX: usize = 12;

fn reasons(link: &Link) -> impl Iterator<Item = String> {
    link.ties.iter().map(move |tie| format!("with {}: {}", link.campaign, tie.words))
}

/// That it was seen, how often, by whose sign-ups it were.
fn sighting(campaign: &Campaign, of: &Id, observed: &Id, maker: &mut Maker<'_>) {
    let by = maker.options.created_by.clone();
    let id = id_of("sighting", &["scan", &campaign.id]);
    let draft = Draft::new(&id, maker.options.created)
        .set("sighting_of_ref", json!(of))
        .refs("observed_data_refs", std::slice::from_ref(observed))
        .refs("where_sighted_refs", std::slice::from_ref(&by))
        .at("first_seen", Timestamp::from_ms(campaign.first_ms))
        .at("last_seen", Timestamp::from_ms(campaign.last_ms))
        .set("count", campaign.accounts.min(OBSERVED_MAX))
        .set("summary", true);
    maker.add(draft);
}
