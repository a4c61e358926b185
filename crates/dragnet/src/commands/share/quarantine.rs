//! `dragnet share quarantine`: what was not valid, to be mended or thrown away.

use crate::intel::{Desk, DeskArgs, WhoArgs};
use crate::terminal::{self, faint, text, units};
use serde_json::{Value, json};
use store::Quarantined;

const EXAMPLES: &str = "\
Examples:
  dragnet share quarantine                 # what is in it, and why
  dragnet share quarantine --take 7 > object.json    # out of it, to be mended
  dragnet intel import object.json

Exit codes: 0 done; 1 failed; 2 the command line is wrong.";

/// Characters of a text that are shown; --take gives all.
const SHOWN_CHARS_MAX: usize = 160;

/// Look through what was set aside, and take it out
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct QuarantineArgs {
    /// Take this one out and print it
    #[arg(long, value_name = "N")]
    take: Option<i64>,
    /// Those after this number
    #[arg(long, value_name = "N", default_value_t = 0)]
    after: i64,
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: u32,
    #[command(flatten)]
    desk: DeskArgs,
    #[command(flatten)]
    who: WhoArgs,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: QuarantineArgs) -> anyhow::Result<()> {
    let desk = Desk::open(&args.desk)?;
    if let Some(number) = args.take {
        let act = desk.act(&args.who, "taken out of quarantine");
        let one = desk.wait(desk.store().take_out(&act, number))?;
        return Ok(terminal::print(&format!("{}\n", one.text))?);
    }
    let all = desk.wait(desk.store().quarantined(args.after, args.limit))?;
    terminal::list(&all, args.json, "quarantined", "nothing is in quarantine", document, line)
}

fn document(one: &Quarantined) -> Value {
    json!({
        "number": one.seq, "at": one.at.to_string(), "source": one.source, "why": one.why, "text": one.text,
    })
}

fn line(one: &Quarantined) -> String {
    let head =
        format!("{:>5}  {}  {}", one.seq, units::minute(one.at.ms()), text::harmless(&one.source));
    let why = text::wrapped("       ", &one.why, terminal::width());
    let excerpt = text::cut(&one.text, SHOWN_CHARS_MAX.min(terminal::width() - 7));
    format!("{}\n{why}       {}\n", head, faint(&excerpt))
}
