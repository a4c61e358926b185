//! `dragnet intel validate`: what is wrong with STIX, by rule.

use crate::intel::{text, valid};
use crate::terminal::{self, text::harmless, units};
use anyhow::{Context, bail};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::PathBuf;
use stix::validate::{self, Finding, Severity};
use stix::{Object, bundle};

const EXAMPLES: &str = "\
Examples:
  dragnet intel validate bundle.json
  curl -s https://example.com/bundle.json | dragnet intel validate -
  dragnet intel validate feeds/ --json | jq '.files[].findings[].rule'

Errors are what the specification says MUST be; warnings what it says SHOULD
be.

Exit codes: 0 valid, with or without warnings; 1 errors, or unreadable; 2 the
command line is wrong.";

/// Findings of one rule that are shown of a file; --json has all of them.
const ALIKE_MAX: usize = 3;

/// Check STIX 2.1 bundles and objects against the specification
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ValidateArgs {
    /// Files, folders, or - for standard input; also packed by gzip or Zstandard
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Warnings fail too
    #[arg(long)]
    strict: bool,
    /// Larger texts are refused, packed or not
    #[arg(long, value_name = "SIZE", default_value = text::BYTES_MAX_DEFAULT)]
    max_size: String,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// What was found in a file.
#[derive(Serialize)]
struct Looked {
    file: String,
    objects: usize,
    errors: usize,
    warnings: usize,
    findings: Vec<Said>,
}

#[derive(Serialize)]
struct Said {
    severity: &'static str,
    object: String,
    path: String,
    rule: &'static str,
    message: String,
}

impl Looked {
    fn of(file: String, objects: usize, findings: Vec<Finding>) -> Self {
        let count = |severity| findings.iter().filter(|found| found.severity == severity).count();
        let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
        let findings = findings.into_iter().map(Said::of).collect();
        Self { file, objects, errors, warnings, findings }
    }
}

impl Said {
    fn of(finding: Finding) -> Self {
        let severity = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let Finding { object, path, rule, message, .. } = finding;
        Self { severity, object, path, rule, message }
    }
}

pub(super) fn run(args: &ValidateArgs) -> anyhow::Result<()> {
    let bytes_max = text::size(&args.max_size)?;
    let mut looked = Vec::new();
    for file in text::files(&args.files)? {
        let text = text::read(&file, bytes_max)?;
        looked.push(look(text).with_context(|| file.display().to_string())?);
    }
    let shown = match args.json {
        true => {
            format!("{}\n", serde_json::to_string_pretty(&serde_json::json!({ "files": looked }))?)
        }
        false => looked.iter().map(words).collect(),
    };
    terminal::print(&shown)?;
    let (errors, warnings) =
        looked.iter().fold((0, 0), |(e, w), file| (e + file.errors, w + file.warnings));
    if errors > 0 || args.strict && warnings > 0 {
        bail!(
            "not valid: {}, {}",
            units::counted(errors as u64, "error", "errors"),
            units::counted(warnings as u64, "warning", "warnings"),
        );
    }
    Ok(())
}

fn look(text: text::Text) -> anyhow::Result<Looked> {
    let mut objects: Vec<Object> = Vec::new();
    let mut findings = Vec::new();
    let envelope = bundle::read(&text.bytes, |(at, taken)| match taken {
        Ok(object) => {
            findings.extend(valid::findings(&object));
            objects.push(object);
        }
        Err(why) => findings.push(validate::not_an_object(at, &why)),
    })?;
    findings.extend(validate::together(&objects));
    Ok(Looked::of(text.name, envelope.objects, findings))
}

fn words(file: &Looked) -> String {
    let head = format!(
        "{}: {}, {}, {}\n",
        terminal::heading(&file.file),
        units::counted(file.objects as u64, "object", "objects"),
        units::counted(file.errors as u64, "error", "errors"),
        units::counted(file.warnings as u64, "warning", "warnings"),
    );
    let shown = ["error", "warning"].map(|severity| {
        let mut rules: BTreeMap<&str, Vec<&Said>> = BTreeMap::new();
        for said in file.findings.iter().filter(|said| said.severity == severity) {
            rules.entry(said.rule).or_default().push(said);
        }
        rules.values().map(|alike| of_rule(alike)).collect::<String>()
    });
    head + &shown.concat()
}

/// What one rule found, of which the first few stand for all.
fn of_rule(alike: &[&Said]) -> String {
    let lines: String = alike.iter().take(ALIKE_MAX).map(|said| line(said)).collect();
    match alike.len().saturating_sub(ALIKE_MAX) {
        0 => lines,
        more => lines + &terminal::faint(&format!("  and {more} more by {}\n", alike[0].rule)),
    }
}

fn line(said: &Said) -> String {
    let at = if said.path.is_empty() { String::new() } else { format!(" {}", said.path) };
    let place = format!("  {} {}{at}: ", said.severity, said.object);
    let words = format!("{} ({})", said.message, said.rule);
    let words = terminal::text::wrapped("    ", &words, terminal::width());
    format!("{}\n{words}", harmless(place.trim_end()))
}
