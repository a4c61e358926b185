//! A factory's kit: every habit that its accounts share, in part or in whole.

use super::grammar::Grammar;
use crate::device::{Agent, Tls};
use crate::plan::Cover;
use crate::platform::Platform;

/// All habits of one kit.
#[derive(Clone)]
pub(crate) struct Kit {
    pub(crate) address: Address,
    /// Countries that it asks its proxies for; empty: whatever comes.
    pub(crate) targets: Vec<usize>,
    pub(crate) grammars: Vec<Grammar>,
    /// Share of handles made by people's own habits instead.
    pub(crate) human_handles: f64,
    pub(crate) names: Names,
    pub(crate) mail: Mail,
    /// Share of mailboxes whose local part is the handle.
    pub(crate) same_local: f64,
    pub(crate) agents: Agents,
    pub(crate) tls: Tls,
    /// Share of accounts on that stack; the others show their browser's own.
    pub(crate) tls_share: f64,
    pub(crate) fingerprint: Fingerprint,
    /// Share of accounts with that habit; the others are as their device is.
    pub(crate) fingerprint_share: f64,
    /// Accounts to a device id; none: fresh ones.
    pub(crate) accounts_per_device: Option<f64>,
    /// Language of the tool, and the share of accounts that show it.
    pub(crate) tag: &'static str,
    pub(crate) tag_share: f64,
    pub(crate) sim: Option<usize>,
    /// Share of accounts with a bought number.
    pub(crate) phone_share: f64,
    pub(crate) solver: Option<usize>,
    /// Share of challenges that the solver answers.
    pub(crate) solver_share: f64,
    /// Share of those whose token is relayed from the solver's own line.
    pub(crate) relayed: f64,
    pub(crate) referrer: Referrer,
    pub(crate) shift_start_ms: i64,
}

/// Where its lines come from.
#[derive(Clone, Debug)]
pub(crate) enum Address {
    /// So many fixed addresses, on servers or at home.
    Few { count: u64, servers: bool },
    /// Proxies, perhaps another seller from some point on.
    Proxies { first: usize, second: usize, switch: f64, sticky: f64, sticky_pool: u64 },
}

impl Address {
    /// Whose lines these are: shares and pools aside.
    pub(crate) fn told(&self) -> String {
        match self {
            Self::Few { count, servers } => format!("{count} {servers}"),
            Self::Proxies { first, second, .. } => format!("{first} {second}"),
        }
    }
}

/// Where its names come from.
#[derive(Clone, Copy)]
pub(crate) enum Names {
    /// One list in one language, its first entries.
    OneList { tongue: usize, first: usize },
    /// Lists in the language of the line's country, equally likely entries.
    LocalLists { first: usize },
    /// As people there are called.
    Local,
}

/// Where its mailboxes come from.
#[derive(Clone, Debug)]
pub(crate) enum Mail {
    /// Bought in bulk at these providers.
    Bulk(Vec<&'static str>),
    /// So many own domains that take all mail.
    CatchAll { domains: u64 },
    /// Throw-away mailboxes.
    Disposable,
    /// One mailbox for many accounts, dots moved or tags added.
    Tagged { accounts: u32 },
    /// Providers as people of the country use them.
    Local,
}

/// What its user agents say.
#[derive(Clone, Debug)]
pub(crate) enum Agents {
    List(Vec<Agent>),
    /// As people's, this many days old.
    Drawn {
        stale_days: i64,
    },
}

/// How it shows fingerprints.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fingerprint {
    /// One to a user agent of its list.
    PerAgent,
    /// So many accounts to one of its profiles.
    Profiles { accounts: f64 },
    /// Noise on the canvas: never the same twice.
    Noise,
}

/// What it shows as the way in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Referrer {
    Empty,
    /// As people's.
    Human,
    /// One invitation for a campaign.
    Invite,
    /// One affiliate's tag.
    Affiliate,
}

impl Kit {
    /// Words for the description of the world.
    pub(crate) fn tools(&self, p: &Platform, cover: Option<&Cover>) -> Vec<String> {
        let services = &p.services;
        let mut tools = Vec::new();
        match &self.address {
            Address::Few { count, .. } => tools.push(format!("addresses: {count}")),
            Address::Proxies { first, second, .. } => {
                tools.push(format!("proxies: {}", services.proxies[*first].name));
                if second != first {
                    tools.push(format!("proxies later: {}", services.proxies[*second].name));
                }
            }
        }
        tools.extend(self.grammars.iter().map(|grammar| format!("handles: {}", grammar.word())));
        tools.push(format!(
            "mail: {}",
            match &self.mail {
                Mail::Bulk(domains) => domains.join(" "),
                Mail::CatchAll { domains } => format!("{domains} own domains"),
                Mail::Disposable => "throw-away".to_owned(),
                Mail::Tagged { .. } => "tagged".to_owned(),
                Mail::Local => "local providers".to_owned(),
            }
        ));
        tools.push(format!("tls: {:?} in {:.0} %", self.tls, self.tls_share * 100.0));
        tools
            .extend(self.solver.map(|solver| format!("solver: {}", services.solvers[solver].name)));
        tools.extend(self.sim.map(|sim| format!("numbers: {}", services.sims[sim].name)));
        tools.extend(cover.map(|cover| format!("hides in: {}", cover.word())));
        tools
    }
}
