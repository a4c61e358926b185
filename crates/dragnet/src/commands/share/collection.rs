//! `dragnet share collection`: what is served, to whom, and how strictly marked.

use crate::commands::Usage;
use crate::intel::{Desk, DeskArgs, WhoArgs, tlp};
use crate::terminal::{self, faint, heading, text};
use clap::Subcommand;
use serde_json::{Value, json};
use store::Collection;

const EXAMPLES: &str = "\
Examples:
  dragnet share collection add Partners --alias partners --tlp green
  dragnet share collection add Reports --alias inbox --tlp amber --can-post
  dragnet share collection list
  dragnet share collection set partners --tlp clear

Exit codes: 0 done; 1 failed; 2 the command line is wrong.";

/// Make and list the collections that `dragnet serve` serves
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct CollectionArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Add(AddArgs),
    Set(SetArgs),
    List(ListArgs),
}

/// Make a collection
#[derive(Debug, clap::Args)]
struct AddArgs {
    /// Its name, for people
    #[arg(value_name = "TITLE")]
    title: String,
    /// Its name in addresses and commands
    #[arg(long, value_name = "NAME")]
    alias: Option<String>,
    /// What is in it
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// Nothing that is marked more strictly goes in
    #[arg(long, value_name = "TLP", default_value = "clear")]
    tlp: String,
    /// Whom it is for, in words
    #[arg(long, value_name = "NAME", default_value = "everyone")]
    audience: String,
    /// Others may add to it, if their key has the right to
    #[arg(long)]
    can_post: bool,
    #[command(flatten)]
    desk: DeskArgs,
    #[command(flatten)]
    who: WhoArgs,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// Change a collection; what is in it stays
#[derive(Debug, clap::Args)]
struct SetArgs {
    /// Its alias or id
    #[arg(value_name = "COLLECTION")]
    name: String,
    /// Its new name, for people
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// What is in it
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// Nothing that is marked more strictly goes in from now on
    #[arg(long, value_name = "TLP")]
    tlp: Option<String>,
    /// Whom it is for, in words
    #[arg(long, value_name = "NAME")]
    audience: Option<String>,
    /// Whether others may add to it
    #[arg(long, value_name = "true|false")]
    can_post: Option<bool>,
    #[command(flatten)]
    desk: DeskArgs,
    #[command(flatten)]
    who: WhoArgs,
}

/// List the collections
#[derive(Debug, clap::Args)]
struct ListArgs {
    #[command(flatten)]
    desk: DeskArgs,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: CollectionArgs) -> anyhow::Result<()> {
    match args.what {
        What::Add(args) => add(args),
        What::Set(args) => set(args),
        What::List(args) => list(&args),
    }
}

/// The collection with this alias or id.
pub(super) fn named(desk: &Desk, name: &str) -> anyhow::Result<Collection> {
    let found = desk.wait(desk.store().collection(name))?;
    let words = || Usage(format!("there is no collection {name}: dragnet share collection list"));
    Ok(found.ok_or_else(words)?)
}

fn add(args: AddArgs) -> anyhow::Result<()> {
    let ceiling = tlp(&args.tlp)?;
    let desk = Desk::make(&args.desk)?;
    let collection = Collection {
        id: server::new_collection_id(),
        alias: args.alias,
        title: args.title,
        description: args.description,
        ceiling,
        audience: args.audience,
        can_post: args.can_post,
    };
    let act = desk.act(&args.who, "new collection");
    desk.wait(desk.store().add_collection(&act, &collection))?;
    let shown = match args.json {
        true => format!("{}\n", serde_json::to_string_pretty(&document(&collection))?),
        false => line(&collection),
    };
    Ok(terminal::print(&shown)?)
}

fn set(args: SetArgs) -> anyhow::Result<()> {
    let desk = Desk::open(&args.desk)?;
    let mut collection = named(&desk, &args.name)?;
    collection.title = args.title.unwrap_or(collection.title);
    collection.description = args.description.or(collection.description);
    collection.ceiling = args.tlp.as_deref().map_or(Ok(collection.ceiling), tlp)?;
    collection.audience = args.audience.unwrap_or(collection.audience);
    collection.can_post = args.can_post.unwrap_or(collection.can_post);
    let act = desk.act(&args.who, "collection changed");
    desk.wait(desk.store().set_collection(&act, &collection))?;
    Ok(terminal::print(&line(&collection))?)
}

fn list(args: &ListArgs) -> anyhow::Result<()> {
    let desk = Desk::open(&args.desk)?;
    let all = desk.wait(desk.store().collections())?;
    let none = "none yet: dragnet share collection add TITLE --tlp green";
    terminal::list(&all, args.json, "collections", none, document, line)
}

fn document(collection: &Collection) -> Value {
    json!({
        "id": collection.id.to_string(), "alias": collection.alias, "title": collection.title,
        "description": collection.description, "tlp": collection.ceiling.label(),
        "audience": collection.audience, "can_post": collection.can_post,
    })
}

fn line(collection: &Collection) -> String {
    let alias = collection.alias.as_deref().unwrap_or("–");
    let head =
        format!("{}  {}", heading(&text::harmless(&collection.title)), text::harmless(alias));
    let posts = if collection.can_post { ", others may add" } else { "" };
    let words = format!("up to {}, for {}{posts}", collection.ceiling.label(), collection.audience);
    let id = faint(&collection.id.to_string());
    format!("{head}\n{}  {id}\n", text::wrapped("  ", &words, terminal::width()))
}
