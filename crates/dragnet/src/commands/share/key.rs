//! `dragnet share key`: who may read and write which collection.

use super::collection;
use crate::intel::{Desk, DeskArgs, WhoArgs, timestamp};
use crate::terminal::{self, faint, heading, text, units};
use clap::Subcommand;
use serde_json::{Value, json};
use server::Token;
use std::collections::BTreeMap;
use store::{Collection, CollectionId, Key, NewKey, Rate, Right, Scope};

const EXAMPLES: &str = "\
Examples:
  dragnet share key add cert-example --read partners
  dragnet share key add sensor-1 --read inbox --write inbox --rate 600
  dragnet share key add signup-form --scope signups --expires 2027-12-31
  dragnet share key list
  dragnet share key revoke cert-example --why 'contract ended'

The token is shown once and kept nowhere; only its hash is. Clients send it as
`Authorization: Bearer TOKEN`, or as the password of Basic authentication with
the key's name as user. A server that runs knows a key for 2 seconds without
looking again: for so long may a revoked one still open.

Exit codes: 0 done; 1 failed; 2 the command line is wrong.";

/// Make, list and revoke the keys of partners
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct KeyArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Add(AddArgs),
    Grant(GrantArgs),
    List(ListArgs),
    Revoke(RevokeArgs),
}

/// What a key may do.
#[derive(Debug, clap::Args)]
struct RightsArgs {
    /// Collections that it may read
    #[arg(long, value_name = "COLLECTION", value_delimiter = ',')]
    read: Vec<String>,
    /// Collections that it may add to, and with --read take from
    #[arg(long, value_name = "COLLECTION", value_delimiter = ',')]
    write: Vec<String>,
}

/// Make a key and show its token, once
#[derive(Debug, clap::Args)]
struct AddArgs {
    /// Whose it is
    #[arg(value_name = "NAME")]
    name: String,
    #[command(flatten)]
    rights: RightsArgs,
    /// What it may do beside collections
    #[arg(long = "scope", value_name = "SCOPE", value_delimiter = ',')]
    scopes: Vec<TypedScope>,
    /// Requests a minute, at most [default: the server's]
    #[arg(long, value_name = "N")]
    rate: Option<u32>,
    /// When it opens nothing any more: a day or a time
    #[arg(long, value_name = "TIME")]
    expires: Option<String>,
    #[command(flatten)]
    desk: DeskArgs,
    #[command(flatten)]
    who: WhoArgs,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// Scopes, as they are typed.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum TypedScope {
    /// Ask about sign-ups, and tell of what happened later
    Signups,
    /// Read what the service did, in numbers
    Metrics,
    /// See campaigns, decisions and the graph
    Read,
    /// Say of accounts what they are
    Label,
    /// Decide on campaigns, and take decisions back
    Act,
    /// See what is under seal
    Sealed,
    /// Say who may do what, by which policy, and where decisions are sent
    Admin,
}

impl TypedScope {
    fn scope(self) -> Scope {
        match self {
            Self::Signups => Scope::Signups,
            Self::Metrics => Scope::Metrics,
            Self::Read => Scope::Read,
            Self::Label => Scope::Label,
            Self::Act => Scope::Act,
            Self::Sealed => Scope::Sealed,
            Self::Admin => Scope::Admin,
        }
    }
}

/// Let a key do more, or less: rights in the collections that are named are replaced
#[derive(Debug, clap::Args)]
struct GrantArgs {
    /// Whose it is
    #[arg(value_name = "NAME")]
    name: String,
    #[command(flatten)]
    rights: RightsArgs,
    /// Collections that it may no longer see
    #[arg(long, value_name = "COLLECTION", value_delimiter = ',')]
    none: Vec<String>,
    #[command(flatten)]
    desk: DeskArgs,
    #[command(flatten)]
    who: WhoArgs,
}

/// List the keys, never their tokens
#[derive(Debug, clap::Args)]
struct ListArgs {
    #[command(flatten)]
    desk: DeskArgs,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// Make a key open nothing from now on
#[derive(Debug, clap::Args)]
struct RevokeArgs {
    /// Whose it is
    #[arg(value_name = "NAME")]
    name: String,
    #[command(flatten)]
    desk: DeskArgs,
    #[command(flatten)]
    who: WhoArgs,
}

pub(super) fn run(args: KeyArgs) -> anyhow::Result<()> {
    match args.what {
        What::Add(args) => add(&args),
        What::Grant(args) => grant(&args),
        What::List(args) => list(&args),
        What::Revoke(args) => revoke(&args),
    }
}

fn add(args: &AddArgs) -> anyhow::Result<()> {
    let desk = Desk::open(&args.desk)?;
    let rights = rights(&desk, &args.rights, &[])?;
    let token = Token::draw();
    let act = desk.act(&args.who, "new key");
    let expires = args.expires.as_deref().map(|typed| timestamp("expires", Some(typed)));
    let key = NewKey {
        name: args.name.clone(),
        sha256: token.hash(),
        rate: args.rate.map(Rate),
        scopes: args.scopes.iter().map(|typed| typed.scope()).collect(),
        expires: expires.transpose()?,
    };
    desk.wait(desk.store().add_key(&act, key))?;
    give(&desk, &act, &args.name, &rights)?;
    let shown = match args.json {
        true => format!("{}\n", json!({ "name": args.name, "token": token.text() })),
        false => format!(
            "{}\n{}",
            token.text(),
            faint(&format!("the token of {}; it is shown this once\n", text::harmless(&args.name)))
        ),
    };
    Ok(terminal::print(&shown)?)
}

fn grant(args: &GrantArgs) -> anyhow::Result<()> {
    let desk = Desk::open(&args.desk)?;
    let rights = rights(&desk, &args.rights, &args.none)?;
    let act = desk.act(&args.who, "rights changed");
    give(&desk, &act, &args.name, &rights)?;
    tell(&desk, &args.name)
}

/// What a key may do now.
fn tell(desk: &Desk, name: &str) -> anyhow::Result<()> {
    let keys = desk.wait(desk.store().keys())?;
    let collections = desk.wait(desk.store().collections())?;
    let found = keys.iter().filter(|key| key.name == name);
    let shown: String = found.map(|key| line(key, &collections)).collect();
    Ok(terminal::print(&shown)?)
}

fn give(
    desk: &Desk,
    act: &store::Act,
    name: &str,
    rights: &BTreeMap<CollectionId, Right>,
) -> anyhow::Result<()> {
    for (collection, right) in rights {
        desk.wait(desk.store().set_right(act, name, *collection, *right))?;
    }
    Ok(())
}

fn rights(
    desk: &Desk,
    args: &RightsArgs,
    none: &[String],
) -> anyhow::Result<BTreeMap<CollectionId, Right>> {
    let nothing = Right { can_read: false, can_write: false };
    let mut rights: BTreeMap<CollectionId, Right> = BTreeMap::new();
    for name in none {
        rights.insert(collection::named(desk, name)?.id, nothing);
    }
    for name in &args.read {
        rights.entry(collection::named(desk, name)?.id).or_insert(nothing).can_read = true;
    }
    for name in &args.write {
        rights.entry(collection::named(desk, name)?.id).or_insert(nothing).can_write = true;
    }
    Ok(rights)
}

fn list(args: &ListArgs) -> anyhow::Result<()> {
    let desk = Desk::open(&args.desk)?;
    let keys = desk.wait(desk.store().keys())?;
    let collections = desk.wait(desk.store().collections())?;
    let none = "none yet: dragnet share key add NAME --read COLLECTION";
    let document = |key: &Key| document(key, &collections);
    terminal::list(&keys, args.json, "keys", none, document, |key| line(key, &collections))
}

fn called(id: CollectionId, collections: &[Collection]) -> String {
    let found = collections.iter().find(|collection| collection.id == id);
    found.and_then(|found| found.alias.clone()).unwrap_or_else(|| id.to_string())
}

fn document(key: &Key, collections: &[Collection]) -> Value {
    let rights = key.rights.iter().map(|(id, right)| {
        json!({ "collection": called(*id, collections), "read": right.can_read, "write": right.can_write })
    });
    json!({
        "name": key.name, "made": key.made.to_string(),
        "revoked": key.revoked.map(|time| time.to_string()),
        "expires": key.expires.map(|time| time.to_string()),
        "requests_per_minute": key.rate.map(|rate| rate.0),
        "scopes": key.scopes.iter().map(|scope| scope.name()).collect::<Vec<_>>(),
        "rights": rights.collect::<Vec<_>>(),
    })
}

fn line(key: &Key, collections: &[Collection]) -> String {
    let rights = key.rights.iter().filter_map(|(id, right)| {
        let may = match (right.can_read, right.can_write) {
            (true, true) => "reads and writes",
            (true, false) => "reads",
            (false, true) => "writes",
            (false, false) => return None,
        };
        Some(format!("{may} {}", called(*id, collections)))
    });
    let mut words: Vec<String> = rights.collect();
    words.extend(key.scopes.iter().map(|scope| match scope {
        Scope::Signups => "asks about sign-ups".to_owned(),
        Scope::Metrics => "reads metrics".to_owned(),
        Scope::Read => "sees campaigns and decisions".to_owned(),
        Scope::Label => "says what accounts are".to_owned(),
        Scope::Act => "decides on campaigns".to_owned(),
        Scope::Sealed => "sees what is under seal".to_owned(),
        Scope::Admin => "says who may do what".to_owned(),
    }));
    if words.is_empty() {
        words.push("may do nothing: dragnet share key grant".to_owned());
    }
    if let Some(rate) = key.rate {
        words.push(format!("{} requests a minute", units::count(u64::from(rate.0))));
    }
    if let Some(expires) = key.expires {
        words.push(format!("until {}", units::minute(expires.ms())));
    }
    if let Some(revoked) = key.revoked {
        words = vec![format!("revoked {}", units::minute(revoked.ms()))];
    }
    let head = heading(&text::harmless(&key.name));
    format!("{head}\n{}", text::wrapped("  ", &words.join(", "), terminal::width()))
}

fn revoke(args: &RevokeArgs) -> anyhow::Result<()> {
    let desk = Desk::open(&args.desk)?;
    let act = desk.act(&args.who, "key revoked");
    desk.wait(desk.store().revoke_key(&act, &args.name))?;
    tell(&desk, &args.name)
}
