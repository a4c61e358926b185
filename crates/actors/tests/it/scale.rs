//! Many objects: what is looked up, walked and ranked stays right.

use crate::world::{id, time, us};
use actors::graph::{PathLimits, WalkLimits};
use actors::{Act, Graph};
use serde_json::{Map, json};
use stix::{Id, Object};

/// Actors with addresses of their own, and one address that two of them share.
fn world(actors: usize, addresses: usize) -> Vec<Object> {
    let act = Act::new(us(), time("2024-01-01"), "");
    let mut objects = Vec::new();
    for actor in 0..actors {
        let whose = id(&format!("Storm-{actor}"));
        let mut properties = act.head(&whose);
        properties.insert("name".to_owned(), json!(format!("Storm-{actor}")));
        objects.push(Object::from_properties(&properties).unwrap());
        for address in 0..addresses {
            let number =
                if actor < 2 && address == 0 { 0 } else { 1 + actor * addresses + address };
            let value = format!("2001:db8::{:x}:{:x}", number >> 16, number & 0xffff);
            let mut properties = Map::from_iter([("value".to_owned(), json!(value))]);
            let address = Id::of_observable("ipv6-addr", &properties).unwrap();
            properties.insert("type".to_owned(), json!("ipv6-addr"));
            properties.insert("id".to_owned(), json!(address));
            objects.push(Object::from_properties(&properties).unwrap());
            objects.push(act.relationship(&whose, "uses", &address));
        }
    }
    objects
}

#[test]
fn twenty_thousand_objects() {
    let graph = Graph::of(world(100, 100));
    assert_eq!(graph.len(), 100 + 10_000 - 1 + 10_000);
    let ends = (id("Storm-0"), id("Storm-1"));
    let paths = graph.paths(&ends.0, &ends.1, &PathLimits::default());
    assert_eq!(paths.paths.iter().map(|path| path.steps.len()).collect::<Vec<_>>(), [2]);
    let shared = graph.shared_infrastructure();
    assert_eq!(shared.iter().map(|shared| &shared.name[..]).collect::<Vec<_>>(), ["2001:db8::0:0"]);
    let component = graph.component_of(&ends.0, &WalkLimits::default()).unwrap();
    assert_eq!(component.members.len(), 2 + 200 - 1);
    assert_eq!(graph.find("storm 99").len(), 1);
}
