//! `dragnet act labels`: what appeals taught, as a file that a scan learns from.

use crate::intel::{Desk, DeskArgs};
use crate::terminal::{self, units};
use anyhow::Context;
use server::acting::show;
use std::io::Write;
use std::path::{Path, PathBuf};
use store::Restored;

const EXAMPLES: &str = "\
Examples:
  dragnet act labels --out good.csv
  dragnet scan signups.csv --labels good.csv

The file is replaced whole. A label does not change the risk of its own account:
the accounts that are like it become less suspect, and a group of which several
are good is acquitted (docs/method.md).

Exit codes: 0 done; 1 failed; 2 the command line is wrong.";

/// Write the accounts that appeals restored as labels, for `dragnet scan --labels`
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct LabelsArgs {
    /// Where to
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    #[command(flatten)]
    desk: DeskArgs,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// Accounts that are read at a time.
const READ_AT_ONCE: u32 = 10_000;

pub(super) fn run(args: &LabelsArgs) -> anyhow::Result<()> {
    let desk = Desk::open(&args.desk)?;
    let mut labels = String::from("account_id,kind,timestamp\n");
    let (mut after, mut count) = (0, 0_u64);
    loop {
        let some = desk.wait(desk.store().restored_accounts(after, READ_AT_ONCE))?;
        let Some(last) = some.last() else { break };
        after = last.seq;
        count += some.len() as u64;
        labels.extend(some.iter().map(line));
    }
    let shown = args.out.display();
    replace(&args.out, &labels).with_context(|| format!("cannot write {shown}"))?;
    let said = match args.json {
        true => format!("{}\n", serde_json::json!({ "labels": count, "file": shown.to_string() })),
        false => format!("{} in {shown}\n", units::counted(count, "label", "labels")),
    };
    Ok(terminal::print(&said)?)
}

fn line(one: &Restored) -> String {
    format!("{},good,{}\n", show::field(&one.account), one.at)
}

/// Whoever reads it meanwhile has the one before, or this one.
fn replace(path: &Path, text: &str) -> std::io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let mut file = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|e| e.error)?;
    Ok(())
}
