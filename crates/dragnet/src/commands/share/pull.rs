//! `dragnet share pull`: what partners published since the last time.

use super::remote::{Remote, RemoteArgs};
use crate::commands::Usage;
use crate::hex::hex;
use crate::intel::{Desk, DeskArgs, WhoArgs, valid};
use crate::interrupt;
use crate::progress::{Progress, Show};
use crate::terminal::{self, units};
use anyhow::Context;
use serde::Serialize;
use sha2::{Digest, Sha256};
use share::taxii::{Client, Page};
use std::time::Duration;
use stix::Object;
use store::{Act, Feed, Origin, SetAside};

const EXAMPLES: &str = "\
Examples:
  dragnet share pull https://taxii.example.com/taxii2/
  dragnet share pull https://taxii.example.com/api/ --collection partners
  DRAGNET_TAXII_TOKEN=… dragnet share pull https://… --every 15m --grade B2
  dragnet share pull https://… --user us --token-file ~/.taxii --page 500
  dragnet share pull https://taxii.example.com/taxii2/ --ca authority.pem

Only what is new since the last pull is fetched (--again fetches all). What is
not valid goes into quarantine: dragnet share quarantine. A page comes whole or
not at all; a pull that broke off begins again where it began.

Exit codes: 0 done; 1 failed; 2 the command line is wrong; 130 interrupted.";

/// Fetch what partners published, over TAXII 2.1
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct PullArgs {
    #[command(flatten)]
    remote: RemoteArgs,
    /// Pull again and again, at this distance: 15m, 2h
    #[arg(long, value_name = "TIME")]
    every: Option<String>,
    /// Fetch everything, not only what is new
    #[arg(long)]
    again: bool,
    /// Objects a page, if the server has a say [default: as the server likes]
    #[arg(long, value_name = "N")]
    page: Option<u32>,
    /// On which terms it comes: CC-BY-4.0, …; the release policy looks at it
    #[arg(long, value_name = "LICENCE")]
    licence: Option<String>,
    /// How far it can be trusted, by the Admiralty code: B2
    #[arg(long, value_name = "CODE")]
    grade: Option<String>,
    #[command(flatten)]
    desk: DeskArgs,
    #[command(flatten)]
    who: WhoArgs,
    /// Print one JSON document a pull
    #[arg(long)]
    json: bool,
    /// Print nothing but errors
    #[arg(long, short)]
    quiet: bool,
}

/// What came of a collection.
#[derive(Debug, Default, Serialize)]
struct Pulled {
    collection: String,
    url: String,
    pages: u64,
    added: u64,
    same: u64,
    conflicts: u64,
    quarantined: u64,
    added_after: Option<String>,
}

pub(super) fn run(args: &PullArgs) -> anyhow::Result<()> {
    let every = args.every.as_deref().map(distance).transpose()?;
    let client = args.remote.client()?;
    interrupt::install()?;
    loop {
        let outcome = once(args, &client);
        let Some(every) = every else { return outcome };
        if let Err(error) = outcome {
            interrupt::wait_if_requested();
            // The next one may work: a partner's server is not ours to mend.
            terminal::say(&format!("{} {error:#}", terminal::alarm("error:")));
        }
        std::thread::sleep(every);
    }
}

fn distance(typed: &str) -> anyhow::Result<Duration> {
    let (digits, seconds) = match typed.char_indices().last() {
        Some((at, 's')) => (&typed[..at], 1),
        Some((at, 'm')) => (&typed[..at], 60),
        Some((at, 'h')) => (&typed[..at], 3600),
        _ => ("", 0),
    };
    let whole = digits.parse::<u64>().ok().filter(|n| *n > 0);
    let words = || Usage(format!("--every {typed}: write 90s, 15m or 2h"));
    Ok(Duration::from_secs(whole.and_then(|n| n.checked_mul(seconds)).ok_or_else(words)?))
}

fn once(args: &PullArgs, client: &Client) -> anyhow::Result<()> {
    // Opened anew each time: `now` is the time of this pull.
    let desk = Desk::make(&args.desk)?;
    let collections = args.remote.collections(&desk, client, |collection| collection.can_read)?;
    let mut all = Vec::new();
    for remote in &collections {
        let pulled = collection(args, &desk, client, remote);
        all.push(pulled.with_context(|| format!("collection {}", remote.collection.title))?);
    }
    let shown = match (args.json, args.quiet) {
        (true, _) => format!("{}\n", serde_json::json!({ "collections": all })),
        (false, true) => String::new(),
        (false, false) if all.is_empty() => "no collection there that we may read\n".to_owned(),
        (false, false) => all.iter().map(words).collect(),
    };
    Ok(terminal::print(&shown)?)
}

fn collection(
    args: &PullArgs,
    desk: &Desk,
    client: &Client,
    remote: &Remote,
) -> anyhow::Result<Pulled> {
    let feed = Feed { url: remote.url.to_string(), collection: remote.collection.id.clone() };
    let before = desk.wait(desk.store().feed(&feed))?.and_then(|state| state.added_after);
    let from = before.clone().filter(|_| !args.again);
    let act = desk.act(&args.who, &format!("pull of {}", remote.collection.title));
    let mut pulled = Pulled {
        collection: remote.collection.title.clone(),
        url: feed.url.clone(),
        added_after: before,
        ..Pulled::default()
    };
    let show = if args.json || args.quiet { Show::Never } else { Show::OnTerminal };
    let mut progress = Progress::new(show);
    progress.rows("Pulling", 0);
    let mut pull = client.pull(&remote.url, from, args.page);
    while let Some(page) = desk.wait(pull.page())? {
        progress.advance(page.objects.len() as u64, 0);
        pulled.pages += 1;
        // Of a page without objects nothing moves.
        if !page.objects.is_empty() {
            pulled.added_after = page.added_last.clone().or(pulled.added_after);
        }
        keep(args, desk, &act, &feed, page, &mut pulled)?;
    }
    progress.clear();
    // Only now: a pull that broke off begins again where it began, and what it has
    // brought already changes nothing.
    let outcome = words(&pulled);
    let set = desk.store().set_feed(&act, &feed, pulled.added_after.as_deref(), outcome.trim_end());
    desk.wait(set)?;
    Ok(pulled)
}

fn keep(
    args: &PullArgs,
    desk: &Desk,
    act: &Act,
    feed: &Feed,
    page: Page,
    pulled: &mut Pulled,
) -> anyhow::Result<()> {
    let mut taken: Vec<Object> = Vec::with_capacity(page.objects.len());
    let mut set_aside: Vec<SetAside> = Vec::new();
    for (at, one) in page.objects {
        match one {
            Ok(object) => match valid::error(&object) {
                None => taken.push(object),
                Some(why) => {
                    let (why, text) = (why.to_string(), object.text().to_owned());
                    set_aside.push(SetAside { why, text });
                }
            },
            Err(why) => {
                let text = page.texts.iter().find(|(place, _)| *place == at);
                let text = text.map(|(_, text)| text.clone()).unwrap_or_default();
                set_aside.push(SetAside { why: why.to_string(), text });
            }
        }
    }
    if taken.is_empty() && set_aside.is_empty() {
        return Ok(());
    }
    let mut hash = Sha256::new();
    let wrong = set_aside.iter().map(|one| one.text.as_str());
    taken.iter().map(Object::text).chain(wrong).for_each(|text| hash.update(text.as_bytes()));
    let origin = Origin {
        source: feed.url.clone(),
        sha256: hex(&hash.finalize()),
        licence: args.licence.clone(),
        grade: args.grade.clone(),
    };
    let import = desk.store().import_and_set_aside(act, &origin, taken, &set_aside, |_| {});
    let imported = desk.wait(import)?;
    pulled.added += imported.added;
    pulled.same += imported.same;
    pulled.conflicts += imported.conflicts;
    pulled.quarantined += set_aside.len() as u64;
    Ok(())
}

fn words(pulled: &Pulled) -> String {
    let mut parts = vec![format!("{} added", units::counted(pulled.added, "object", "objects"))];
    let further = [
        (pulled.same, "known already"),
        (pulled.conflicts, "in conflict with what is here"),
        (pulled.quarantined, "in quarantine"),
    ];
    parts.extend(
        further
            .iter()
            .filter(|(n, _)| *n > 0)
            .map(|(n, what)| format!("{} {what}", units::count(*n))),
    );
    terminal::text::wrapped(
        "",
        &format!("{}: {}", pulled.collection, parts.join(", ")),
        terminal::width(),
    )
}
