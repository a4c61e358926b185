//! What defenders published: the conditions of signatures, read from a result
//! of `dragnet scan` or from a file of the same form.

use crate::output;
use anyhow::{Context, Result, bail};
use serde::Deserialize;
use signals::Kind;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

/// A signature: all of these must hold.
#[derive(Clone, Debug)]
pub(super) struct Published {
    pub(super) conditions: Vec<(Kind, String)>,
}

/// A line: a campaign as `dragnet scan` writes it, or a signature alone.
#[derive(Deserialize)]
#[serde(untagged)]
enum Line {
    Campaign { kind: campaigns::Kind, signature: Option<Rule> },
    Signature(Rule),
}

#[derive(Deserialize)]
struct Rule {
    conditions: Vec<(String, String)>,
}

/// The signatures of one round: of a result folder, or of a file.
///
/// # Errors
/// The file cannot be read, or a line is no signature; the error names both.
pub(super) fn read(path: &Path) -> Result<Vec<Published>> {
    let path = if path.is_dir() { path.join(output::CAMPAIGNS) } else { PathBuf::from(path) };
    let shown = path.display();
    let file = File::open(&path).with_context(|| {
        format!("cannot read {shown}: give a result of `dragnet scan`, or its campaigns.jsonl")
    })?;
    let mut published = Vec::new();
    for (number, line) in BufReader::new(file).lines().enumerate() {
        let line = line.with_context(|| format!("cannot read {shown}"))?;
        if line.trim().is_empty() {
            continue;
        }
        let signature = parse(&line).with_context(|| format!("{shown}, line {}", number + 1))?;
        published.extend(signature);
    }
    Ok(published)
}

/// None where a campaign has no signature, or is nobody's factory.
fn parse(line: &str) -> Result<Option<Published>> {
    let line = serde_json::from_str(line).context(
        "this is neither a campaign with its `kind` and `signature` nor {\"conditions\": [[kind, value], …]}",
    )?;
    let rule = match line {
        Line::Campaign { kind: campaigns::Kind::Factory, signature: Some(rule) } => rule,
        Line::Signature(rule) => rule,
        Line::Campaign { .. } => return Ok(None),
    };
    if rule.conditions.is_empty() {
        bail!("a signature without conditions matches everybody");
    }
    let conditions = rule.conditions.into_iter().map(|(kind, value)| Ok((of(&kind)?, value)));
    Ok(Some(Published { conditions: conditions.collect::<Result<_>>()? }))
}

/// A kind by its short name or by its words.
fn of(kind: &str) -> Result<Kind> {
    let in_words = || Kind::ALL.iter().copied().find(|known| known.words() == kind);
    Kind::parse(kind).or_else(in_words).with_context(|| {
        format!("there is no kind of signal `{kind}`: one is `ja4`, or in words `TLS client`")
    })
}
