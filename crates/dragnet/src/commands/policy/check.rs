//! `dragnet policy check`: whether policies can decide, and what is worth a second look.

use crate::intel::timestamp;
use crate::terminal::{self, policy as shown};
use anyhow::{Context, bail};
use serde::Serialize;
use std::path::{Path, PathBuf};
use verdicts::Policy;
use verdicts::policy::Problem;

const EXAMPLES: &str = "\
Examples:
  dragnet policy check policies/*.toml
  dragnet policy check new.toml --against live.toml   # does the revision go up?
  dragnet policy check new.toml --json | jq '.files[].problems'

A problem keeps a policy from deciding anything. A warning does not: a rule
that never acts, an entry that has expired.

Exit codes: 0 all can decide; 1 a problem; 2 the command line is wrong.";

/// Check policies: every problem with its line, what was understood, what never acts
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct CheckArgs {
    /// Policies
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The policy in whose place they come: revisions go up
    #[arg(long, value_name = "FILE")]
    against: Option<PathBuf>,
    /// The time to take as now, RFC 3339: entries of lists expire
    #[arg(long, value_name = "TIME")]
    now: Option<String>,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// What is said of a file.
#[derive(Debug, Serialize)]
pub(crate) struct Checked {
    pub(crate) file: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) understood: Option<Understood>,
    pub(crate) problems: Vec<Said>,
    pub(crate) warnings: Vec<Said>,
}

/// What a policy is, in short.
#[derive(Debug, Serialize)]
pub(crate) struct Understood {
    pub(crate) name: String,
    pub(crate) revision: u64,
    pub(crate) fingerprint: String,
    pub(crate) mode: &'static str,
    pub(crate) act_on: Vec<&'static str>,
    pub(crate) rules: usize,
    /// Those that decide.
    pub(crate) acting: usize,
    pub(crate) lists: usize,
}

/// A problem, or a warning.
#[derive(Debug, Serialize)]
pub(crate) struct Said {
    pub(crate) line: usize,
    pub(crate) place: String,
    pub(crate) message: String,
}

impl From<Problem> for Said {
    fn from(problem: Problem) -> Self {
        let Problem { line, place, message } = problem;
        Self { line, place, message }
    }
}

impl Understood {
    fn of(policy: &Policy) -> Self {
        Self {
            name: policy.name().to_owned(),
            revision: policy.revision(),
            fingerprint: policy.fingerprint().to_owned(),
            mode: policy.mode().name(),
            act_on: policy.act_on().iter().map(|level| level.name()).collect(),
            rules: policy.rules().len(),
            acting: policy.rules().iter().filter(|rule| rule.is_acting()).count(),
            lists: policy.lists().count(),
        }
    }
}

pub(super) fn run(args: &CheckArgs) -> anyhow::Result<()> {
    let now_ms = timestamp("now", args.now.as_deref())?.ms();
    let against = args.against.as_deref().map(crate::commands::serve::read_policy).transpose()?;
    let check = |path: &PathBuf| checked(path, against.as_ref(), now_ms);
    let checked = args.files.iter().map(check).collect::<anyhow::Result<Vec<_>>>()?;
    let text = match args.json {
        true => {
            let document = serde_json::json!({ "files": checked });
            format!("{}\n", serde_json::to_string_pretty(&document)?)
        }
        false => shown::checked(&checked, terminal::width()),
    };
    terminal::print(&text)?;
    let bad = checked.iter().filter(|one| !one.problems.is_empty()).count();
    if bad > 0 {
        let files = terminal::units::counted(bad as u64, "policy", "policies");
        bail!("{files} of {} cannot decide anything", checked.len());
    }
    Ok(())
}

fn checked(path: &Path, against: Option<&Policy>, now_ms: i64) -> anyhow::Result<Checked> {
    let file = path.display().to_string();
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {file}"))?;
    let said = |problems: Vec<Problem>| problems.into_iter().map(Said::from).collect();
    Ok(match Policy::parse(&text) {
        Ok(policy) => {
            let after = against.and_then(|old| policy.warning_after(old));
            let warnings = after.into_iter().chain(policy.warnings(now_ms)).collect();
            let understood = Some(Understood::of(&policy));
            Checked { file, understood, problems: Vec::new(), warnings: said(warnings) }
        }
        Err(problems) => {
            Checked { file, understood: None, problems: said(problems), warnings: Vec::new() }
        }
    })
}
