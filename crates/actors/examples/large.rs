//! How large and how fast the graph of a million objects is: `cargo run -p actors
//! --example large`. It says when a step is done; time and memory are for the system to
//! tell, for example `/usr/bin/time -v` and `| while read l; do echo $SECONDS $l; done`.
#![allow(clippy::print_stdout)]

use actors::graph::{NearLimits, PathLimits, WalkLimits};
use actors::{Act, Graph, extension};
use serde_json::{Map, json};
use stix::{Id, Object, Timestamp};

/// Of each ten objects one is an actor or a campaign, four are addresses, five relationships.
fn objects(count: usize) -> impl Iterator<Item = Object> {
    let by = extension::IDENTITY.parse::<Id>().expect("an id");
    let act = Act::new(by, Timestamp::from_ms(1_700_000_000_000).expect("a time"), "");
    (0..count / 10).flat_map(move |group| {
        let type_name = if group % 20 == 0 { "intrusion-set" } else { "campaign" };
        let whose = extension::id(type_name, &[&group.to_string()]);
        let mut properties = act.head(&whose);
        properties.insert("name".to_owned(), json!(format!("Group-{group}")));
        properties.insert("description".to_owned(), json!("as long as such texts are ".repeat(8)));
        let mut made = vec![object(&properties)];
        let actor = extension::id("intrusion-set", &[&(group / 20 * 20).to_string()]);
        let verb = if group % 20 == 0 { "related-to" } else { "attributed-to" };
        made.push(act.relationship(&whose, verb, &actor));
        for at in 0..4 {
            // One address in a hundred is shared with another group.
            let number = (group * 4 + at) as u32;
            let number = if number.is_multiple_of(100) { number / 3 } else { number };
            let value = std::net::Ipv4Addr::from(0x0a00_0000 + number).to_string();
            let mut properties = Map::from_iter([("value".to_owned(), json!(value))]);
            let address = Id::of_observable("ipv4-addr", &properties).expect("it has a value");
            properties.insert("type".to_owned(), json!("ipv4-addr"));
            properties.insert("spec_version".to_owned(), json!("2.1"));
            properties.insert("id".to_owned(), json!(address));
            made.push(object(&properties));
            made.push(act.relationship(&whose, "uses", &address));
        }
        made
    })
}

fn object(properties: &Map<String, serde_json::Value>) -> Object {
    Object::from_properties(properties).expect("it has a type and its id")
}

fn main() {
    let told = |what: &str| println!("{what}");
    let objects: Vec<Object> = objects(1_000_000).collect();
    let bytes: usize = objects.iter().map(|object| object.text().len()).sum();
    told(&format!("{} objects made, {bytes} bytes of text", objects.len()));
    let graph = Graph::of(objects);
    told(&format!("graph of {}", graph.len()));
    let actor = extension::id("intrusion-set", &["40"]);
    let other = extension::id("campaign", &["61"]);
    let near = graph.neighbours(&actor, &NearLimits::default());
    told(&format!("{} neighbours", near.map_or(0, |near| near.neighbours.len())));
    told(&format!("{} found by name", graph.find("group 777").len()));
    told(&format!("{} found by the start of an id", graph.find("campaign--77").len()));
    let paths = graph.paths(&actor, &other, &PathLimits::default());
    told(&format!("{} paths, cut: {}", paths.paths.len(), paths.is_cut));
    let component = graph.component_of(&actor, &WalkLimits::default());
    told(&format!("component of {}", component.map_or(0, |component| component.members.len())));
    told(&format!("{} shared", graph.shared_infrastructure().len()));
    told(&format!(
        "{} changed",
        graph.changed_since(Timestamp::from_ms(0).expect("a time")).new.len()
    ));
}
