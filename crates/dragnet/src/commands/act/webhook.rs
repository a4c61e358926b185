//! `dragnet act webhook`: who is told of what was decided, and what came of telling them.

use crate::commands::Usage;
use crate::intel::{Desk, DeskArgs, WhoArgs};
use crate::terminal::{self, faint, heading, text, units};
use clap::Subcommand;
use serde_json::Value;
use server::acting::{Reach, check_url, draw_secret, show};
use stix::Timestamp;
use store::{
    Delivery, DeliveryState, EventKind, NewWebhook, SoughtDeliveries, Webhook, WebhookChange,
};

const EXAMPLES: &str = "\
Examples:
  dragnet act webhook add platform https://platform.example.com/dragnet
  dragnet act webhook add siem https://siem.example.com/in \\
    --event decision.in_force
  dragnet act webhook test platform
  dragnet act webhook deliveries --webhook platform
  dragnet act webhook replay 7
  dragnet act webhook change platform --rotate    # two secrets sign for a day

A running `dragnet serve` on the same store sends them, signed as Standard
Webhooks are. The secret is shown once; it stays in the store, since it signs,
and a store in a file is made readable by its owner only.

Events: decision.in_force, decision.undone, decision.expired, appeal.restored,
campaign.recognised, campaign.returned.

Exit codes: 0 done; 1 failed; 2 the command line is wrong.";

/// Have a platform told of what was decided
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct WebhookArgs {
    #[command(subcommand)]
    what: What,
    #[command(flatten)]
    desk: DeskArgs,
    #[command(flatten)]
    who: WhoArgs,
    /// Print one JSON document
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Make a webhook, and show its secret once
    Add {
        /// What it is called
        #[arg(value_name = "NAME")]
        name: String,
        /// Where to; http:// and private addresses want `serve --webhooks-inside`
        #[arg(value_name = "URL")]
        url: String,
        /// What it is told of [default: everything]
        #[arg(long = "event", value_name = "EVENT", value_delimiter = ',')]
        events: Vec<String>,
    },
    /// Change a webhook
    Change {
        /// Which
        #[arg(value_name = "NAME")]
        name: String,
        /// Where to from now on
        #[arg(long, value_name = "URL")]
        url: Option<String>,
        /// What it is told of from now on
        #[arg(long = "event", value_name = "EVENT", value_delimiter = ',')]
        events: Vec<String>,
        /// Tell it nothing; what waits stays
        #[arg(long, conflicts_with = "on")]
        off: bool,
        /// Tell it again
        #[arg(long)]
        on: bool,
        /// Draw another secret, and show it once
        #[arg(long)]
        rotate: bool,
        /// How long the secret before signs too
        #[arg(long, value_name = "N", default_value_t = 24, requires = "rotate", value_parser = clap::value_parser!(i64).range(0..=720))]
        former_hours: i64,
    },
    /// List webhooks, never their secrets
    List,
    /// Take a webhook away; what waits for it is given up
    Remove {
        /// Which
        #[arg(value_name = "NAME")]
        name: String,
    },
    /// Send something that means nothing
    Test {
        /// To which
        #[arg(value_name = "NAME")]
        name: String,
    },
    /// List what was sent, and what waits
    Deliveries {
        /// To this one
        #[arg(long, value_name = "NAME")]
        webhook: Option<String>,
        /// In this state: scheduled, delivered, failed, given-up
        #[arg(long, value_name = "STATE")]
        state: Option<String>,
        /// Those after this number
        #[arg(long, value_name = "N", default_value_t = 0)]
        after: i64,
        /// At most so many
        #[arg(long, value_name = "N", default_value_t = 100)]
        limit: u32,
    },
    /// Send something again
    Replay {
        /// The delivery's number
        #[arg(value_name = "N")]
        delivery: i64,
    },
}

pub(super) fn run(args: WebhookArgs) -> anyhow::Result<()> {
    let WebhookArgs { what, desk, who, json } = args;
    let desk = match what {
        What::Add { .. } => Desk::make(&desk)?,
        _ => Desk::open(&desk)?,
    };
    let store = desk.store();
    let shown = match what {
        What::Add { name, url, events } => {
            let (secret, url) = (draw_secret(), checked(url)?);
            let webhook = NewWebhook { name, url, secret: secret.clone(), events: kinds(&events)? };
            let act = desk.act(&who, "new webhook");
            let webhook = desk.wait(store.add_webhook(&act, webhook))?;
            with_secret(&webhook, Some(&secret.0), json)
        }
        What::Change { name, url, events, off, on, rotate, former_hours } => {
            let secret = rotate.then(draw_secret);
            let until = desk.now().ms().saturating_add(former_hours * 3_600_000);
            let until = Timestamp::from_ms(until).unwrap_or(desk.now());
            let wanted = WebhookChange {
                url: url.map(checked).transpose()?,
                events: (!events.is_empty()).then(|| kinds(&events)).transpose()?,
                is_enabled: (on || off).then_some(on),
                secret: secret.clone().map(|secret| (secret, until)),
            };
            let act = desk.act(&who, "webhook changed");
            let webhook = desk.wait(store.change_webhook(&act, &name, wanted))?;
            with_secret(&webhook, secret.as_ref().map(|secret| secret.0.as_str()), json)
        }
        What::List => {
            let all = desk.wait(store.webhooks())?;
            let none = "nobody is told: dragnet act webhook add NAME URL";
            return terminal::list(&all, json, "webhooks", none, show::webhook, line);
        }
        What::Remove { name } => {
            let act = desk.act(&who, "webhook removed");
            desk.wait(store.remove_webhook(&act, &name))?;
            told(json, &serde_json::json!({ "removed": name }), || format!("{name} is gone\n"))
        }
        What::Test { name } => {
            let act = desk.act(&who, "a trial");
            let delivery = desk.wait(store.test_webhook(&act, &name, server::new_id()))?;
            told(json, &show::delivery(&delivery), || delivery_line(&delivery))
        }
        What::Replay { delivery } => {
            let delivery = desk.wait(store.replay(&desk.act(&who, "sent again"), delivery))?;
            told(json, &show::delivery(&delivery), || delivery_line(&delivery))
        }
        What::Deliveries { webhook, state, after, limit } => {
            let state = state.as_deref().map(delivery_state).transpose()?;
            let sought = SoughtDeliveries { webhook, state, after, limit };
            let all = desk.wait(store.deliveries(&sought))?;
            let none = "nothing was sent, and nothing waits";
            return terminal::list(&all, json, "deliveries", none, show::delivery, delivery_line);
        }
    };
    Ok(terminal::print(&shown)?)
}

/// An address as far as it shows here: only the server knows where it may go.
fn checked(url: String) -> anyhow::Result<String> {
    check_url(&url, Reach::Inside).map_err(Usage)?;
    Ok(url)
}

fn kinds(typed: &[String]) -> anyhow::Result<Vec<EventKind>> {
    let kind = |name: &String| {
        let words = || Usage(format!("--event {name}: none of those that --help lists"));
        Ok(EventKind::named(name).ok_or_else(words)?)
    };
    typed.iter().map(kind).collect()
}

fn delivery_state(typed: &str) -> anyhow::Result<DeliveryState> {
    let words = || Usage(format!("--state {typed}: scheduled, delivered, failed or given-up"));
    Ok(DeliveryState::named(&typed.replace(['-', '_'], " ")).ok_or_else(words)?)
}

fn told(is_json: bool, document: &Value, words: impl FnOnce() -> String) -> String {
    match is_json {
        true => format!("{document:#}\n"),
        false => words(),
    }
}

fn with_secret(webhook: &Webhook, secret: Option<&str>, is_json: bool) -> String {
    let mut document = show::webhook(webhook);
    if let Some(secret) = secret {
        document["secret"] = secret.into();
    }
    told(is_json, &document, || match secret {
        None => line(webhook),
        Some(secret) => {
            format!("{}{secret}\n{}", line(webhook), faint("its secret; it is shown this once\n"))
        }
    })
}

fn line(webhook: &Webhook) -> String {
    let mut words = match &webhook.events[..] {
        [] => "told of everything".to_owned(),
        events => events.iter().map(|kind| kind.name()).collect::<Vec<_>>().join(", "),
    };
    if !webhook.is_enabled {
        words += "; off";
    }
    if webhook.waiting > 0 {
        words += &format!("; {} waiting", units::count(webhook.waiting));
    }
    let head = format!("{}  {}", webhook.name, text::harmless(&webhook.url));
    format!("{}\n{}", heading(&head), text::wrapped("  ", &words, terminal::width()))
}

fn delivery_line(delivery: &Delivery) -> String {
    let head = format!(
        "{:>5}  {}  {}: {}",
        delivery.seq,
        units::minute(delivery.made.ms()),
        text::harmless(&delivery.webhook),
        delivery.state.name()
    );
    let mut words = format!("{} {}", delivery.kind.name(), delivery.subject);
    if delivery.attempts > 0 {
        words += &format!("; {}", units::counted(delivery.attempts, "attempt", "attempts"));
    }
    if let Some(error) = &delivery.last_error {
        words += &format!("; {error}");
    }
    if let Some(next) = delivery.next.filter(|_| delivery.attempts > 0) {
        words += &format!("; again {}", units::second(next.ms()));
    }
    if let Some(first) = delivery.replay_of {
        words += &format!("; repeats {first}");
    }
    format!("{head}\n{}", text::wrapped("       ", &words, terminal::width()))
}
