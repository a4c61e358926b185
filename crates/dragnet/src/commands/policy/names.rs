//! `dragnet policy names`: what conditions may ask about.

use crate::terminal::{self, policy as shown};
use serde_json::{Value, json};
use verdicts::policy::{Described, groups};

const EXAMPLES: &str = "\
Examples:
  dragnet policy names
  dragnet policy names --json | jq -r '.groups[].names[].name'

Conditions are written in CEL (https://cel.dev): && || ! == != < > in, and
text.startsWith('…'), .endsWith, .contains, .matches.";

/// List what conditions may ask about: names, types, meanings, examples
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct NamesArgs {
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &NamesArgs) -> anyhow::Result<()> {
    let text = match args.json {
        true => format!("{}\n", serde_json::to_string_pretty(&document())?),
        false => shown::names(&groups(), terminal::width()),
    };
    Ok(terminal::print(&text)?)
}

/// The same for programs.
pub(crate) fn document() -> Value {
    let groups = groups();
    let groups = groups.iter().map(|group| {
        let names: Vec<Value> = group.names.iter().map(name).collect();
        json!({ "group": group.title, "names": names })
    });
    json!({ "groups": groups.collect::<Vec<_>>() })
}

fn name(described: &Described) -> Value {
    let mut one = json!({
        "name": described.name,
        "type": described.gives.name(),
        "meaning": described.meaning,
        "example": described.example,
    });
    if described.stands_for.len() > 1 {
        one["stands_for"] = json!(described.stands_for);
    }
    one
}
