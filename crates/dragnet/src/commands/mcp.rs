//! `dragnet mcp`: what programs that reason may ask, over standard input and output.

use crate::agents::{Agent, Results, View};
use crate::commands::Usage;
use crate::intel::{Desk, DeskArgs, timestamp};
use crate::output::is_result;
use anyhow::Context;
use clap::ValueEnum;
use rmcp::ServiceExt;
use rmcp::transport::stdio;
use share::release::{KEY_BYTES, Key};
use std::path::PathBuf;
use store::Role;

const EXAMPLES: &str = "\
Examples:
  dragnet mcp --result monday.dragnet
  dragnet mcp --result monday.dragnet --role analyst --name triage
  dragnet mcp --store /data/dragnet.db --role investigator --name desk

Everything is read-only. A viewer sees pseudonyms, an analyst who somebody is, an
investigator what is under seal, too. Every question is in the audit log as
mcp:NAME: `dragnet intel log`. docs/agents.md says what can be asked.

Exit codes: 0 whoever asked is gone; 1 failed; 2 the command line is wrong.";

/// Let agents ask, over the Model Context Protocol
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct McpArgs {
    /// Results of `dragnet scan`, the newest last (repeatable)
    #[arg(long, value_name = "DIR")]
    result: Vec<PathBuf>,
    /// What whoever asks may see
    #[arg(long, value_name = "ROLE", default_value = "viewer")]
    role: TypedRole,
    /// Who asks, for the audit log
    #[arg(long, value_name = "NAME", default_value = "agent")]
    name: String,
    #[command(flatten)]
    desk: DeskArgs,
}

/// What a program may be; none may change anything.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum TypedRole {
    /// Sees pseudonyms
    Viewer,
    /// Sees who somebody is
    Analyst,
    /// Sees what is under seal
    Investigator,
}

/// Answers until whoever asks is gone.
pub(crate) fn run(args: McpArgs) -> anyhow::Result<()> {
    if let Some(dir) = args.result.iter().find(|dir| !is_result(dir)) {
        return Err(Usage(format!("{} is not a result of `dragnet scan`", dir.display())).into());
    }
    let role = match args.role {
        TypedRole::Viewer => Role::Viewer,
        TypedRole::Analyst => Role::Analyst,
        TypedRole::Investigator => Role::Investigator,
    };
    let mut key = [0; KEY_BYTES];
    getrandom::fill(&mut key).context("the system gives no random key for pseudonyms")?;
    // A store that is read only has no audit log to write to, and is refused.
    let desk = Desk::make(&args.desk)?;
    let agent = Agent {
        store: desk.store().clone(),
        results: Results::of(args.result),
        view: View::of(role, Key::new(key)),
        who: format!("mcp:{}", args.name),
        now: || timestamp("now", None),
    };
    desk.serve(async move {
        let service = agent.serve(stdio()).await.context("whoever asks does not speak MCP")?;
        service.waiting().await.context("the connection broke")?;
        Ok(())
    })
}
