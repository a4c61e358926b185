//! What happened since a time: new objects, changed ones with what changed, revoked and
//! merged ones; by the time that versions name, or by that at which they arrived.

use super::{Change, Changes, Direction, Graph, Merged};
use crate::extension;
use serde_json::{Map, Value};
use stix::{Object, Timestamp};

impl Graph {
    /// What happened after `since`, by the time that versions name. Observables have none,
    /// and are not told of.
    pub fn changed_since(&self, since: Timestamp) -> Changes {
        self.came_since(since, |object| object.head().version())
    }

    /// What came after `since`, where `came` tells when a version did; none of what was
    /// there before, or is not known to have come.
    pub fn came_since(
        &self,
        since: Timestamp,
        came: impl Fn(&Object) -> Option<Timestamp>,
    ) -> Changes {
        let mut changes = Changes::default();
        let came = |object: &Object| came(object).filter(|at| *at > since);
        for node in self.nodes() {
            let versions = self.history(node);
            let new = versions.iter().filter_map(came);
            let (count, Some(at)) = (new.clone().count(), new.max()) else { continue };
            let Some(latest) = versions.last() else { continue };
            // The last that was known; what came may be older than it.
            let before = versions.iter().rfind(|object| came(object).is_none());
            let properties = before.map(|before| differing(before, latest)).unwrap_or_default();
            let (id, name) = (latest.id().clone(), self.name(node));
            let change = Change { id, name, at, properties, versions: count };
            match before {
                _ if latest.head().is_revoked => changes.revoked.push(change),
                None => changes.new.push(change),
                Some(_) => changes.changed.push(change),
            }
        }
        for list in [&mut changes.new, &mut changes.changed, &mut changes.revoked] {
            list.sort_by(|x, y| x.at.cmp(&y.at).then_with(|| x.id.cmp(&y.id)));
        }
        changes.merged = self.merged_since(came);
        changes
    }

    fn merged_since(&self, came: impl Fn(&Object) -> Option<Timestamp>) -> Vec<Merged> {
        let Some(kind) = self.kind_named("duplicate-of") else { return Vec::new() };
        let is_new = |node: u32| {
            let said = self.links(node).iter();
            let said =
                said.filter(|link| link.kind() == kind && link.direction() == Direction::Out);
            said.filter_map(|link| self.live(link.said_by)).any(|object| came(object).is_some())
        };
        let pairs = self.absorbed.iter().filter(|(absorbed, _)| is_new(*absorbed));
        let merged = pairs.map(|(absorbed, survivor)| Merged {
            absorbed: self.id(*absorbed).clone(),
            survivor: self.id(*survivor).clone(),
        });
        merged.collect()
    }
}

/// Properties that differ, by name; of our extension its parts, each by its own name.
fn differing(before: &Object, after: &Object) -> Vec<String> {
    let (before, after) = (opened(before), opened(after));
    let names = before.keys().chain(after.keys().filter(|name| !before.contains_key(*name)));
    let is_other = |name: &&String| *name != "modified" && before.get(*name) != after.get(*name);
    let mut names: Vec<String> = names.filter(is_other).cloned().collect();
    names.sort_unstable();
    names
}

fn opened(object: &Object) -> Map<String, Value> {
    let mut properties = object.properties();
    if let Some(Value::Object(extensions)) = properties.get_mut("extensions")
        && let Some(Value::Object(ours)) = extensions.remove(extension::ID)
    {
        let is_last = extensions.is_empty();
        let parts = ours.into_iter().filter(|(name, _)| name != "extension_type");
        properties.extend(parts.collect::<Vec<_>>());
        if is_last {
            properties.remove("extensions");
        }
    }
    properties
}
