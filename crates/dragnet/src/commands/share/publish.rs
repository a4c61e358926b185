//! `dragnet share publish`: what those who read a collection may have, into it; and out
//! of it what they may not have any more.

use super::collection;
use crate::commands::intel::export;
use crate::intel::{Desk, DeskArgs, PolicyArgs, WantedArgs, WhoArgs, policy, select};
use crate::terminal::{self, units};
use serde_json::json;
use std::collections::BTreeSet;
use stix::Id;
use store::{Placed, Publication, Published};

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
    if args.dry_run {
        return told(args, &release, &Published::default());
    }
    let recipient = format!("collection {}", collection.id);
    let sent = desk.wait(desk.store().released_to(&recipient))?;
    let sent: BTreeSet<Id> = sent.into_iter().map(|(id, _)| id).collect();
    let stays = |id: &Id| !selected.may_leave.contains(id);
    let publication = Publication {
        collection: collection.id,
        recipient,
        policy: policy::words(&policy),
        objects: release.released.iter().map(|one| one.object().clone()).collect(),
        withdraw: sent.into_iter().filter(stays).collect(),
    };
    let act = desk.act(&args.who, &format!("publish to {}", collection.title));
    let published = desk.wait(desk.store().publish(&act, publication))?;
    told(args, &release, &published)
}

fn told(args: &PublishArgs, release: &share::Release, published: &Published) -> anyhow::Result<()> {
    let number = published.release;
    if args.json {
        let mut document = export::told(number, release);
        document["added"] = json!(published.added);
        document["already"] = json!(published.already);
        document["replaced"] = json!(published.replaced);
        document["withdrawn"] = json!(published.withdrawn);
        return Ok(terminal::print(&format!("{}\n", serde_json::to_string_pretty(&document)?))?);
    }
    let mut shown = String::new();
    if !args.dry_run {
        let mut line = format!("{} added", units::counted(published.added, "object", "objects"));
        if published.already > 0 {
            line += &format!(", {} there already", units::count(published.already));
        }
        for (n, what) in
            [(published.replaced, "replaced"), (published.withdrawn, "taken out again")]
        {
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
