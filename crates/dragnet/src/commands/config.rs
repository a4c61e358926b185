//! `dragnet config`: what `dragnet serve` would be told, from where, and what is wrong
//! with it.

use crate::commands::serve;
use crate::settings::{self, Found, From, Problem, Setting};
use crate::terminal::{self, faint, units};
use clap::Subcommand;
use serde_json::{Value, json};
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  dragnet config show --default > dragnet.toml
  dragnet config check dragnet.toml
  DRAGNET_SERVE_BIND=0.0.0.0:6443 dragnet config check dragnet.toml --json
  dragnet serve --config dragnet.toml

What serve is told by a flag goes before what the environment says
(DRAGNET_SERVE_BIND for --bind), that before the file, that before the default.

Exit codes: 0 it can be served with; 1 it cannot; 2 the command line is wrong.";

/// Check and show the settings of dragnet serve
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ConfigArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Check(CheckArgs),
    Show(ShowArgs),
}

/// Say all that is wrong, by line, and otherwise what would hold and from where
#[derive(Debug, clap::Args)]
struct CheckArgs {
    /// The file [default: only the environment]
    #[arg(value_name = "FILE", env = settings::FILE)]
    file: Option<PathBuf>,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// Show what would hold
#[derive(Debug, clap::Args)]
struct ShowArgs {
    /// The file [default: only the environment]
    #[arg(value_name = "FILE", env = settings::FILE)]
    file: Option<PathBuf>,
    /// Show a file of all settings instead, with what each is for and its default
    #[arg(long)]
    default: bool,
    /// Print one JSON document
    #[arg(long, conflicts_with = "default")]
    json: bool,
}

pub(crate) fn run(args: ConfigArgs) -> anyhow::Result<()> {
    match args.what {
        What::Check(CheckArgs { file, json }) => check(file, json),
        What::Show(ShowArgs { default: true, .. }) => Ok(terminal::print(&settings::annotated())?),
        What::Show(ShowArgs { file, json, .. }) => check(file, json),
    }
}

fn check(file: Option<PathBuf>, is_json: bool) -> anyhow::Result<()> {
    let mut found = settings::read(file.as_deref());
    let held = match found.problems.is_empty() {
        true => held(&mut found),
        false => Vec::new(),
    };
    if is_json {
        let document = document(&found, &held);
        terminal::print(&format!("{}\n", serde_json::to_string_pretty(&document)?))?;
    } else {
        found.problems.iter().for_each(|problem| terminal::say(&problem.to_string()));
        terminal::print(&shown(&held, &found))?;
    }
    match found.problems.len() as u64 {
        0 => Ok(()),
        problems => {
            let words = units::counted(problems, "thing is", "things are");
            Err(anyhow::anyhow!("{words} wrong: dragnet serve would not start"))
        }
    }
}

/// What would hold; what is wrong with it as a whole goes to the problems.
fn held(found: &mut Found) -> Vec<Setting> {
    let held = match settings::settings(found) {
        Ok(held) => held,
        Err(words) => {
            found.problems.push(Problem { at: None, line: None, words });
            return Vec::new();
        }
    };
    for (key, words) in serve::problems(&found.words(&[])) {
        let setting = held.iter().find(|setting| Some(&setting.key) == key.as_ref());
        let (at, line) = match setting.map(|setting| &setting.from) {
            Some(From::Line(line)) => {
                (found.path.as_ref().map(|path| path.display().to_string()), Some(*line))
            }
            Some(From::Environment(name)) => (Some(name.clone()), None),
            Some(From::Default) | None => (None, None),
        };
        found.problems.push(Problem { at, line, words });
    }
    found.problems.sort_by_key(|problem| (problem.line.is_none(), problem.line));
    held
}

fn shown(held: &[Setting], found: &Found) -> String {
    let width = held.iter().map(|setting| setting.key.len()).max().unwrap_or_default();
    let line = |setting: &Setting| {
        let value = setting.value.as_deref().unwrap_or("–");
        let from = faint(&from(&setting.from, found));
        format!("{:width$}  {value}  {from}\n", setting.key)
    };
    held.iter().map(line).collect()
}

fn from(from: &From, found: &Found) -> String {
    match (from, &found.path) {
        (From::Line(line), Some(path)) => format!("{}:{line}", path.display()),
        (From::Environment(name), _) => name.clone(),
        (From::Line(_) | From::Default, _) => "default".to_owned(),
    }
}

fn document(found: &Found, held: &[Setting]) -> Value {
    let problems = found
        .problems
        .iter()
        .map(|problem| json!({ "at": problem.at, "line": problem.line, "words": problem.words }));
    let settings = held.iter().map(|setting| {
        json!({ "key": setting.key, "value": setting.value, "from": from(&setting.from, found) })
    });
    json!({
        "file": found.path.as_ref().map(|path| path.display().to_string()),
        "problems": problems.collect::<Vec<_>>(), "settings": settings.collect::<Vec<_>>(),
    })
}
