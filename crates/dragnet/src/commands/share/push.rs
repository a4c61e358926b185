//! `dragnet share push`: what a partner may have, into their collection.

use super::remote::RemoteArgs;
use crate::commands::Usage;
use crate::commands::intel::export;
use crate::intel::{Desk, DeskArgs, PolicyArgs, WantedArgs, WhoArgs, policy, select, tlp};
use crate::terminal::{self, units};
use anyhow::bail;
use serde_json::json;
use share::Released;
use share::taxii::Status;
use std::collections::BTreeSet;
use stix::Object;

const EXAMPLES: &str = "\
Examples:
  dragnet share push https://taxii.example.com/api/collections/ID/ --tlp green
  dragnet share push https://taxii.example.com/taxii2/ --collection inbox \\
    --tlp amber --audience 'CERT Example' --about Storm-1152

What was sent there before is not sent again (--again sends all). What left is
written down before it does: dragnet share releases.

Exit codes: 0 done; 1 failed, or the server did not take everything; 2 the
command line is wrong.";

/// Failures that are shown; --json has all.
const FAILURES_SHOWN_MAX: usize = 10;

/// Send a partner what they may have, over TAXII 2.1
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct PushArgs {
    #[command(flatten)]
    remote: RemoteArgs,
    /// The strictest marking that the partner may see
    #[arg(long, value_name = "TLP", default_value = "clear")]
    tlp: String,
    /// Who the partner is, in words [default: the address]
    #[arg(long, value_name = "NAME")]
    audience: Option<String>,
    /// Send everything, not only what was not sent before
    #[arg(long)]
    again: bool,
    /// Say what would leave, and send nothing
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

pub(super) fn run(args: &PushArgs) -> anyhow::Result<()> {
    let desk = Desk::open(&args.desk)?;
    let client = args.remote.client()?;
    let collections = args.remote.collections(&desk, &client, |collection| collection.can_write)?;
    let [remote] = &collections[..] else {
        bail!(Usage(match collections.is_empty() {
            true => "no collection there that we may add to".to_owned(),
            false => "there are several collections: name one with --collection".to_owned(),
        }));
    };
    let recipient = remote.url.to_string();
    let audience = args.audience.clone().unwrap_or_else(|| recipient.clone());
    let policy = args.policy.policy(&audience, tlp(&args.tlp)?, &args.desk.store)?;
    let mut release = select(&desk, &policy, &args.wanted)?.release;
    if !args.again {
        let sent: BTreeSet<_> =
            desk.wait(desk.store().released_to(&recipient))?.into_iter().collect();
        release.released.retain(|one| !sent.contains(&version(one)));
    }
    let objects: Vec<Object> = release.released.iter().map(|one| one.object().clone()).collect();
    if args.dry_run || objects.is_empty() {
        return told(args, None, &release, &[]);
    }
    let act = desk.act(&args.who, "push");
    let words = policy::words(&policy);
    let number = desk.wait(desk.store().add_release(&act, &recipient, &words, &objects))?;
    let push = client.push(&remote.root, &remote.url, &release.released, |_| {});
    let statuses = desk.wait(push)?;
    told(args, Some(number), &release, &statuses)?;
    let failed: u64 = statuses.iter().map(|status| status.failure_count).sum();
    if failed > 0 {
        bail!("the server did not take {}", units::counted(failed, "object", "objects"));
    }
    Ok(())
}

fn version(one: &Released) -> (stix::Id, Option<String>) {
    let object = one.object();
    (object.id().clone(), object.head().version().map(|version| version.to_string()))
}

fn told(
    args: &PushArgs,
    number: Option<i64>,
    release: &share::Release,
    statuses: &[Status],
) -> anyhow::Result<()> {
    if args.json {
        let mut document = export::told(number, release);
        document["statuses"] = json!(statuses);
        return Ok(terminal::print(&format!("{}\n", serde_json::to_string_pretty(&document)?))?);
    }
    let mut shown = export::words(number, release);
    let failures = statuses.iter().flat_map(|status| &status.failures);
    for failure in failures.take(FAILURES_SHOWN_MAX) {
        let why = failure.message.as_deref().unwrap_or("no reason given");
        shown += &terminal::text::wrapped(
            "  not taken: ",
            &format!("{}: {why}", failure.id),
            terminal::width(),
        );
    }
    Ok(terminal::print(&shown)?)
}
