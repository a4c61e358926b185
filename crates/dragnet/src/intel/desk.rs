//! The desk: the store that is worked on, and who works on it.

use super::timestamp;
use crate::commands::Usage;
use actors::Graph;
use anyhow::Context;
use std::future::Future;
use std::path::{Path, PathBuf};
use stix::{Id, Timestamp};
use store::{Act, Filter, Store, Versions};
use tokio::runtime::{Handle, Runtime};

/// Where intelligence is kept if nobody says otherwise.
const STORE_DEFAULT: &str = "dragnet.db";

/// Where intelligence is kept.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct DeskArgs {
    /// Where intelligence is kept: a file, or postgres://USER@HOST/DATABASE
    #[arg(long, value_name = "FILE_OR_URL", env = "DRAGNET_STORE", default_value = STORE_DEFAULT, hide_env_values = true, global = true)]
    pub(crate) store: PathBuf,
    /// The time to take as now, RFC 3339, so that a run can be repeated
    #[arg(long, value_name = "TIME", global = true)]
    pub(crate) now: Option<String>,
}

/// Who changes something, and why: it goes into the audit log.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct WhoArgs {
    /// Who does this, for the audit log [default: the user's name]
    #[arg(long, value_name = "NAME", env = "DRAGNET_WHO", global = true)]
    pub(crate) who: Option<String>,
    /// Why, for the audit log
    #[arg(long, value_name = "REASON", global = true)]
    pub(crate) why: Option<String>,
}

/// Where the system says who the user is.
const NAMES: [&str; 3] = ["USER", "LOGNAME", "USERNAME"];

/// The store, open, and a thread of its own to work it.
pub(crate) struct Desk {
    runtime: Runtime,
    store: Store,
    now: Timestamp,
    /// Where a store is that nobody keeps.
    _draft: Option<tempfile::TempDir>,
}

/// A file that is still being written beside the store's own would be missed by whoever
/// copies that one alone.
impl Drop for Desk {
    fn drop(&mut self) {
        self.runtime.block_on(self.store.close());
    }
}

/// Whether a store may be made where there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Absent {
    /// It is made.
    Made,
    /// That is an error, which says how to get one.
    Refused,
    /// An empty one is taken in its place, and thrown away.
    Drafted,
}

impl Desk {
    /// For reading what there is.
    pub(crate) fn open(args: &DeskArgs) -> anyhow::Result<Self> {
        Self::at(args, Absent::Refused)
    }

    /// For what brings something in.
    pub(crate) fn make(args: &DeskArgs) -> anyhow::Result<Self> {
        Self::at(args, Absent::Made)
    }

    /// For a trial that must leave nothing behind, not even an empty store.
    pub(crate) fn draft(args: &DeskArgs) -> anyhow::Result<Self> {
        Self::at(args, Absent::Drafted)
    }

    fn at(args: &DeskArgs, absent: Absent) -> anyhow::Result<Self> {
        let now = timestamp("now", args.now.as_deref())?;
        let url = args.store.to_str().context("--store is no text")?;
        let is_drafted = absent == Absent::Drafted && is_missing_file(url);
        let draft = is_drafted.then(tempfile::tempdir).transpose()?;
        let path = draft.as_ref().map(|dir| dir.path().join(STORE_DEFAULT));
        let url = path.as_deref().and_then(Path::to_str).unwrap_or(url);
        if absent == Absent::Refused && is_missing_file(url) {
            let words = format!(
                "there is no {url} yet: `dragnet intel import FILE` makes one, --store names another"
            );
            return Err(Usage(words).into());
        }
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .context("no thread for the store")?;
        let store = runtime.block_on(Store::open(url)).with_context(|| {
            let hint = "is its folder there, and may it be written to?";
            format!("cannot open {} ({hint})", shown(url))
        })?;
        if absent == Absent::Made && store.is_read_only() {
            return Err(store::Error::ReadOnly { place: shown(url) }.into());
        }
        Ok(Self { runtime, store, now, _draft: draft })
    }

    /// The store.
    pub(crate) fn store(&self) -> &Store {
        &self.store
    }

    /// For whoever waits for the store on a thread of their own.
    pub(crate) fn runtime(&self) -> &Handle {
        self.runtime.handle()
    }

    /// Waits for what the store or a partner does.
    pub(crate) fn wait<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }

    /// Serves, on all cores.
    pub(crate) fn serve<T>(&self, work: impl Future<Output = T> + Send + 'static) -> T
    where
        T: Send + 'static,
    {
        self.runtime.block_on(work)
    }

    /// The time that is taken as now.
    pub(crate) fn now(&self) -> Timestamp {
        self.now
    }

    /// A change by whoever said so, or by the user; `why` is the reason if none was given.
    pub(crate) fn act(&self, who: &WhoArgs, why: &str) -> Act {
        let name =
            who.who.clone().or_else(|| NAMES.iter().find_map(|name| std::env::var(name).ok()));
        Act {
            who: name.filter(|name| !name.is_empty()).unwrap_or_else(|| "unknown".to_owned()),
            why: who.why.clone().unwrap_or_else(|| why.to_owned()),
            at: self.now,
        }
    }

    /// All that is known, as a graph.
    pub(crate) fn graph(&self) -> anyhow::Result<Graph> {
        let mut objects = Vec::new();
        let filter = Filter { versions: Versions::All, ..Filter::default() };
        self.wait(self.store.each(&filter, |object| {
            objects.push(object);
            Ok::<_, store::Error>(())
        }))?;
        Ok(Graph::of(objects))
    }
}

/// The identity under which this program makes objects.
pub(crate) fn us() -> Id {
    actors::extension::IDENTITY.parse().expect("the id of an identity")
}

fn is_missing_file(url: &str) -> bool {
    let path = url.strip_prefix("sqlite:").unwrap_or(url);
    !url.starts_with("postgres") && !Path::new(path).exists()
}

/// An address without its password.
fn shown(url: &str) -> String {
    match (url.split_once("://"), url.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, host))) => format!("{scheme}://…@{host}"),
        _ => url.to_owned(),
    }
}
