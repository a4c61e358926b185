//! A feed: a file an event, a list of them, and the hashes by which others ask whether
//! a value is in it.

use super::Event;
use md5::{Digest, Md5};
use serde_json::{Map, Value, json};

/// A file of a feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its name in the folder.
    pub name: String,
    /// What is in it.
    pub text: String,
}

/// The files of a feed of these events.
pub fn feed(events: &[Event]) -> Vec<File> {
    let mut files = Vec::with_capacity(events.len() + 2);
    let mut manifest = Map::new();
    let mut hashes = String::new();
    for event in events {
        manifest.insert(event.uuid.clone(), entry(event));
        let text = pretty(&json!({ "Event": event }));
        files.push(File { name: format!("{}.json", event.uuid), text });
        let in_objects = event.objects.iter().flat_map(|object| &object.attributes);
        for attribute in event.attributes.iter().chain(in_objects) {
            hashes.push_str(&format!("{},{}\n", md5(&attribute.value), event.uuid));
        }
    }
    files.push(File { name: "manifest.json".to_owned(), text: pretty(&Value::Object(manifest)) });
    files.push(File { name: "hashes.csv".to_owned(), text: hashes });
    files
}

fn entry(event: &Event) -> Value {
    json!({
        "Orgc": event.organisation,
        "Tag": event.tags,
        "info": event.info,
        "date": event.date,
        "analysis": event.analysis,
        "threat_level_id": event.threat_level_id,
        "timestamp": event.timestamp,
    })
}

fn pretty(value: &Value) -> String {
    let text = serde_json::to_string_pretty(value).expect("JSON is written as JSON");
    text + "\n"
}

/// The hash that MISP asks by; it protects nothing.
fn md5(value: &str) -> String {
    Md5::digest(value.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
