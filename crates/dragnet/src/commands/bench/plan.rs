//! What is to be measured, resolved.

use super::Args;
use super::peers::Program;
use crate::commands::Usage;
use crate::config::{self, Output};
use crate::memory;
use anyhow::bail;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use synth::{Column, DAYS_MAX, FRAUD_MAX, ROWS_MAX};

/// What tells most for its bytes: whose, when, from where, with what.
const COMPACT: &[&str] =
    &["account_id", "timestamp", "ip", "asn", "country", "email", "user_agent", "ja4"];

/// What a scan cannot do without.
const NEEDED: &[&str] = &["account_id", "timestamp"];

/// Fewer sign-ups show what starting a program costs, not what a sign-up does.
const ROWS_MIN: u64 = 1_000;

/// What names the log: equal ones give equal logs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Parameters {
    pub(crate) rows: u64,
    pub(crate) fraud: f64,
    pub(crate) seed: u64,
    pub(crate) days: Option<u32>,
    /// None: all.
    pub(crate) columns: Vec<String>,
    pub(crate) ids: String,
    /// Of the program that made it.
    pub(crate) version: String,
}

/// A measurement, resolved.
pub(super) struct Plan {
    pub(super) parameters: Parameters,
    pub(super) threads: usize,
    /// Memory that a peer may take, in bytes.
    pub(super) memory: u64,
    /// Flags that every scan gets.
    pub(super) flags: Vec<String>,
    pub(super) peers: Vec<Program>,
    pub(super) is_incremental: bool,
    pub(super) keep: Option<PathBuf>,
    pub(super) show: Output,
}

impl Plan {
    /// Checks everything that can be checked before any work is done.
    pub(super) fn resolve(args: Args) -> anyhow::Result<Self> {
        let rows = memory::number(&args.rows, 1000).filter(|n| (ROWS_MIN..=ROWS_MAX).contains(n));
        let Some(rows) = rows else {
            bail!(Usage(format!(
                "--rows {}: write a count like 1M or 250k, from {ROWS_MIN} to {ROWS_MAX}",
                args.rows
            )));
        };
        if !(0.0..=FRAUD_MAX).contains(&args.fraud) {
            bail!(Usage(format!("--fraud {}: between 0 and {FRAUD_MAX}", args.fraud)));
        }
        if args.days.is_some_and(|days| !(1..=DAYS_MAX).contains(&days)) {
            bail!(Usage(format!("--days: between 1 and {DAYS_MAX}")));
        }
        let threads = config::threads(args.threads)?;
        let mut flags = vec!["--threads".to_owned(), threads.to_string()];
        for (flag, typed) in [("--window", &args.window), ("--memory", &args.memory)] {
            flags.extend(typed.iter().flat_map(|typed| [flag.to_owned(), typed.clone()]));
        }
        let (columns, ids) = columns(&args.columns)?;
        Ok(Self {
            parameters: Parameters {
                rows,
                fraud: args.fraud,
                seed: args.seed,
                days: args.days,
                columns,
                ids: ids.to_owned(),
                version: env!("CARGO_PKG_VERSION").to_owned(),
            },
            threads,
            memory: memory::resolve(args.memory.as_deref())?,
            flags,
            peers: Program::parse(&args.peers)?,
            is_incremental: args.incremental,
            keep: args.keep,
            show: Output::of(args.json, false),
        })
    }
}

/// The columns, none for all, and what ids look like.
fn columns(typed: &str) -> anyhow::Result<(Vec<String>, &'static str)> {
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    match typed {
        "all" => return Ok((Vec::new(), "random")),
        "compact" => return Ok((owned(COMPACT), "sequential")),
        _ => {}
    }
    let names: Vec<&str> = typed.split(',').map(str::trim).collect();
    if let Some(unknown) = names.iter().find(|name| Column::parse(name).is_none()) {
        let known = Column::ALL.map(|(_, name)| name).join(", ");
        bail!(Usage(format!("--columns: no column `{unknown}`: all, compact, or some of {known}")));
    }
    if let Some(lacking) = NEEDED.iter().find(|name| !names.contains(name)) {
        bail!(Usage(format!("--columns: a scan needs {lacking}")));
    }
    Ok((owned(&names), "random"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::columns;

    #[test]
    fn all_some_or_a_list() {
        assert_eq!(columns("all").unwrap(), (Vec::new(), "random"));
        assert_eq!(columns("compact").unwrap().0.len(), 8);
        assert_eq!(columns("account_id, timestamp,ip").unwrap().0[2], "ip");
        assert!(columns("account_id,ip").is_err());
        assert!(columns("account_id,timestamp,shoe_size").is_err());
    }
}
