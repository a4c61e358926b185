//! What others published, read where it lies; skipped where it is not.

use super::{counted, errors, options};
use actors::import::{self, Taken};
use expect_test::{Expect, expect};
use std::path::Path;

fn read(name: &str) -> Option<Taken> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(name);
    let Ok(text) = std::fs::read(&path) else {
        eprintln!("skipped: no {}", path.display());
        return None;
    };
    let mut options = options();
    options.currency = "RUB".to_owned();
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
fn galaxies_and_the_mapping_of_names_speak_of_the_same_actors() {
    check("cti/misp-galaxy_microsoft-activity-group.json", &expect![[""]]);
    check("cti/misp-galaxy_mitre-fraud-framework.json", &expect![[""]]);
    check("cti/mstic_MicrosoftMapping.json", &expect![[""]]);
    let galaxy = read("cti/misp-galaxy_microsoft-activity-group.json");
    let mapping = read("cti/mstic_MicrosoftMapping.json");
    let (Some(galaxy), Some(mapping)) = (galaxy, mapping) else { return };
    let is_actor = |taken: &Taken, id: &stix::Id| {
        id.type_name() == "intrusion-set" && taken.objects.iter().any(|object| object.id() == id)
    };
    let shared = mapping.objects.iter().filter(|object| is_actor(&galaxy, object.id())).count();
    assert_eq!(shared, 159);
}

#[test]
fn listings_of_markets_are_offers() {
    check("vk-market/MKMARKET2021_buy.csv", &expect![[""]]);
    check("vk-market/MKMARKET2021_rent.csv", &expect![[""]]);
    check("vk-market/MKMETRIC2022_offers.csv", &expect![[""]]);
}
