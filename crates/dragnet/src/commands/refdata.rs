//! `dragnet refdata`: which reference tables there are, and getting more.

use crate::refdata::manifest::{Entry, Form, Manifest};
use crate::refdata::{folder_to_write, load, npm, own_folder, storing};
use anyhow::{Context, bail};
use events::reference::{About, Kind, Missing};
use serde::Serialize;
use serde_json::json;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

const EXAMPLES: &str = "\
Examples:
  dragnet refdata list
  dragnet refdata fetch
  dragnet refdata add asn GeoLite2-ASN.mmdb --licence 'GeoLite2 EULA'
  dragnet refdata add tor torbulkexitlist.txt --date 2026-11-22
  dragnet refdata add disposable-mail ours.txt    # a domain a line; !domain takes one out, !* all built-in ones

Everything works without tables; `list` says what is missing and what it costs.

Exit codes: 0 done; 1 failed; 2 the command line is wrong.";

/// Show and bring the reference tables: networks, countries, mail domains
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct RefdataArgs {
    #[command(subcommand)]
    action: Action,
    /// Where the tables are [default: $XDG_DATA_HOME/dragnet/refdata, or ~/.local/share/dragnet/refdata]
    #[arg(long, global = true, value_name = "DIR")]
    refdata: Option<PathBuf>,
    /// Print one JSON document
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Say which tables there are, as of when, under which licence, and what is missing
    List,
    /// Get tables from npm: asn, country, free-mail [default: all three]
    Fetch {
        /// Only these
        #[arg(value_name = "KIND", value_parser = kind)]
        kinds: Vec<Kind>,
    },
    /// Bring a table of your own
    Add(AddArgs),
}

#[derive(Debug, clap::Args)]
struct AddArgs {
    /// asn, country: .mmdb or range CSV; hosting, relay, tor, mobile: networks or AS numbers, a line each; free-mail, disposable-mail, relay-mail: domains, a line each
    #[arg(value_name = "KIND", value_parser = kind)]
    kind: Kind,
    /// The file, or two range CSVs: IPv4 and IPv6
    #[arg(value_name = "FILE", required = true, num_args = 1..=2)]
    files: Vec<PathBuf>,
    /// Under which licence you have it
    #[arg(long, value_name = "TEXT", default_value = "not stated")]
    licence: String,
    /// As of when [default: as the .mmdb says]
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    date: Option<String>,
}

/// Carries out `dragnet refdata …`.
pub(crate) fn run(args: RefdataArgs) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    let typed = args.refdata.as_deref();
    match args.action {
        Action::List => list(&mut out, typed, args.json),
        Action::Fetch { kinds } => fetch(&mut out, &folder_to_write(typed)?, &kinds, args.json),
        Action::Add(add) => bring(&mut out, &folder_to_write(typed)?, &add, args.json),
    }
}

fn kind(text: &str) -> Result<Kind, String> {
    let all: Vec<&str> = Kind::ALL.iter().map(|kind| kind.name()).collect();
    Kind::parse(text).ok_or_else(|| format!("one of {}", all.join(", ")))
}

fn date(text: &str) -> Result<String, String> {
    let date = text.parse::<jiff::civil::Date>();
    date.map(|date| date.to_string()).map_err(|_| "a date such as 2026-11-22".to_owned())
}

/// A table as `list` shows it.
#[derive(Serialize)]
struct Row {
    kind: &'static str,
    name: String,
    date: Option<String>,
    licence: String,
    rows: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<String>,
    files: Vec<PathBuf>,
    /// Its bytes are not those that were stored.
    changed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    caution: Option<String>,
}

fn list(out: &mut impl Write, typed: Option<&Path>, as_json: bool) -> anyhow::Result<()> {
    let dir = typed.map(Path::to_owned).or_else(own_folder);
    let (tables, notes) = load(dir.as_deref())?;
    let entries = match &dir {
        Some(dir) => Manifest::read(dir)?.tables,
        None => Vec::new(),
    };
    let rows: Vec<Row> =
        tables.about().into_iter().map(|about| row(about, dir.as_deref(), &entries)).collect();
    let missing = tables.missing();
    if as_json {
        let missing: Vec<_> =
            missing.iter().map(|m| json!({"kind": m.kind.name(), "costs": m.costs})).collect();
        let document = json!({"folder": dir, "tables": rows, "missing": missing, "notes": notes});
        writeln!(out, "{document:#}")?;
        return Ok(());
    }
    write_rows(out, &rows)?;
    write_missing(out, &missing)?;
    for note in notes.iter().filter(|note| note.contains("left out")) {
        writeln!(out, "\nNote: {note}")?;
    }
    match dir {
        Some(dir) => writeln!(out, "\nFolder: {}", dir.display())?,
        None => writeln!(out, "\nNo folder: say where with --refdata DIR")?,
    }
    Ok(())
}

fn row(about: About, dir: Option<&Path>, entries: &[Entry]) -> Row {
    let entry = entries
        .iter()
        .find(|entry| entry.kind == about.kind.name() && entry.name == about.name)
        .zip(dir);
    let files = entry.map_or_else(Vec::new, |(entry, dir)| {
        entry.files.iter().map(|stored| dir.join(&stored.file)).collect()
    });
    let changed = entry.is_some_and(|(entry, dir)| {
        entry.files.iter().any(|stored| {
            storing::sha256(&dir.join(&stored.file)).ok().as_ref() != Some(&stored.sha256)
        })
    });
    Row {
        kind: about.kind.name(),
        name: about.name,
        date: about.date,
        licence: about.licence,
        rows: about.rows,
        source: entry.map(|(entry, _)| entry.source.clone()),
        files,
        changed,
        caution: entry.and_then(|(entry, _)| entry.caution.clone()),
    }
}

fn write_rows(out: &mut impl Write, rows: &[Row]) -> io::Result<()> {
    writeln!(out, "{:<16} {:<10} {:>10}  table, licence", "kind", "date", "rows")?;
    for row in rows {
        let date = row.date.as_deref().unwrap_or("unknown");
        writeln!(
            out,
            "{:<16} {date:<10} {:>10}  {}, {}",
            row.kind, row.rows, row.name, row.licence
        )?;
        for file in &row.files {
            writeln!(out, "{:<40}{}", "", file.display())?;
        }
        if row.changed {
            writeln!(out, "{:<40}changed since it was stored: bring it again", "")?;
        }
        if let Some(caution) = &row.caution {
            writeln!(out, "{:<40}{caution}", "")?;
        }
    }
    Ok(())
}

fn write_missing(out: &mut impl Write, missing: &[Missing]) -> io::Result<()> {
    if missing.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nNot there, and what a run does without:")?;
    missing.iter().try_for_each(|m| writeln!(out, "{:<16} {}", m.kind.name(), m.costs))
}

fn fetch(out: &mut impl Write, dir: &Path, kinds: &[Kind], as_json: bool) -> anyhow::Result<()> {
    if let Some(other) = kinds.iter().find(|kind| npm::PACKAGES.iter().all(|p| p.kind != **kind)) {
        bail!("no package holds a {} table; bring one with `dragnet refdata add`", other.name());
    }
    let wanted = |package: &&npm::Package| kinds.is_empty() || kinds.contains(&package.kind);
    let mut stored = Vec::new();
    for package in npm::PACKAGES.iter().filter(wanted) {
        let unpacked = tempfile::tempdir_in(dir).context("cannot write to the folder")?;
        let entry = npm::fetch(package, unpacked.path())
            .and_then(|(entry, files)| storing::put(dir, entry, &files))
            .with_context(|| package.name.to_owned())?
            .0;
        if !as_json {
            said(out, &entry)?;
        }
        stored.push(entry);
    }
    if as_json {
        writeln!(out, "{:#}", json!({"folder": dir, "stored": stored}))?;
    }
    Ok(())
}

fn bring(out: &mut impl Write, dir: &Path, args: &AddArgs, as_json: bool) -> anyhow::Result<()> {
    let first = &args.files[0];
    let form = match args.kind.is_address_table() {
        true if is_mmdb(first).with_context(|| first.display().to_string())? => Form::Mmdb,
        true => Form::Csv,
        false => Form::List,
    };
    let names: Vec<_> = args.files.iter().filter_map(|path| path.file_name()?.to_str()).collect();
    let entry = Entry {
        kind: args.kind.name().to_owned(),
        form,
        name: names.join(", "),
        date: args.date.clone(),
        licence: args.licence.clone(),
        source: "the user's file".to_owned(),
        caution: None,
        rows: 0,
        files: Vec::new(),
    };
    let (entry, bad_lines) =
        storing::put(dir, entry, &args.files).with_context(|| first.display().to_string())?;
    if as_json {
        let bad: Vec<_> =
            bad_lines.iter().map(|b| json!({"line": b.line, "reason": b.reason})).collect();
        writeln!(out, "{:#}", json!({"folder": dir, "stored": [entry], "left_out": bad}))?;
        return Ok(());
    }
    said(out, &entry)?;
    for bad in bad_lines {
        writeln!(out, "  line {} left out: {}", bad.line, bad.reason)?;
    }
    Ok(())
}

fn said(out: &mut impl Write, entry: &Entry) -> io::Result<()> {
    let date = entry.date.as_deref().unwrap_or("date unknown");
    writeln!(
        out,
        "{}: {} ({date}), {} rows, {}",
        entry.kind, entry.name, entry.rows, entry.licence
    )?;
    match &entry.caution {
        Some(caution) => writeln!(out, "  Caution: {caution}"),
        None => Ok(()),
    }
}

/// The metadata at the end of every MaxMind DB begins so; the format has it
/// within the last 128 KiB.
fn is_mmdb(path: &Path) -> io::Result<bool> {
    const MARKER: &[u8] = b"\xab\xcd\xefMaxMind.com";
    const METADATA_BYTES_MAX: u64 = 128 * 1024;
    if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("mmdb")) {
        return Ok(true);
    }
    let mut file = std::fs::File::open(path)?;
    let start = file.metadata()?.len().saturating_sub(METADATA_BYTES_MAX);
    file.seek(SeekFrom::Start(start))?;
    let mut end = Vec::new();
    file.read_to_end(&mut end)?;
    Ok(end.windows(MARKER.len()).any(|window| window == MARKER))
}
