//! `dragnet intel show`: what there is, or one thing and what is beside it.

use crate::intel::{Desk, DeskArgs, find};
use crate::terminal::{self, graph as shown};
use actors::Graph;
use actors::graph::NearLimits;
use anyhow::Context;
use serde_json::json;
use stix::Id;

const EXAMPLES: &str = "\
Examples:
  dragnet intel show                      # what there is
  dragnet intel show Storm-1152           # by name, alias, id or how it begins
  dragnet intel show Storm-1152 --json
  dragnet intel show --trade              # who sells what to whom
  dragnet intel show --shared             # what more than one actor uses
  dragnet intel show --conflicts          # what was imported under a taken id

Exit codes: 0 done; 1 failed, or no such thing; 2 the command line is wrong.";

/// Show what there is, or one thing with all that is beside it
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ShowArgs {
    /// A name, an alias, an id or how it begins
    #[arg(value_name = "NAME")]
    name: Option<String>,
    /// Who sells what to whom, and for how much
    #[arg(long, conflicts_with = "name")]
    trade: bool,
    /// What more than one actor uses, the most telling first
    #[arg(long, conflicts_with_all = ["name", "trade"])]
    shared: bool,
    /// What was imported under an id and version that stands for something else here
    #[arg(long, conflicts_with_all = ["name", "trade", "shared"])]
    conflicts: bool,
    /// At most so many neighbours
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    #[command(flatten)]
    desk: DeskArgs,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &ShowArgs) -> anyhow::Result<()> {
    let desk = Desk::open(&args.desk)?;
    let text = match &args.name {
        Some(name) => one(&desk, name, args)?,
        None if args.conflicts => conflicts(&desk, args.json)?,
        None if args.trade => {
            let graph = desk.graph()?;
            let trade = graph.trade();
            document(args.json, &trade, || shown::trade(&graph, &trade))?
        }
        None if args.shared => {
            let graph = desk.graph()?;
            let shared = graph.shared_infrastructure();
            document(args.json, &shared, || shown::shared(&shared))?
        }
        None => overview(&desk, args.json)?,
    };
    Ok(terminal::print(&text)?)
}

fn document(
    is_json: bool,
    answer: &impl serde::Serialize,
    words: impl FnOnce() -> String,
) -> anyhow::Result<String> {
    Ok(match is_json {
        true => format!("{}\n", serde_json::to_string_pretty(answer)?),
        false => words(),
    })
}

fn overview(desk: &Desk, is_json: bool) -> anyhow::Result<String> {
    let counts = desk.wait(desk.store().counts())?;
    let graph = desk.graph()?;
    let actors = graph.of_type("intrusion-set").chain(graph.of_type("threat-actor"));
    let actors: Vec<&stix::Object> =
        actors.filter(|one| graph.resolve(one.id()) == one.id()).collect();
    let found = json!({
        "objects": counts.iter().map(|(name, count)| (name.clone(), json!(count))).collect::<serde_json::Map<_, _>>(),
        "actors": actors.iter().map(|one| json!({ "id": one.id(), "name": shown::name(one) })).collect::<Vec<_>>(),
    });
    document(is_json, &found, || shown::overview(&counts, &graph, &actors))
}

fn one(desk: &Desk, name: &str, args: &ShowArgs) -> anyhow::Result<String> {
    let graph = desk.graph()?;
    let id = find(&graph, name)?;
    let mut limits = NearLimits::default();
    limits.neighbours_max = args.limit.unwrap_or(limits.neighbours_max);
    let near = graph
        .neighbours(&id, &limits)
        .context("it is only referred to: nothing says what it is")?;
    let sources = desk.wait(desk.store().provenance(&near.id))?;
    if args.json {
        return Ok(format!(
            "{}\n",
            serde_json::to_string_pretty(&whole(&graph, &near.id, &near, &sources)?)?
        ));
    }
    Ok(shown::object(&graph, &near, &sources))
}

fn whole(
    graph: &Graph,
    id: &Id,
    near: &actors::graph::Near,
    sources: &[store::Source],
) -> anyhow::Result<serde_json::Value> {
    let sources = sources.iter().map(|source| {
        json!({
            "source": source.source, "version": source.version, "sha256": source.sha256,
            "licence": source.licence, "grade": source.grade,
            "at": source.at.to_string(), "who": source.who,
        })
    });
    Ok(json!({
        "object": graph.get(id),
        "versions": graph.versions(id),
        "near": near,
        "standing": actors::attribution::standing(graph, id).ok(),
        "sources": sources.collect::<Vec<_>>(),
    }))
}

fn conflicts(desk: &Desk, is_json: bool) -> anyhow::Result<String> {
    let conflicts = desk.wait(desk.store().conflicts())?;
    let all: Vec<_> = conflicts
        .iter()
        .map(|one| json!({ "id": one.object.id(), "source": one.source, "import": one.import_id, "object": one.object }))
        .collect();
    document(is_json, &json!({ "conflicts": all }), || shown::conflicts(&conflicts))
}
