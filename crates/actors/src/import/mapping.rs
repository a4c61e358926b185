//! Names of actors and what others call them, as Microsoft publishes them: a list of
//! `Threat actor name`, `Origin/Threat` and `Other names`.

use super::clusters::country;
use super::make::{Draft, Place};
use super::{Maker, NotTaken};
use serde::Deserialize;
use serde_json::{Value, json};
use stix::Id;
use uuid::Uuid;

/// The galaxy of the same names: most of its ids are UUIDv5 of a name in lower case under
/// its own. The others are older: whoever knows them says so with [`super::Options`].
const GALAXY: Uuid = Uuid::from_u128(0x28b5e55d_acba_4748_a79d_0afa3512689a);

#[derive(Deserialize)]
struct Entry {
    #[serde(rename = "Threat actor name")]
    name: String,
    #[serde(rename = "Origin/Threat", default)]
    origin: String,
    #[serde(rename = "Other names", default)]
    others: String,
}

pub(super) fn read(text: &[u8], maker: &mut Maker<'_>) -> Result<(), NotTaken> {
    let list: Vec<Value> =
        serde_json::from_slice(text).map_err(|why| NotTaken::json("the list of names", &why))?;
    for (at, entry) in list.into_iter().enumerate() {
        let field = "Threat actor name".to_owned();
        maker.place = Place { line: at as u64 + 1, field, text: entry.to_string() };
        match serde_json::from_value::<Entry>(entry) {
            Ok(entry) if entry.name.trim().is_empty() => maker.reject("there is no name"),
            Ok(entry) => keep(&entry, maker),
            Err(why) => maker.reject(&why.to_string()),
        }
    }
    Ok(())
}

fn keep(entry: &Entry, maker: &mut Maker<'_>) {
    let name = entry.name.trim();
    let known = maker.options.actors.get(&name.to_lowercase());
    let id = known.filter(|id| id.type_name() == "intrusion-set").cloned().unwrap_or_else(|| {
        let uuid = Uuid::new_v5(&GALAXY, name.to_lowercase().as_bytes());
        Id::new("intrusion-set", uuid).expect("intrusion-set is a type")
    });
    let others = entry.others.split(',').map(str::trim).filter(|other| !other.is_empty());
    let mut aliases: Vec<&str> = others.collect();
    aliases.dedup();
    let reference = json!([
        { "source_name": maker.options.source, "description": "names of threat actors" },
        { "source_name": "misp-galaxy:microsoft-activity-group", "external_id": id.uuid().to_string() },
    ]);
    let origins: Vec<&str> =
        entry.origin.split(',').map(str::trim).filter(|origin| !origin.is_empty()).collect();
    let motive = origins.contains(&"Financially motivated").then_some("personal-gain");
    let draft = Draft::new(&id, maker.options.created)
        .set("name", name)
        .set("aliases", json!(aliases))
        .set("labels", json!(origins))
        .set("primary_motivation", motive)
        .set("external_references", reference);
    let Some(actor) = maker.add(draft) else { return };
    maker.note("actors");
    for _ in &aliases {
        maker.note("other names");
    }
    for place in origins.iter().filter_map(|origin| code(origin)) {
        if let Some(location) = country(place, maker) {
            maker.relate(&actor, "originates-from", &location);
        }
    }
}

/// The country that an origin names, by ISO 3166-1.
fn code(origin: &str) -> Option<&'static str> {
    const COUNTRIES: &[(&str, &str)] = &[
        ("Austria", "AT"),
        ("Belarus", "BY"),
        ("China", "CN"),
        ("India", "IN"),
        ("Iran", "IR"),
        ("Israel", "IL"),
        ("Korea", "KR"),
        ("Lebanon", "LB"),
        ("North Korea", "KP"),
        ("Pakistan", "PK"),
        ("Russia", "RU"),
        ("Singapore", "SG"),
        ("Türkiye", "TR"),
        ("Ukraine", "UA"),
        ("United Arab Emirates", "AE"),
        ("United States", "US"),
        ("Vietnam", "VN"),
    ];
    COUNTRIES.iter().find(|(name, _)| *name == origin).map(|(_, code)| *code)
}
