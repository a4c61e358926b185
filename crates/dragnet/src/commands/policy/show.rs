//! `dragnet policy show`: a policy as a table.

use crate::commands::serve::read_policy;
use crate::terminal::{self, policy as shown};
use serde_json::json;
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  dragnet policy show policies/sign-up.toml
  dragnet policy show policies/sign-up.toml --json | jq '.rules[] | select(.acts)'";

/// Show a policy as a table
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ShowArgs {
    /// A policy
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &ShowArgs) -> anyhow::Result<()> {
    let policy = read_policy(&args.file)?;
    if !args.json {
        return Ok(terminal::print(&shown::policy(&policy, terminal::width()))?);
    }
    let rules = policy.rules().iter().map(|rule| {
        json!({
            "name": rule.name(), "line": rule.line(), "when": rule.when(),
            "do": rule.verdict(), "level": rule.level(), "acts": rule.is_acting(),
            "label": rule.label(), "why": rule.why(),
        })
    });
    let lists = policy.lists().map(|(name, entries)| json!({ "name": name, "entries": entries }));
    let document = json!({
        "name": policy.name(),
        "revision": policy.revision(),
        "fingerprint": policy.fingerprint(),
        "mode": policy.mode(),
        "act_on": policy.act_on(),
        "fail_over": policy.fail_over(),
        "lists": lists.collect::<Vec<_>>(),
        "rules": rules.collect::<Vec<_>>(),
    });
    Ok(terminal::print(&format!("{}\n", serde_json::to_string_pretty(&document)?))?)
}
