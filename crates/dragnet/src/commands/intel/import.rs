//! `dragnet intel import`: what scans found and what others know, into the store.

mod results;

use crate::commands::Usage;
use crate::hex::hex;
use crate::intel::{Desk, DeskArgs, WhoArgs, text, timestamp, us, valid};
use crate::progress::{Progress, Show};
use crate::terminal::{self, units};
use actors::import::{self, Format, Options, Rejected, Taken};
use anyhow::bail;
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use stix::marking::Tlp;
use stix::{Id, Object, Timestamp};
use store::{Filter, Origin, SetAside};

const EXAMPLES: &str = "\
Examples:
  dragnet intel import signups.dragnet             # a result of dragnet scan
  dragnet intel import enterprise-attack.json      # STIX 2.0 or 2.1
  dragnet intel import event.json galaxy.json      # MISP
  dragnet intel import indicators.csv --tlp amber --grade B2 --source 'CERT One'
  dragnet intel import offers.csv --quoted 2026-03-01 --currency RUB
  dragnet intel import feeds/ --licence CC-BY-4.0 --json

The format is recognised by content. What is there already stays as it is, so
that the same import twice changes nothing; other content under the same id
and version is put beside it (`dragnet intel show --conflicts`). What is not
valid goes into quarantine (`dragnet share quarantine`), and a file that
breaks off is not imported at all.

Exit codes: 0 done; 1 failed; 2 the command line is wrong.";

/// Reasons for what was rejected that are shown, at most.
const REASONS_SHOWN_MAX: usize = 5;

/// Bring in what a scan found, STIX, MISP, indicators, market listings
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ImportArgs {
    /// Files, folders, results of scans, or - for standard input; also packed
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// What the files are, where that is not recognised
    #[arg(long = "as", value_name = "FORMAT")]
    format: Option<TypedFormat>,
    /// Whom it is from [default: the file's name]
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
    /// On which terms it came: CC-BY-4.0, CC0-1.0, …; the release policy looks at it
    #[arg(long, value_name = "LICENCE")]
    licence: Option<String>,
    /// How far it can be trusted, by the Admiralty code: B2
    #[arg(long, value_name = "CODE")]
    grade: Option<String>,
    /// How what is not marked may be handled: clear, green, amber, amber+strict, red
    #[arg(long, value_name = "TLP")]
    tlp: Option<String>,
    /// How sure, 0 to 100, where the text does not say
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(0..=100))]
    confidence: Option<u8>,
    /// When prices were quoted, where the text does not say
    #[arg(long, value_name = "TIME")]
    quoted: Option<String>,
    /// In what prices are, where the text does not say
    #[arg(long, value_name = "ISO", default_value = "USD")]
    currency: String,
    /// Import what was imported before again
    #[arg(long)]
    again: bool,
    /// Say what would come of it, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Larger texts are refused, packed or not
    #[arg(long, value_name = "SIZE", default_value = text::BYTES_MAX_DEFAULT)]
    max_size: String,
    #[command(flatten)]
    desk: DeskArgs,
    #[command(flatten)]
    who: WhoArgs,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
    /// Print nothing but errors
    #[arg(long, short)]
    quiet: bool,
}

/// Formats, as they are typed.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum TypedFormat {
    /// STIX 2.0 or 2.1: a bundle or an object
    Stix,
    /// A MISP event, events, or a response of its API
    Misp,
    /// A MISP galaxy or cluster
    Galaxy,
    /// A table of names of actors
    Names,
    /// CSV of indicators
    Indicators,
    /// CSV of market listings in prose
    Listings,
    /// CSV of offers
    Offers,
}

impl TypedFormat {
    fn format(self) -> Format {
        match self {
            Self::Stix => Format::Stix,
            Self::Misp => Format::Misp,
            Self::Galaxy => Format::Galaxy,
            Self::Names => Format::NameMapping,
            Self::Indicators => Format::Indicators,
            Self::Listings => Format::Listings,
            Self::Offers => Format::Offers,
        }
    }
}

/// What came of a file.
#[derive(Default, Serialize)]
struct Outcome {
    file: String,
    sha256: String,
    added: u64,
    same: u64,
    conflicts: u64,
    rejected: u64,
    notes: BTreeMap<String, u64>,
    reasons: Vec<String>,
    seconds: f64,
    /// When the same was imported before, so that nothing was done.
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<String>,
}

/// Something on its way in, and where it came from.
pub(crate) struct Came {
    pub(crate) name: String,
    pub(crate) source: String,
    pub(crate) sha256: String,
    pub(crate) read: Read,
}

/// What was read.
pub(crate) enum Read {
    /// The two files of a result of a scan that tell what it found.
    Result { run: Vec<u8>, campaigns: Vec<u8> },
    /// A text of others.
    Text(text::Text),
}

/// How objects came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// As objects, which stay as they are.
    Written,
    /// Made of something else: what says nothing new is no new version.
    Derived,
}

/// An import, resolved.
struct Import<'a> {
    args: &'a ImportArgs,
    desk: Desk,
    tlp: Option<Tlp>,
    quoted: Option<Timestamp>,
    bytes_max: u64,
    progress: Progress,
}

pub(super) fn run(args: ImportArgs) -> anyhow::Result<()> {
    let files = text::files(&args.files)?;
    let mut import = Import::resolve(&args)?;
    let mut outcomes = Vec::new();
    let mut failed = Ok(());
    for file in &files {
        let outcome = import.file(file);
        import.progress.clear();
        match outcome {
            Ok(outcome) => outcomes.push(outcome),
            Err(why) => {
                let name = text::name(file);
                let words = format!("{name}: nothing of it was imported");
                failed = Err(why.context(words));
                break;
            }
        }
    }
    // What came in before a file that failed is told all the same.
    let shown = match (args.json, args.quiet) {
        (true, _) => format!(
            "{}\n",
            serde_json::to_string_pretty(&serde_json::json!({ "files": outcomes }))?
        ),
        (false, true) => String::new(),
        (false, false) => outcomes.iter().map(|outcome| words(outcome, args.dry_run)).collect(),
    };
    terminal::print(&shown)?;
    failed
}

impl<'a> Import<'a> {
    fn resolve(args: &'a ImportArgs) -> anyhow::Result<Self> {
        if let Some(grade) = &args.grade
            && actors::estimate::admiralty(grade).is_none()
        {
            bail!(Usage(format!("--grade {grade}: write A to F and 1 to 6, like B2")));
        }
        let show = if args.json || args.quiet { Show::Never } else { Show::OnTerminal };
        Ok(Self {
            args,
            tlp: args.tlp.as_deref().map(crate::intel::tlp).transpose()?,
            quoted: args
                .quoted
                .as_deref()
                .map(|typed| timestamp("quoted", Some(typed)))
                .transpose()?,
            bytes_max: text::size(&args.max_size)?,
            desk: if args.dry_run { Desk::draft } else { Desk::make }(&args.desk)?,
            progress: Progress::new(show),
        })
    }

    fn file(&mut self, file: &Path) -> anyhow::Result<Outcome> {
        let begun = std::time::Instant::now();
        self.progress.step("Reading");
        let Came { name, source, sha256, read } = self.open(file)?;
        let origin = Origin {
            source: self.args.source.clone().unwrap_or(source),
            sha256: sha256.clone(),
            licence: self.args.licence.clone(),
            grade: self.args.grade.clone(),
        };
        let before = self.desk.wait(self.desk.store().imported_at(&origin))?;
        if let Some(before) = before.filter(|_| !self.args.again) {
            self.progress.clear();
            let before = Some(before.to_string());
            return Ok(Outcome { file: name, sha256, before, ..Outcome::default() });
        }
        let (mut taken, form) = self.read(read)?;
        self.progress.clear();
        let mut objects = checked(&mut taken);
        let all = objects.len() as u64;
        if form == Form::Derived {
            objects = self.anew(objects)?;
        }
        let unchanged = all - objects.len() as u64;
        let mut outcome = Outcome {
            file: name,
            sha256,
            same: unchanged,
            rejected: taken.rejected.len() as u64,
            reasons: reasons(&taken.rejected),
            notes: taken.notes,
            ..Outcome::default()
        };
        if self.args.dry_run {
            outcome.added = objects.len() as u64;
        } else {
            self.keep(&origin, objects, &taken.rejected, &mut outcome)?;
        }
        outcome.seconds = begun.elapsed().as_secs_f64();
        Ok(outcome)
    }

    fn open(&self, file: &Path) -> anyhow::Result<Came> {
        if crate::output::is_result(file) {
            return results::open(file);
        }
        let text = text::read(file, self.bytes_max)?;
        let sha256 = hex(&Sha256::digest(&text.bytes));
        let (name, source) = (text.name.clone(), text.source.clone());
        Ok(Came { name, source, sha256, read: Read::Text(text) })
    }

    fn read(&self, read: Read) -> anyhow::Result<(Taken, Form)> {
        let text = match read {
            Read::Result { run, campaigns } => {
                let taken = results::read(&run, &campaigns, &self.desk, self.tlp)?;
                return Ok((taken, Form::Derived));
            }
            Read::Text(text) => text,
        };
        let options = Options {
            format: self.args.format.map(TypedFormat::format),
            confidence: self.args.confidence,
            tlp: self.tlp,
            quoted: self.quoted,
            currency: self.args.currency.clone(),
            actors: self.actors()?,
            ..Options::new(
                self.desk.now(),
                us(),
                self.args.source.as_deref().unwrap_or(&text.source),
            )
        };
        let taken = import::read(&text.bytes, &options)?;
        let format = options.format.or_else(|| import::recognise(&text.bytes));
        let form = if format == Some(Format::Stix) { Form::Written } else { Form::Derived };
        Ok((taken, form))
    }

    /// The actors that are known, by all their names, so that names lead to them.
    fn actors(&self) -> anyhow::Result<BTreeMap<String, Id>> {
        let types = ["intrusion-set", "threat-actor"].map(str::to_owned).to_vec();
        let filter = Filter { types, ..Filter::default() };
        let mut actors = BTreeMap::new();
        self.desk.wait(self.desk.store().each(&filter, |actor| {
            let properties = actor.properties();
            let aliases = properties.get("aliases").and_then(Value::as_array);
            let names = properties.get("name").into_iter().chain(aliases.into_iter().flatten());
            for name in names.filter_map(Value::as_str) {
                actors.entry(name.to_lowercase()).or_insert_with(|| actor.id().clone());
            }
            Ok::<_, store::Error>(())
        }))?;
        Ok(actors)
    }

    /// Of what was made of something else, what says something new.
    fn anew(&self, objects: Vec<Object>) -> anyhow::Result<Vec<Object>> {
        let mut known = BTreeMap::new();
        for object in &objects {
            let versions = self.desk.wait(self.desk.store().versions(object.id()))?;
            let versions: Vec<Object> = versions.into_iter().map(|kept| kept.object).collect();
            known.insert(object.id().clone(), versions);
        }
        Ok(import::anew(objects, &known))
    }

    fn keep(
        &mut self,
        origin: &Origin,
        objects: Vec<Object>,
        rejected: &[Rejected],
        outcome: &mut Outcome,
    ) -> anyhow::Result<()> {
        let act = self.desk.act(&self.args.who, &format!("import of {}", outcome.file));
        let sizes: u64 = objects.len() as u64;
        self.progress.rows("Importing", sizes);
        let mut done = 0;
        let progress = &mut self.progress;
        let heard = |read: u64| {
            progress.advance(read - done, read - done);
            done = read;
        };
        let set_aside =
            rejected.iter().map(|one| SetAside { why: why(one), text: one.text.clone() });
        let set_aside: Vec<SetAside> = set_aside.collect();
        let import =
            self.desk.store().import_and_set_aside(&act, origin, objects, &set_aside, heard);
        let imported = self.desk.wait(import)?;
        outcome.added = imported.added;
        outcome.same += imported.same;
        outcome.conflicts = imported.conflicts;
        Ok(())
    }
}

/// The objects that are valid; the others are rejected, with what is wrong.
fn checked(taken: &mut Taken) -> Vec<Object> {
    let mut valid = Vec::with_capacity(taken.objects.len());
    for (at, object) in std::mem::take(&mut taken.objects).into_iter().enumerate() {
        match valid::error(&object) {
            None => valid.push(object),
            Some(error) => taken.rejected.push(Rejected {
                line: at as u64 + 1,
                field: format!("{} {}", object.id(), error.path).trim_end().to_owned(),
                why: format!("{} ({})", error.message, error.rule),
                text: object.text().to_owned(),
            }),
        }
    }
    valid
}

fn reasons(rejected: &[Rejected]) -> Vec<String> {
    let line = |one: &Rejected| format!("at {}, {}", one.line, why(one));
    rejected.iter().take(REASONS_SHOWN_MAX).map(line).collect()
}

/// What is wrong, and where unless that is said already.
fn why(one: &Rejected) -> String {
    let field = format!("{}: ", one.field);
    if one.why.starts_with(&field) { one.why.clone() } else { field + &one.why }
}

fn words(outcome: &Outcome, is_dry: bool) -> String {
    if let Some(before) = &outcome.before {
        let line = format!("{} was imported already, {before}: skipped (--again)", outcome.file);
        return terminal::text::wrapped("", &line, terminal::width());
    }
    let seconds = units::seconds(outcome.seconds);
    let mut parts = vec![match is_dry {
        true => format!("{} could be imported", units::counted(outcome.added, "object", "objects")),
        false => format!("{} added", units::counted(outcome.added, "object", "objects")),
    }];
    let further = [
        (outcome.same, "known already"),
        (outcome.conflicts, "in conflict with what is here (dragnet intel show --conflicts)"),
        (outcome.rejected, "set aside (dragnet share quarantine)"),
    ];
    parts.extend(
        further
            .iter()
            .filter(|(n, _)| *n > 0)
            .map(|(n, what)| format!("{} {what}", units::count(*n))),
    );
    parts[0] += &format!(" in {seconds}");
    let line = format!("{}: {}", outcome.file, parts.join(", "));
    let mut shown = terminal::text::wrapped("", &line, terminal::width());
    for (note, count) in &outcome.notes {
        shown +=
            &terminal::text::wrapped("  note: ", &format!("{note} ({count})"), terminal::width());
    }
    for reason in &outcome.reasons {
        shown += &terminal::text::wrapped("  set aside: ", reason, terminal::width());
    }
    shown
}
