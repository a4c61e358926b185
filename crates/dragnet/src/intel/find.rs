//! From what was typed to the one thing that is meant.

use crate::commands::Usage;
use actors::Graph;
use actors::graph::Found;
use stix::Id;

/// Of several that might be meant, so many are listed.
const LISTED_MAX: usize = 10;

/// The thing that a name leads to: an error that lists them where several might be
/// meant, and none is meant more surely than the others.
pub(crate) fn find(graph: &Graph, typed: &str) -> anyhow::Result<Id> {
    let found = graph.find(typed);
    let Some(first) = found.first() else {
        let words =
            format!("nothing here is called {typed:?}; `dragnet intel show` lists what there is");
        return Err(anyhow::anyhow!(words));
    };
    let alike: Vec<&Found> = found.iter().filter(|other| other.how == first.how).collect();
    // Several that were found to be one are one.
    let meant = |one: &Found| one.merged_into.clone().unwrap_or_else(|| one.id.clone());
    if alike.iter().all(|other| meant(other) == meant(first)) {
        return Ok(meant(first));
    }
    // A shop, the domain that it is reached at and what points at it are called the same.
    let first = alike.iter().map(|one| remoteness(one)).min();
    let nearest: Vec<&&Found> = alike.iter().filter(|one| Some(remoteness(one)) == first).collect();
    if let [thing] = nearest[..] {
        return Ok(meant(thing));
    }
    let line = |one: &&Found| format!("\n  {}  {}", one.id, one.name);
    let mut listed: String = alike.iter().take(LISTED_MAX).map(line).collect();
    if alike.len() > LISTED_MAX {
        listed += &format!("\n  and {} more", alike.len() - LISTED_MAX);
    }
    let is_actor = |one: &&Found| matches!(one.id.type_name(), "intrusion-set" | "threat-actor");
    if alike.iter().all(is_actor) {
        listed += "\nIf they are one: dragnet intel actor merge ID ID --why …";
    }
    Err(Usage(format!("{typed:?} may be any of these; name one by its id{listed}")).into())
}

/// How far from what people mean by a name: a thing, what tells of things, what is only
/// seen of them.
fn remoteness(one: &Found) -> u8 {
    let name = one.id.type_name();
    let schema = stix::schema::of(name);
    match schema.map(|schema| schema.class) {
        Some(stix::schema::Class::Observable) => 2,
        _ if matches!(name, "indicator" | "note" | "observed-data" | "opinion" | "report") => 1,
        _ => 0,
    }
}
