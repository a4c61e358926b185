//! `dragnet share hold`: what must neither leave nor be deleted, for as long as it is
//! held.

use crate::commands::Usage;
use crate::intel::{Desk, DeskArgs, WhoArgs, find};
use crate::terminal::{self, faint, heading, text, units};
use anyhow::bail;
use serde_json::json;

const EXAMPLES: &str = "\
Examples:
  dragnet share hold Storm-1152 --why 'matter 7, complaint not served yet'
  dragnet share hold Storm-1152 --lift --why 'served 2026-03-01'
  dragnet share hold                  # what is held

Exit codes: 0 done; 1 failed; 2 the command line is wrong.";

/// As much of a name as leaves room for an id on a line.
const NAME_COLUMNS_MAX: usize = 24;

/// Hold something: it stays here, and stays
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct HoldArgs {
    /// What: a name, an alias, an id; nothing lists what is held
    #[arg(value_name = "NAME")]
    name: Option<String>,
    /// It is held no longer
    #[arg(long, requires = "name")]
    lift: bool,
    #[command(flatten)]
    desk: DeskArgs,
    #[command(flatten)]
    who: WhoArgs,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &HoldArgs) -> anyhow::Result<()> {
    let desk = Desk::open(&args.desk)?;
    let Some(name) = &args.name else { return list(&desk, args.json) };
    if args.who.why.is_none() {
        bail!(Usage("a hold needs its reason: --why 'matter 7'".to_owned()));
    }
    let graph = desk.graph()?;
    let id = find(&graph, name)?;
    let act = desk.act(&args.who, "");
    match args.lift {
        true => desk.wait(desk.store().release_hold(&act, &id))?,
        false => desk.wait(desk.store().hold(&act, &id))?,
    }
    let said = if args.lift { "held no longer" } else { "held" };
    let shown = match args.json {
        true => format!("{}\n", json!({ "id": id, "is_held": !args.lift })),
        false => {
            format!("{said}: {}  {}\n", text::harmless(&graph.name_of(&id)), faint(id.as_str()))
        }
    };
    Ok(terminal::print(&shown)?)
}

fn list(desk: &Desk, is_json: bool) -> anyhow::Result<()> {
    let holds = desk.wait(desk.store().holds())?;
    let shown = match (is_json, holds.is_empty()) {
        (true, _) => {
            let all = holds.iter().map(|hold| {
                json!({ "id": hold.id, "why": hold.why, "who": hold.who, "at": hold.at.to_string() })
            });
            let all: Vec<_> = all.collect();
            format!("{}\n", serde_json::to_string_pretty(&json!({ "holds": all }))?)
        }
        (false, true) => "nothing is held\n".to_owned(),
        (false, false) => {
            let graph = desk.graph()?;
            let line = |hold: &store::Hold| {
                let words =
                    format!("{}, {} by {}", hold.why, units::minute(hold.at.ms()), hold.who);
                format!(
                    "{}  {}\n{}",
                    heading(&text::cut(&graph.name_of(&hold.id), NAME_COLUMNS_MAX)),
                    faint(hold.id.as_str()),
                    text::wrapped("  ", &words, terminal::width())
                )
            };
            holds.iter().map(line).collect()
        }
    };
    Ok(terminal::print(&shown)?)
}
