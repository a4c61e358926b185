//! What may leave, as it is typed: for whom, how strictly marked, in which form.

use super::{Desk, tlp};
use crate::commands::Usage;
use actors::graph::NearLimits;
use anyhow::Context;
use share::release::{Addresses, Candidate, KEY_BYTES, Key, LICENCES, Markings, Personal, Policy};
use share::{Release, release};
use std::collections::BTreeSet;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};
use stix::Id;
use stix::marking::Tlp;
use store::{Filter, Versions};

/// What may leave.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct PolicyArgs {
    /// What an object without a marking counts as
    #[arg(long, value_name = "TLP", default_value = "amber")]
    unmarked: String,
    /// A licence under which what came from others may go on, beside the usual open ones
    #[arg(long = "allow-licence", value_name = "LICENCE")]
    licences: Vec<String>,
    /// Let personal data leave as it is, for those who may have it
    #[arg(long)]
    in_clear: bool,
    /// Keep network addresses back
    #[arg(long)]
    no_addresses: bool,
    /// Send the markings along: some recipients take off those that they are not sent
    #[arg(long)]
    include_markings: bool,
    /// The key of pseudonyms, which partners who are to match them hold too; made where
    /// there is none [default: the store's name + .key]
    #[arg(long, value_name = "FILE")]
    pseudonym_key: Option<PathBuf>,
}

/// What is wanted, of all that may leave.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct WantedArgs {
    /// Only these types: indicator,campaign,…
    #[arg(long = "type", value_name = "TYPE", value_delimiter = ',')]
    types: Vec<String>,
    /// Only this object and what is near it: an id or a name (repeatable)
    #[arg(long = "about", value_name = "NAME")]
    about: Vec<String>,
    /// Only the last version of each object
    #[arg(long)]
    latest: bool,
}

/// Where the key of pseudonyms is, given the store.
pub(crate) fn key_file(typed: Option<&Path>, store: &Path) -> PathBuf {
    match typed {
        Some(path) => path.to_owned(),
        None if store.to_string_lossy().contains("://") => PathBuf::from("dragnet.key"),
        None => {
            let mut name = store.as_os_str().to_owned();
            name.push(".key");
            name.into()
        }
    }
}

/// The key in a file; a new one, for its owner only, where there is none.
pub(crate) fn key(path: &Path) -> anyhow::Result<Key> {
    let name = path.display();
    match std::fs::read_to_string(path) {
        Ok(text) => Key::parse(&text).with_context(|| format!("{name} holds no key")),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
            let mut bytes = [0; KEY_BYTES];
            getrandom::fill(&mut bytes).context("the system gives no random key")?;
            let key = Key::new(bytes);
            let mut options = OpenOptions::new();
            options.write(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let mut file = options.open(path).with_context(|| {
                format!("cannot write {name} (--pseudonym-key names another file)")
            })?;
            writeln!(file, "{}", key.write()).with_context(|| format!("cannot write {name}"))?;
            file.sync_all()?;
            Ok(key)
        }
        Err(e) => Err(e).with_context(|| format!("cannot read {name}")),
    }
}

impl PolicyArgs {
    /// The policy for an audience.
    pub(crate) fn policy(
        &self,
        audience: &str,
        ceiling: Tlp,
        store: &Path,
    ) -> anyhow::Result<Policy> {
        let ours = LICENCES.iter().map(|licence| (*licence).to_owned());
        Ok(Policy {
            audience: audience.to_owned(),
            tlp: ceiling,
            unmarked: tlp(&self.unmarked)?,
            licences: ours.chain(self.licences.iter().cloned()).collect(),
            personal: if self.in_clear { Personal::Clear } else { Personal::Hidden },
            creator: Some(super::us()),
            addresses: if self.no_addresses { Addresses::Withheld } else { Addresses::Released },
            markings: if self.include_markings { Markings::Included } else { Markings::Referenced },
            key: key(&key_file(self.pseudonym_key.as_deref(), store))?,
        })
    }
}

/// A policy in one line, for the record of what left.
pub(crate) fn words(policy: &Policy) -> String {
    let personal = match policy.personal {
        Personal::Hidden => format!("pseudonyms by key {}", policy.key.name()),
        Personal::Clear => "personal data in clear".to_owned(),
    };
    let addresses = match policy.addresses {
        Addresses::Released => "with addresses",
        Addresses::Withheld => "without addresses",
    };
    format!(
        "up to {}, unmarked as {}, {personal}, {addresses}, licences {}",
        policy.tlp.label(),
        policy.unmarked.label(),
        policy.licences.join(" "),
    )
}

/// What leaves and what stays, of what is wanted.
pub(crate) struct Selected {
    pub(crate) release: Release,
    /// All that might leave under the policy, wanted or not, by the ids under which it
    /// would.
    pub(crate) may_leave: BTreeSet<Id>,
}

/// What of the store may leave under `policy` and is wanted.
pub(crate) fn select(
    desk: &Desk,
    policy: &Policy,
    wanted: &WantedArgs,
) -> anyhow::Result<Selected> {
    let mut candidates = Vec::new();
    let versions = if wanted.latest { Versions::Last } else { Versions::All };
    let filter = Filter { versions, ..Filter::default() };
    let licences = desk.wait(desk.store().licences())?;
    let holds = desk.wait(desk.store().holds())?;
    desk.wait(desk.store().each(&filter, |object| {
        let of = |id: &Id| holds.iter().find(|hold| hold.id == *id).map(|hold| hold.why.clone());
        let licences = licences.get(object.id()).cloned().unwrap_or_default();
        candidates.push(Candidate { hold: of(object.id()), licences, object });
        Ok::<_, store::Error>(())
    }))?;
    // Everything is decided, so that what is wanted cannot tell of what stays.
    let mut release = release(&candidates, policy);
    let may_leave = release.released.iter().map(|one| one.object().id().clone()).collect();
    let near = near(desk, wanted)?;
    let is_wanted = |id: &Id| {
        (wanted.types.is_empty() || wanted.types.iter().any(|name| name == id.type_name()))
            && near.as_ref().is_none_or(|near| near.contains(id))
    };
    release
        .released
        .retain(|one| is_wanted(one.of()) || one.of().type_name() == "marking-definition");
    release.withheld.retain(|one| is_wanted(&one.id));
    Ok(Selected { release, may_leave })
}

/// What is named, what is beside it, and what says so; none where nothing is.
fn near(desk: &Desk, wanted: &WantedArgs) -> anyhow::Result<Option<BTreeSet<Id>>> {
    if wanted.about.is_empty() {
        return Ok(None);
    }
    let graph = desk.graph()?;
    let mut near = BTreeSet::new();
    for name in &wanted.about {
        let id = super::find(&graph, name)?;
        let limits = NearLimits { neighbours_max: usize::MAX, ..NearLimits::default() };
        let beside = graph.neighbours(&id, &limits).map(|near| near.neighbours).unwrap_or_default();
        for neighbour in beside {
            near.extend([neighbour.id, neighbour.edge.said_by]);
        }
        near.insert(id);
    }
    Ok(Some(near))
}

/// What was typed as a marking.
pub(crate) fn parse_tlp(typed: &str) -> anyhow::Result<Tlp> {
    let wanted = typed.trim().to_uppercase();
    let wanted = wanted.strip_prefix("TLP:").unwrap_or(&wanted);
    let is_it = |tlp: &Tlp| tlp.label().trim_start_matches("TLP:") == wanted;
    let words = || Usage(format!("{typed:?} is no TLP: clear, green, amber, amber+strict or red"));
    let found = Tlp::ALL.into_iter().find(is_it).or((wanted == "WHITE").then_some(Tlp::Clear));
    Ok(found.ok_or_else(words)?)
}
