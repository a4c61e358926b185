//! The tables of one run: the built-in ones, and whichever of the user's are
//! there. Answers what an address or a network is, and says what the run has
//! to do without where a table is absent.

use super::domains::{DomainClass, Domains, built_in_rows};
use super::kind::Kind;
use super::mmdb::{self, Mmdb};
use super::networks;
use super::ranges::{BadLine, Ranges, RangesBuilder, Tally, each_line, network, read_csv};
use crate::{Country, NetworkKind, SignUp, ip};
use maxminddb::MaxMindDbError;
use std::collections::BTreeMap;
use std::io::BufRead;
use std::net::IpAddr;

/// Where a table comes from, for those who must say so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// What it tells.
    pub kind: Kind,
    /// Its name, such as `@ip-location-db/asn`.
    pub name: String,
    /// As of when, `YYYY-MM-DD`, if known; an mmdb says so itself.
    pub date: Option<String>,
    /// Its licence, as an SPDX expression or in words.
    pub licence: String,
    /// Rows that are in use. Counted while a table is added; given with an
    /// mmdb, they are believed, because counting those takes long.
    pub rows: u64,
}

/// A table that is absent, and what the run does without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Missing {
    /// The table.
    pub kind: Kind,
    /// What is lost.
    pub costs: &'static str,
}

/// Why a table cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// Reading failed.
    #[error("cannot be read: {0}")]
    Read(#[from] std::io::Error),
    /// Not the format expected.
    #[error("is no MaxMind DB (.mmdb), or a damaged one: {0}")]
    Mmdb(MaxMindDbError),
    /// An intact mmdb about something else.
    #[error("holds no {expected}: it is a {found} database")]
    OtherMmdb {
        /// What was looked for.
        expected: &'static str,
        /// The database's own type.
        found: String,
    },
    /// Mostly lines that cannot be used.
    #[error("{bad} of {all} lines cannot be used; line {line}: {reason}. Expected {expected}")]
    Lines {
        /// Lines that cannot be used.
        bad: u64,
        /// All lines that are not empty or a comment.
        all: u64,
        /// The first of the bad ones.
        line: u64,
        /// What is wrong with it.
        reason: &'static str,
        /// What a line should be.
        expected: &'static str,
    },
    /// Nothing in it.
    #[error("is empty. Expected {0}")]
    Empty(&'static str),
    /// A list where an address table belongs, or the other way round.
    #[error("{0} is not a table of that form")]
    Form(&'static str),
}

/// The content of a table from address to value.
pub enum AddressFile<'a> {
    /// Range CSV, one reader a file: `first,last,value`.
    Csv(Vec<&'a mut dyn BufRead>),
    /// A MaxMind DB.
    Mmdb(Vec<u8>),
}

/// Address → number; a country is its two letters as one number.
enum AddressTable {
    Ranges(Ranges),
    Mmdb(Mmdb),
}

/// A list of networks, by address or by AS number.
#[derive(Default)]
struct NetworkList {
    ranges: Ranges,
    asns: Vec<u32>,
}

/// The tables of one run.
#[derive(Default)]
pub struct Tables {
    asn: Option<AddressTable>,
    country: Option<AddressTable>,
    lists: BTreeMap<NetworkKind, NetworkList>,
    domains: Domains,
    about: BTreeMap<Kind, About>,
}

/// Which kind wins where an address is on several lists: a Tor exit is in a
/// data centre, too, and that it is a Tor exit says more.
const BY_WEIGHT: [NetworkKind; 4] =
    [NetworkKind::Tor, NetworkKind::Relay, NetworkKind::Mobile, NetworkKind::Hosting];

const ASN_LINES: &str = "first address,last address,AS number";
const COUNTRY_LINES: &str = "first address,last address,two-letter country";
const NETWORK_LINES: &str =
    "a network (203.0.113.0/24), an address or an AS number (AS64496) a line";
const DOMAIN_LINES: &str = "a mail domain a line";

impl Tables {
    /// The tables that come with the program: well-known networks and mail domains.
    pub fn built_in() -> Self {
        Self::default()
    }

    /// Adds an address table; one of the same kind is replaced. Returns the
    /// lines that could not be used, the first twenty of them.
    pub fn add_addresses(
        &mut self,
        mut about: About,
        file: AddressFile<'_>,
    ) -> Result<Vec<BadLine>, TableError> {
        let expected = match about.kind {
            Kind::Asn => ASN_LINES,
            Kind::Country => COUNTRY_LINES,
            other => return Err(TableError::Form(other.name())),
        };
        let (table, rows, bad_lines) = match file {
            AddressFile::Csv(readers) => ranges(readers, about.kind, expected)?,
            AddressFile::Mmdb(bytes) => {
                let (reader, rows) = mmdb::open(bytes, about.kind, about.rows)?;
                about.date = about.date.or_else(|| mmdb::date(&reader));
                (AddressTable::Mmdb(reader), rows, Vec::new())
            }
        };
        about.rows = rows;
        match about.kind {
            Kind::Asn => self.asn = Some(table),
            _ => self.country = Some(table),
        }
        self.about.insert(about.kind, about);
        Ok(bad_lines)
    }

    /// Adds a list of networks or of mail domains. Networks replace an earlier
    /// list of the same kind; domains come on top of the built-in ones.
    pub fn add_list(
        &mut self,
        mut about: About,
        reader: impl BufRead,
    ) -> Result<Vec<BadLine>, TableError> {
        let tally = if let Some(kind) = about.kind.network_kind() {
            let (list, tally) = network_list(reader)?;
            self.lists.insert(kind, list);
            tally
        } else if let Some(class) = about.kind.domain_class() {
            let mut domains = self.domains.clone();
            let tally = domain_list(&mut domains, class, reader)?;
            self.domains = domains;
            tally
        } else {
            return Err(TableError::Form(about.kind.name()));
        };
        about.rows = tally.good;
        self.about.insert(about.kind, about);
        Ok(tally.bad_lines)
    }

    /// The AS number of an address.
    pub fn asn(&self, ip: IpAddr) -> Option<u32> {
        self.asn.as_ref()?.asn(ip).filter(|&asn| asn > 0)
    }

    /// The country of an address.
    pub fn country(&self, ip: IpAddr) -> Option<Country> {
        self.country.as_ref()?.country(ip)
    }

    /// The kind of network, by the user's lists first, then by the built-in
    /// AS numbers. None for an ordinary access network, and for one unknown.
    pub fn network_kind(&self, ip: Option<IpAddr>, asn: Option<u32>) -> Option<NetworkKind> {
        BY_WEIGHT
            .into_iter()
            .find(|kind| self.lists.get(kind).is_some_and(|list| list.holds(ip, asn)))
            .or_else(|| networks::known_network(asn?).map(|network| network.kind))
    }

    /// The class of a mail domain in lower case, by the built-in lists and the user's.
    pub fn domain_class(&self, domain: &str) -> DomainClass {
        self.domains.class(domain)
    }

    /// Fills the AS number, the country and the kind of network. What the row
    /// itself says is kept; the kind comes from the tables alone.
    pub fn enrich(&self, signup: &mut SignUp) {
        let public = signup.ip.filter(|&ip| ip::reserved(ip).is_none());
        if let Some(ip) = public {
            signup.asn = signup.asn.or_else(|| self.asn(ip));
            signup.country = signup.country.or_else(|| self.country(ip));
        }
        signup.network_kind = self.network_kind(public, signup.asn);
    }

    /// The tables in use, the user's and the built-in ones, by kind.
    pub fn about(&self) -> Vec<About> {
        let mut all: Vec<About> = built_in();
        all.extend(self.about.values().cloned());
        all.sort_by(|a, b| (a.kind, &a.name).cmp(&(b.kind, &b.name)));
        all
    }

    /// The user's tables that are absent, and what each costs.
    pub fn missing(&self) -> Vec<Missing> {
        Kind::ALL
            .into_iter()
            .filter(|kind| !self.about.contains_key(kind))
            .map(|kind| Missing { kind, costs: kind.costs() })
            .collect()
    }
}

/// Only counts are shown: the tables would fill a screen for minutes.
impl std::fmt::Debug for Tables {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tables").field("about", &self.about).finish_non_exhaustive()
    }
}

fn built_in() -> Vec<About> {
    let about = |kind, name: &str, date: Option<&str>, licence: &str, rows: u64| About {
        kind,
        name: name.to_owned(),
        date: date.map(str::to_owned),
        licence: licence.to_owned(),
        rows,
    };
    let (free, disposable, relay) = built_in_rows();
    let own = "MIT OR Apache-2.0";
    vec![
        about(Kind::Hosting, "built-in AS numbers", Some(networks::DATE), own, networks::rows()),
        about(Kind::FreeMail, "built-in", Some("2026-11-22"), own, free as u64),
        about(Kind::DisposableMail, "mailchecker 6", None, "MIT", disposable as u64),
        about(Kind::RelayMail, "built-in", Some("2026-11-22"), own, relay as u64),
    ]
}

impl AddressTable {
    fn asn(&self, ip: IpAddr) -> Option<u32> {
        match self {
            Self::Ranges(ranges) => ranges.value(ip),
            Self::Mmdb(reader) => mmdb::asn(reader, ip),
        }
    }

    fn country(&self, ip: IpAddr) -> Option<Country> {
        match self {
            Self::Ranges(ranges) => ranges.value(ip).map(country_of_number),
            Self::Mmdb(reader) => mmdb::country(reader, ip),
        }
    }
}

impl NetworkList {
    fn holds(&self, ip: Option<IpAddr>, asn: Option<u32>) -> bool {
        asn.is_some_and(|asn| self.asns.binary_search(&asn).is_ok())
            || ip.is_some_and(|ip| self.ranges.value(ip).is_some())
    }
}

type Loaded = (AddressTable, u64, Vec<BadLine>);

fn ranges(
    readers: Vec<&mut dyn BufRead>,
    kind: Kind,
    expected: &'static str,
) -> Result<Loaded, TableError> {
    let value = if kind == Kind::Asn { asn_value } else { country_value };
    let (mut builder, mut tally) = (RangesBuilder::default(), Tally::default());
    for reader in readers {
        read_csv(reader, &mut builder, &mut tally, value)?;
    }
    check(&tally, expected)?;
    Ok((AddressTable::Ranges(builder.finish()), tally.good, tally.bad_lines))
}

/// A header line or a handful of odd rows is no reason to go without a table;
/// a file that is mostly something else is.
fn check(tally: &Tally, expected: &'static str) -> Result<(), TableError> {
    let all = tally.good + tally.bad;
    match tally.bad_lines.first() {
        Some(first) if tally.bad * 2 > all => Err(TableError::Lines {
            bad: tally.bad,
            all,
            line: first.line,
            reason: first.reason,
            expected,
        }),
        _ if all == 0 => Err(TableError::Empty(expected)),
        _ => Ok(()),
    }
}

pub(super) fn asn_value(text: &str) -> Option<u32> {
    text.strip_prefix("AS").unwrap_or(text).parse().ok()
}

fn country_value(text: &str) -> Option<u32> {
    Country::parse(text).map(|country| u32::from(u16::from_be_bytes(country.0)))
}

fn country_of_number(number: u32) -> Country {
    Country((number as u16).to_be_bytes())
}

fn network_list(reader: impl BufRead) -> Result<(NetworkList, Tally), TableError> {
    let (mut builder, mut tally) = (RangesBuilder::default(), Tally::default());
    let mut asns = Vec::new();
    each_line(reader, &mut tally, |line| {
        // Apple's list of relay addresses has the place in further columns.
        let cell = line.split([',', ';', ' ', '\t']).next().unwrap_or_default();
        let number = cell.strip_prefix("AS").or_else(|| cell.strip_prefix("as"));
        if let Some(number) = number {
            asns.push(number.parse().map_err(|_| "not an AS number")?);
            return Ok(());
        }
        let (first, last) = network(cell)?;
        builder.push(first, last, 0)
    })?;
    check(&tally, NETWORK_LINES)?;
    asns.sort_unstable();
    asns.dedup();
    Ok((NetworkList { ranges: builder.finish(), asns }, tally))
}

fn domain_list(
    domains: &mut Domains,
    class: DomainClass,
    reader: impl BufRead,
) -> Result<Tally, TableError> {
    let mut tally = Tally::default();
    each_line(reader, &mut tally, |line| domains.add(class, line))?;
    check(&tally, DOMAIN_LINES)?;
    Ok(tally)
}
