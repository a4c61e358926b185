//! What others published, read where it lies; skipped where it is not.

use super::{counted, errors, options};
use actors::import::{self, Taken};
use expect_test::{Expect, expect};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

fn read(name: &str) -> Option<Taken> {
    read_with(name, BTreeMap::new())
}

fn read_with(name: &str, actors: BTreeMap<String, stix::Id>) -> Option<Taken> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(name);
    let Ok(text) = std::fs::read(&path) else {
        eprintln!("skipped: no {}", path.display());
        return None;
    };
    let mut options = options();
    options.currency = "RUB".to_owned();
    options.actors = actors;
    Some(import::read(&text, &options).unwrap())
}

fn check(name: &str, expected: &Expect) {
    if let Some(taken) = read(name) {
        let wrong: Vec<_> = taken.objects.iter().flat_map(errors).collect();
        assert!(wrong.is_empty(), "{name}: {wrong:?}");
        expected.assert_eq(&counted(&taken));
    }
}

#[test]
fn galaxies_and_mappings_of_names_are_actors_and_techniques() {
    check(
        "cti/misp-galaxy_microsoft-activity-group.json",
        &expect![[r#"
        intrusion-set 179
        location 15
        relationship 113
        refused 0
        note clusters: 179
        note relations to clusters of other galaxies, kept as references: 94
    "#]],
    );
    check(
        "cti/misp-galaxy_mitre-fraud-framework.json",
        &expect![[r#"
        attack-pattern 123
        refused 0
        note clusters: 123
    "#]],
    );
    check(
        "cti/mstic_MicrosoftMapping.json",
        &expect![[r#"
        intrusion-set 166
        location 17
        relationship 113
        refused 0
        note actors: 166
        note other names: 444
    "#]],
    );
}

#[test]
fn a_mapping_speaks_of_the_actors_that_are_known() {
    let Some(galaxy) = read("cti/misp-galaxy_microsoft-activity-group.json") else { return };
    let name = |object: &stix::Object| {
        let properties = object.properties();
        properties.get("name").and_then(|name| name.as_str()).unwrap_or_default().to_lowercase()
    };
    let actors = galaxy.objects.iter().filter(|object| object.type_name() == "intrusion-set");
    let actors: BTreeMap<_, _> = actors.map(|actor| (name(actor), actor.id().clone())).collect();
    let shared = |actors: BTreeMap<String, stix::Id>| {
        let known: BTreeSet<_> = galaxy.objects.iter().map(stix::Object::id).collect();
        let mapping = read_with("cti/mstic_MicrosoftMapping.json", actors).unwrap();
        let all = mapping.objects.iter().filter(|object| object.type_name() == "intrusion-set");
        all.filter(|object| known.contains(object.id())).count()
    };
    // Without knowing the galaxy its ids are told from names where they follow from them.
    assert_eq!((shared(BTreeMap::new()), shared(actors)), (99, 159));
}

#[test]
fn listings_of_markets_are_offers() {
    check(
        "vk-market/MKMARKET2021_buy.csv",
        &expect![[r#"
        extension-definition 1
        identity 1
        infrastructure 1
        offer 44
        relationship 44
        refused 0
        note offers: 44
    "#]],
    );
    check(
        "vk-market/MKMARKET2021_rent.csv",
        &expect![[r#"
        extension-definition 1
        identity 1
        infrastructure 7
        offer 1458
        relationship 1458
        refused 8
        note offers: 1458
        note the same again: 190
    "#]],
    );
    check(
        "vk-market/MKMETRIC2022_offers.csv",
        &expect![[r#"
        extension-definition 1
        identity 1
        infrastructure 30
        offer 65
        relationship 65
        refused 0
        note offers: 65
    "#]],
    );
}
