//! Many objects: what is looked up, walked and ranked stays right.

use crate::world::{id, time, us};
use actors::graph::{NearLimits, PathLimits, WalkLimits};
use actors::{Act, Graph, attribution};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
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

/// Objects without sense: circles, loops, merges of merges, ends that are not there.
fn senseless(seed: u64) -> Vec<Object> {
    eprintln!("seed {seed}");
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let verbs =
        ["uses", "owns", "duplicate-of", "attributed-to", "buys-from", "sells", "consists-of"];
    let names = ["Storm-1", "Storm-2", "Storm-3", "C-1", "C-2", "a.example", "b.example", "Octo"];
    let name = |random: &mut ChaCha8Rng| id(names[random.random_range(0..names.len())]);
    let mut objects = Vec::new();
    for day in 1..=40 {
        let act = Act::new(us(), time(&format!("2024-01-{:02}", day % 28 + 1)), "");
        let (source, target) = (name(&mut random), name(&mut random));
        let verb = verbs[random.random_range(0..verbs.len())];
        objects.push(act.relationship(&source, verb, &target));
        if random.random::<bool>() {
            let mut properties = act.head(&source);
            properties.insert("name".to_owned(), json!("a name"));
            properties.insert("revoked".to_owned(), json!(random.random_range(0..4) == 0));
            objects.push(Object::from_properties(&properties).unwrap());
        }
    }
    objects
}

/// All that is answered, of a few objects in any order.
fn answers(objects: Vec<Object>) -> String {
    let graph = Graph::of(objects);
    let ids: Vec<Id> = graph.objects().map(|object| object.id().clone()).collect();
    let mut text = String::new();
    for from in &ids {
        let near = graph.neighbours(from, &NearLimits::default());
        let component = graph.component_of(from, &WalkLimits::default());
        let standing = attribution::standing(&graph, from).ok();
        text += &serde_json::to_string(&(near, component, standing, graph.resolve(from))).unwrap();
        for to in &ids {
            text += &serde_json::to_string(&graph.paths(from, to, &PathLimits::default())).unwrap();
        }
    }
    let changes = graph.changed_since(time("2024-01-15"));
    text + &serde_json::to_string(&(changes, graph.trade(), graph.shared_infrastructure())).unwrap()
}

#[test]
fn of_senseless_objects_the_answers_are_the_same_in_any_order() {
    for seed in 0..12 {
        let mut objects = senseless(seed);
        let there = answers(objects.clone());
        objects.reverse();
        objects.extend(objects.clone());
        assert_eq!(there, answers(objects), "seed {seed}");
    }
}
