//! What more than one actor uses: the fewer do, the more it ties those who do. What
//! everyone uses ties nobody, and comes last.

use super::{Direction, Graph, Shared, User};
use std::collections::{BTreeMap, BTreeSet};
use stix::Id;
use stix::schema::{self, Class};

/// What an actor or a campaign does with what is its own.
const USES: [&str; 6] = ["uses", "owns", "hosts", "controls", "compromises", "sells"];
/// What infrastructure is made of.
const HOLDS: [&str; 5] = ["consists-of", "communicates-with", "resolves-to", "uses", "hosts"];
/// From an actor over its shop and the shop's host to an address; further on it is
/// somebody else's.
const STEPS_MAX: usize = 3;

/// Something that a campaign and an actor use.
pub(crate) struct Common {
    pub(crate) id: Id,
    pub(crate) name: String,
    /// Actors that use it.
    pub(crate) users: usize,
    /// Actors that there are.
    pub(crate) actors: usize,
}

/// (what, actor) and the relationships that say so.
type Uses = BTreeMap<u32, BTreeMap<u32, BTreeSet<u32>>>;

impl Graph {
    /// Infrastructure and observables that more than one actor uses, itself or in its
    /// campaigns, from the rarest on. A campaign that is attributed to nobody counts as an
    /// actor of its own: it has one.
    pub fn shared_infrastructure(&self) -> Vec<Shared> {
        let mut uses = Uses::new();
        let mut actors = 0;
        for (actor, starts) in self.actors() {
            actors += 1;
            for start in starts {
                self.used_from(actor, start, &mut uses);
            }
        }
        let mut shared: Vec<Shared> = uses
            .into_iter()
            .filter(|(_, users)| users.len() > 1)
            .map(|(node, users)| {
                let rarity = ((1 + actors) as f64 / (1 + users.len()) as f64).ln();
                let used_by = users.into_iter().map(|(actor, said)| self.user(actor, &said));
                let used_by = used_by.collect();
                Shared { id: self.id(node).clone(), name: self.name(node), used_by, rarity }
            })
            .collect();
        shared.sort_by(|x, y| y.rarity.total_cmp(&x.rarity).then_with(|| x.id.cmp(&y.id)));
        shared
    }

    /// What a campaign uses and each of these actors uses outside of it, from the rarest on;
    /// how many use it is counted over all actors, and campaigns of nobody.
    pub(crate) fn shared_with(&self, campaign: &Id, actors: &[&Id]) -> Vec<Vec<Common>> {
        let node = |id: &Id| self.node(id).map(|node| self.survivor(node));
        let campaign = node(campaign);
        let mut uses = Uses::new();
        let mut count = 0;
        let mut of_campaign = Uses::new();
        for (actor, starts) in self.actors() {
            count += 1;
            for start in starts {
                let uses = if Some(start) == campaign { &mut of_campaign } else { &mut uses };
                self.used_from(actor, start, uses);
            }
        }
        let common = |actor: &Id| {
            let actor = node(actor);
            let both = of_campaign.keys().filter_map(|node| Some((*node, uses.get(node)?)));
            let both =
                both.filter(|(_, users)| actor.is_some_and(|actor| users.contains_key(&actor)));
            let mut common: Vec<Common> = both
                .map(|(node, users)| {
                    let (id, name) = (self.id(node).clone(), self.name(node));
                    Common { id, name, users: users.len(), actors: count }
                })
                .collect();
            common.sort_by(|x, y| (x.users, &x.id).cmp(&(y.users, &y.id)));
            common
        };
        actors.iter().map(|actor| common(actor)).collect()
    }

    fn user(&self, actor: u32, said: &BTreeSet<u32>) -> User {
        let said_by = said.iter().map(|node| self.id(*node).clone()).collect();
        User { actor: self.id(actor).clone(), name: self.name(actor), said_by }
    }

    /// Each actor with what its own edges start from: itself and its campaigns.
    fn actors(&self) -> BTreeMap<u32, Vec<u32>> {
        let mut actors: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for type_name in ["intrusion-set", "threat-actor"] {
            let nodes = self.ids.of_type(&self.objects, type_name);
            for node in nodes.filter(|node| self.live(*node).is_some()) {
                actors.entry(self.survivor(node)).or_default();
            }
        }
        for (actor, starts) in &mut actors {
            starts.push(*actor);
        }
        let attributed = self.kind_named("attributed-to");
        for campaign in self.ids.of_type(&self.objects, "campaign") {
            if self.live(campaign).is_none() || self.survivor(campaign) != campaign {
                continue;
            }
            let links = self.links_resolved(campaign).map(|(_, link)| link);
            let whose: Vec<u32> = links
                .filter(|link| Some(link.kind()) == attributed && !link.is_doubted())
                .filter(|link| link.direction() == Direction::Out && actors.contains_key(&link.to))
                .map(|link| link.to)
                .collect();
            match whose.is_empty() {
                true => drop(actors.insert(campaign, vec![campaign])),
                false => whose
                    .into_iter()
                    .for_each(|actor| actors.entry(actor).or_default().push(campaign)),
            }
        }
        actors
    }

    fn used_from(&self, actor: u32, start: u32, uses: &mut Uses) {
        let mut seen = BTreeSet::from([start]);
        let mut at = vec![start];
        for step in 0..STEPS_MAX {
            let verbs = if step == 0 { &USES[..] } else { &HOLDS[..] };
            let mut next = Vec::new();
            for node in at {
                for (_, link) in self.links_resolved(node) {
                    let is_use = link.direction() == Direction::Out
                        && !link.is_doubted()
                        && verbs.contains(&self.kind(link))
                        && is_infrastructure(self.id(link.to).type_name());
                    if is_use {
                        let users = uses.entry(link.to).or_default();
                        users.entry(actor).or_default().insert(link.said_by);
                        next.extend(seen.insert(link.to).then_some(link.to));
                    }
                }
            }
            at = next;
        }
    }
}

fn is_infrastructure(type_name: &str) -> bool {
    let class = schema::of(type_name).map(|schema| schema.class);
    type_name == "infrastructure" || class == Some(Class::Observable)
}
