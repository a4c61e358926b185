//! `dragnet intel`: the graph of who makes, sells, solves and buys.

mod actors;
mod asked;
mod export;
mod help;
mod hostile;
mod import;
mod killed;
mod misp;

use crate::room::{Room, Said};
use serde_json::{Value, json};
use std::path::Path;

/// When the stories happen.
pub(crate) const NOW: &str = "2026-11-05T08:00:00Z";

/// The public record of a maker and seller of accounts.
pub(crate) fn case() -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cases/storm-1152.json");
    std::fs::read(path).unwrap()
}

/// A room whose store holds that record.
pub(crate) fn with_case() -> Room {
    let room = Room::new();
    room.write("case.json", case());
    room.at(NOW, &["intel", "import", "case.json", "--licence", "CC-BY-4.0"]).ok();
    room
}

/// A room whose store holds what a scan of a tiny world found, and that record.
pub(crate) fn with_world() -> Room {
    let room = Room::new();
    room.write("case.json", case());
    room.run(&["synth", "--rows", "2000", "--fraud", "0.2", "--seed", "7", "--out", "log"]).ok();
    room.scan(&["log/signups.csv", "--out", "log.dragnet"]).ok();
    room.at(NOW, &["intel", "import", "log.dragnet", "case.json", "--licence", "public"]).ok();
    room
}

/// An object with the `n`-th id.
pub(crate) fn object(type_name: &str, n: u32, rest: Value) -> Value {
    let mut object = json!({
        "type": type_name, "spec_version": "2.1",
        "id": format!("{type_name}--00000000-0000-4000-8000-{n:012}"),
        "created": "2026-01-01T00:00:00.000Z", "modified": "2026-01-01T00:00:00.000Z",
    });
    object.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
    object
}

/// A bundle of objects.
pub(crate) fn bundle(objects: &[Value]) -> String {
    let id = "bundle--00000000-0000-4000-8000-000000000000";
    json!({ "type": "bundle", "id": id, "objects": objects }).to_string()
}

/// What a JSON answer says.
#[track_caller]
pub(crate) fn answer(said: &Said) -> Value {
    said.ok();
    serde_json::from_str(&said.out).unwrap_or_else(|e| panic!("{e}: {}", said.out))
}

/// All that a store says of itself.
pub(crate) fn state(room: &Room) -> String {
    let asked: [&[&str]; 4] = [
        &["intel", "show", "--json"],
        &["intel", "show", "--conflicts", "--json"],
        &["intel", "log", "--json"],
        &["intel", "log", "--check", "--json"],
    ];
    asked.map(|args| room.run(args).ok().out.clone()).concat()
}

/// Objects in the store.
pub(crate) fn count(room: &Room) -> u64 {
    let all = answer(&room.run(&["intel", "show", "--json"]));
    all["objects"].as_object().unwrap().values().map(|n| n.as_u64().unwrap()).sum()
}

/// The text without how long things took.
pub(crate) fn timeless(text: &str) -> String {
    let Some((before, rest)) = text.split_once(" in 0.") else { return text.to_owned() };
    let (_, after) = rest.split_once(" s").unwrap();
    before.to_owned() + &timeless(after)
}
