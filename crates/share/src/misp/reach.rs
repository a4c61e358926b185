//! What belongs into the event of a report, grouping or campaign: what it lists, what
//! relationships join to it, and what those list in turn.

use crate::Released;
use std::collections::{BTreeMap, BTreeSet};

/// Steps from the head: to its indicators, and to what these are based on.
const STEPS_MAX: usize = 2;

/// Types that everything is joined to: they belong into an event, and lead no further.
const ENDS: &[&str] = &[
    "identity",
    "marking-definition",
    "extension-definition",
    "intrusion-set",
    "threat-actor",
    "attack-pattern",
    "location",
    "campaign",
];

/// Who is joined to whom, by places in what was released.
pub(crate) struct Joined {
    near: Vec<BTreeSet<usize>>,
}

impl Joined {
    pub(crate) fn of(released: &[Released]) -> Self {
        let ids = released.iter().enumerate().map(|(at, r)| (r.object().id().as_str(), at));
        let ids: BTreeMap<&str, usize> = ids.collect();
        let mut near = vec![BTreeSet::new(); released.len()];
        for (at, one) in released.iter().enumerate() {
            for (property, id) in one.object().refs() {
                let Some(&other) = ids.get(id.as_str()) else { continue };
                if other != at
                    && !property.ends_with("marking_refs")
                    && &*property != "created_by_ref"
                {
                    near[at].insert(other);
                    near[other].insert(at);
                }
            }
        }
        Self { near }
    }

    /// What belongs to the head at this place, the head among it.
    pub(crate) fn around(&self, head: usize, released: &[Released]) -> BTreeSet<usize> {
        let type_name = |at: usize| released[at].object().type_name();
        let mut reached = BTreeSet::from([head]);
        let mut edge = vec![head];
        for _ in 0..STEPS_MAX {
            let mut next = Vec::new();
            for at in edge {
                for &other in &self.near[at] {
                    // A relationship is a way, not a step.
                    let is_way = matches!(type_name(other), "relationship" | "sighting");
                    let ends = if is_way { &self.near[other] } else { &BTreeSet::new() };
                    for &end in ends.iter().chain([&other]) {
                        if reached.insert(end) && !is_end(type_name(end)) {
                            next.push(end);
                        }
                    }
                }
            }
            edge = next;
        }
        reached
    }
}

fn is_end(type_name: &str) -> bool {
    ENDS.contains(&type_name) || matches!(type_name, "relationship" | "sighting")
}
