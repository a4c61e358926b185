//! `dragnet share publish`: what those who read a collection may have, into it; and out
//! of it what they may not have any more.

use super::collection;
use crate::commands::intel::export;
use crate::intel::{Desk, DeskArgs, PolicyArgs, WantedArgs, WhoArgs, policy, select};
use crate::terminal::{self, units};
use serde_json::json;
use std::collections::BTreeSet;
use stix::{Id, Object};
use store::{Placed, Published};

const EXAMPLES: &str = "\
Examples:
  dragnet share publish partners
  dragnet share publish partners --type indicator,campaign
  dragnet share publish partners --dry-run

The collection's ceiling and audience are the policy's. What was published
before and may not leave any more (marked stricter since, held, sealed) is
taken out of the collection, and what told of it is replaced; who fetched it
is in the server's log.

Exit codes: 0 done; 1 failed; 2 the command line is wrong.";

/// Put what its readers may have into a collection
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct PublishArgs {
    /// Its alias or id
    #[arg(value_name = "COLLECTION")]
    collection: String,
    /// Say what would leave, and change nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    policy: PolicyArgs,
    #[command(flatten)]
    wanted: WantedArgs,
    #[command(flatten)]
    desk: DeskArgs,
    #[command(flatten)]
    who: WhoArgs,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &PublishArgs) -> anyhow::Result<()> {
    let desk = Desk::open(&args.desk)?;
    let collection = collection::named(&desk, &args.collection)?;
    let policy = args.policy.policy(&collection.audience, collection.ceiling, &args.desk.store)?;
    let selected = select(&desk, &policy, &args.wanted)?;
    let release = selected.release;
    let recipient = format!("collection {}", collection.id);
    let sent: BTreeSet<(Id, Option<String>)> =
        desk.wait(desk.store().released_to(&recipient))?.into_iter().collect();
    let objects: Vec<Object> = release.released.iter().map(|one| one.object().clone()).collect();
    if args.dry_run {
        return told(args, None, &release, &Done::default());
    }
    let act = desk.act(&args.who, &format!("publish to {}", collection.title));
    let is_new = |object: &&Object| {
        let version = object.head().version().map(|version| version.to_string());
        !sent.contains(&(object.id().clone(), version))
    };
    let new: Vec<Object> = objects.iter().filter(is_new).cloned().collect();
    let written = |objects: &[Object]| match objects.is_empty() {
        true => Ok(None),
        false => {
            let words = policy::words(&policy);
            desk.wait(desk.store().add_release(&act, &recipient, &words, objects)).map(Some)
        }
    };
    let remove =
        |id: &Id| desk.wait(desk.store().remove(&act, collection.id, id.as_str(), &[], &[]));
    let publish = |objects| desk.wait(desk.store().publish(&act, collection.id, objects));
    let mut done = Done::default();
    let before: BTreeSet<&Id> = sent.iter().map(|(id, _)| id).collect();
    for id in before.into_iter().filter(|id| !selected.may_leave.contains(*id)) {
        done.withdrawn += u64::from(remove(id)?.is_some());
    }
    let mut number = written(&new)?;
    done.published = publish(objects.clone())?;
    // What was there tells of something that stays now: it goes, for what may be told.
    let (other, refused) = done.published.refused.into_iter().partition(is_other);
    done.published.refused = refused;
    let other: BTreeSet<Id> = other.into_iter().map(|(id, _)| id).collect();
    let anew: Vec<Object> = objects.into_iter().filter(|one| other.contains(one.id())).collect();
    number = written(&anew)?.or(number);
    for id in &other {
        remove(id)?;
    }
    if !anew.is_empty() {
        let published = publish(anew)?;
        done.replaced = published.added;
        done.published.refused.extend(published.refused);
    }
    told(args, number, &release, &done)
}

fn is_other((_, placed): &(Id, Placed)) -> bool {
    *placed == Placed::Other
}

/// What came of the collection.
#[derive(Default)]
struct Done {
    published: Published,
    replaced: u64,
    withdrawn: u64,
}

fn told(
    args: &PublishArgs,
    number: Option<i64>,
    release: &share::Release,
    done: &Done,
) -> anyhow::Result<()> {
    let published = &done.published;
    if args.json {
        let mut document = export::told(number, release);
        document["added"] = json!(published.added);
        document["already"] = json!(published.already);
        document["replaced"] = json!(done.replaced);
        document["withdrawn"] = json!(done.withdrawn);
        return Ok(terminal::print(&format!("{}\n", serde_json::to_string_pretty(&document)?))?);
    }
    let mut shown = String::new();
    if !args.dry_run {
        let mut line = format!("{} added", units::counted(published.added, "object", "objects"));
        if published.already > 0 {
            line += &format!(", {} there already", units::count(published.already));
        }
        for (n, what) in [(done.replaced, "replaced"), (done.withdrawn, "taken out again")] {
            if n > 0 {
                line += &format!(", {} {what}", units::count(n));
            }
        }
        shown += &format!("{line}\n");
        for (id, placed) in &published.refused {
            let why = match placed {
                Placed::TooStrict(tlp) => format!("it is marked {}", tlp.label()),
                _ => "other content is there under this id and version".to_owned(),
            };
            let words = format!("{id}: {why}");
            shown += &terminal::text::wrapped("  not added: ", &words, terminal::width());
        }
    }
    shown += &export::words(number, release);
    Ok(terminal::print(&shown)?)
}
