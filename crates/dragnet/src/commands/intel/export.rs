//! `dragnet intel export`: what may leave, as a file.

use crate::commands::Usage;
use crate::intel::{Desk, DeskArgs, PolicyArgs, WantedArgs, WhoArgs, policy, select, tlp};
use crate::output::Folder;
use crate::output::folder::{Earlier, Mode};
use crate::terminal::{self, units};
use anyhow::{Context, bail};
use share::misp::{Organisation, events, feed};
use share::{Release, Released};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use stix::{Bundle, Object};

const EXAMPLES: &str = "\
Examples:
  dragnet intel export > public.json                       # TLP:CLEAR only
  dragnet intel export --tlp green --audience partners --out partners.json
  dragnet intel export --about Storm-1152 --tlp amber --audience 'CERT Example'
  dragnet intel export --as misp --tlp green --out feed    # a MISP feed
  dragnet intel export --tlp red --in-clear --audience ourselves --out all.json

One policy decides what leaves: markings, licences, legal holds, seals.
Addresses and account names of people leave as pseudonyms unless --in-clear
says otherwise. What stays is told with its reason, and what left is written
down (`dragnet share releases`), unless the store may only be read, which is said.

Exit codes: 0 done; 1 failed; 2 the command line is wrong.";

/// Reasons for what stays that are shown, at most.
const REASONS_SHOWN_MAX: usize = 8;

/// Of a copy on a disc, which cannot remember.
const OFF_RECORD: &str =
    "note elsewhere what left, and to whom: the store may only be read, and has no record of it";

/// Write out what may leave, as STIX 2.1 or as a MISP feed
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ExportArgs {
    /// Where it goes: a file, for a feed a folder [default: standard output]
    #[arg(long, short, value_name = "FILE_OR_DIR")]
    out: Option<PathBuf>,
    /// As what
    #[arg(long = "as", value_name = "FORMAT", default_value = "stix")]
    format: Format,
    /// The strictest marking that the audience may see
    #[arg(long, value_name = "TLP", default_value = "clear")]
    tlp: String,
    /// Whom it is for, in words
    #[arg(long, value_name = "NAME", default_value = "everyone")]
    audience: String,
    /// Our name, for MISP
    #[arg(long, value_name = "NAME", default_value = "Dragnet")]
    organisation: String,
    /// Replace FILE or DIR
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    policy: PolicyArgs,
    #[command(flatten)]
    wanted: WantedArgs,
    #[command(flatten)]
    desk: DeskArgs,
    #[command(flatten)]
    who: WhoArgs,
    /// Print what left and what stayed as one JSON document (needs --out)
    #[arg(long, requires = "out")]
    json: bool,
    /// Print nothing but errors
    #[arg(long, short)]
    quiet: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// A STIX 2.1 bundle
    Stix,
    /// A MISP feed: a folder of events
    Misp,
}

/// Where it goes: found good before anything is written down as having left.
enum Place<'a> {
    Output,
    File(&'a Path),
    Feed(Folder),
}

impl<'a> Place<'a> {
    fn of(args: &'a ExportArgs) -> anyhow::Result<Self> {
        match (args.format, &args.out) {
            (Format::Stix, None) => Ok(Self::Output),
            (Format::Stix, Some(out)) if out.is_dir() => {
                bail!(Usage(format!("{} is a folder: name a file with --out", out.display())))
            }
            (Format::Stix, Some(out)) if out.exists() && !args.force => {
                bail!("{} is there already: --force replaces it", out.display())
            }
            (Format::Stix, Some(out)) => Ok(Self::File(out)),
            (Format::Misp, None) => {
                bail!(Usage("a MISP feed is a folder: name one with --out".to_owned()))
            }
            (Format::Misp, Some(out)) => {
                let earlier = if args.force { Earlier::Replace } else { Earlier::Keep };
                Ok(Self::Feed(Folder::begin_as(out, earlier, is_feed)?))
            }
        }
    }
}

pub(super) fn run(args: &ExportArgs) -> anyhow::Result<()> {
    let desk = Desk::open(&args.desk)?;
    let place = Place::of(args)?;
    let policy = args.policy.policy(&args.audience, tlp(&args.tlp)?, &args.desk.store)?;
    let release = select(&desk, &policy, &args.wanted)?.release;
    let objects: Vec<Object> = release.released.iter().map(|one| one.object().clone()).collect();
    // What leaves is written down before it does.
    let act = desk.act(&args.who, "export");
    let is_read_only = desk.store().is_read_only();
    let number = match objects.is_empty() || is_read_only {
        true => None,
        false => Some(desk.wait(desk.store().add_release(
            &act,
            &args.audience,
            &policy::words(&policy),
            &objects,
        ))?),
    };
    match place {
        Place::Output => terminal::print(&bundle(&objects))?,
        Place::File(out) => write(out, &bundle(&objects))
            .with_context(|| format!("cannot write {}", out.display()))?,
        Place::Feed(folder) => misp(args, folder, &release.released)?,
    }
    if args.json {
        terminal::print(&format!("{}\n", serde_json::to_string_pretty(&told(number, &release))?))?;
    } else if !args.quiet {
        terminal::say(words(number, &release).trim_end());
    }
    if is_read_only && !objects.is_empty() {
        terminal::say(OFF_RECORD);
    }
    Ok(())
}

/// A line an object, so that two exports can be compared; each to the letter as it was
/// made, but for blanks.
fn bundle(objects: &[Object]) -> String {
    let lines: Vec<String> =
        objects.iter().map(|one| stix::canonical::compact(one.text())).collect();
    let id = Bundle::of(objects).id().clone();
    match lines.is_empty() {
        true => format!("{{\"type\":\"bundle\",\"id\":\"{id}\"}}\n"),
        false => format!(
            "{{\"type\":\"bundle\",\"id\":\"{id}\",\"objects\":[\n{}\n]}}\n",
            lines.join(",\n")
        ),
    }
}

/// The file appears whole or not at all.
fn write(out: &Path, text: &str) -> anyhow::Result<()> {
    let folder = out.parent().filter(|folder| !folder.as_os_str().is_empty());
    let mut file = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist(out)?;
    Ok(())
}

fn misp(args: &ExportArgs, folder: Folder, released: &[Released]) -> anyhow::Result<()> {
    let uuid = crate::intel::us().uuid().to_string();
    let organisation = Organisation { name: args.organisation.clone(), uuid };
    for part in feed(&events(released, &organisation)) {
        let mut file = folder.file(&part.name, Mode::Shared)?;
        file.write_all(part.text.as_bytes())?;
        file.finish()?;
    }
    folder.finish()
}

fn is_feed(folder: &Path) -> bool {
    folder.join("manifest.json").is_file() && folder.join("hashes.csv").is_file()
}

/// Why things stay, and how many for each reason.
pub(crate) fn reasons(release: &Release) -> BTreeMap<String, u64> {
    let mut reasons = BTreeMap::new();
    for withheld in &release.withheld {
        *reasons.entry(withheld.why.to_string()).or_default() += 1;
    }
    reasons
}

/// What left and what stayed, as JSON.
pub(crate) fn told(number: Option<i64>, release: &Release) -> serde_json::Value {
    let released = release.released.iter().map(|one| {
        serde_json::json!({
            "id": one.object().id(), "of": one.of(), "changed": one.is_changed(), "sha256": one.sha256(),
        })
    });
    serde_json::json!({
        "release": number,
        "released": released.collect::<Vec<_>>(),
        "withheld": release.withheld,
    })
}

/// What left and what stayed, in words.
pub(crate) fn words(number: Option<i64>, release: &Release) -> String {
    let changed = release.released.iter().filter(|one| one.is_changed()).count() as u64;
    // Without a number nothing was sent: it was a trial, or there was nothing new.
    let verb = if number.is_some() { "left" } else { "may leave" };
    let count = release.released.len() as u64;
    let mut line = format!("{} {verb}", units::counted(count, "object", "objects"));
    if changed > 0 {
        line += &format!(", {} of them changed on the way", units::count(changed));
    }
    if let Some(number) = number {
        line += &format!(" (release {number})");
    }
    let stayed = release.withheld.len() as u64;
    if stayed > 0 {
        let verb = if number.is_some() { "stayed" } else { "stay" };
        line += &format!("; {} {verb}", units::counted(stayed, "object", "objects"));
    }
    let mut shown = terminal::text::wrapped("", &line, terminal::width());
    let reasons = reasons(release);
    let mut by_count: Vec<_> = reasons.iter().collect();
    by_count.sort_by_key(|(why, count)| (std::cmp::Reverse(**count), *why));
    for (why, count) in by_count.iter().take(REASONS_SHOWN_MAX) {
        shown += &terminal::text::wrapped(
            "  ",
            &format!("{} since {why}", units::count(**count)),
            terminal::width(),
        );
    }
    if by_count.len() > REASONS_SHOWN_MAX {
        shown += &format!(
            "  and {} more reasons (--json has all)\n",
            by_count.len() - REASONS_SHOWN_MAX
        );
    }
    shown
}
