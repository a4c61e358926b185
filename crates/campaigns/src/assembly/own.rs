//! What a campaign has for itself alone, and the cores that hang together by it.
//! An operation's kit (client, grammar, proxies) serves all of its campaigns; each
//! campaign has its own affiliate code or invitation, stem, domains, devices and
//! fingerprints.

use super::{Assembly, PIECE_MIN};
use crate::cells::background::{Context, LeftOut};
use signals::Kind;
use std::collections::{BTreeMap, BTreeSet};

/// Kinds of which a campaign may have values for itself alone, and how many of its
/// sign-ups must have one: a proxy seller gives the same address to several.
pub(super) const KINDS: &[(Kind, usize)] =
    &[(Kind::Device, 2), (Kind::Fingerprint, 2), (Kind::Domain, 2), (Kind::Ip, PIECE_MIN)];

/// Kinds of which one value may stand for a whole campaign.
pub(super) const BANNERS: &[Kind] = &[Kind::Referrer, Kind::Stem];

/// A value is a banner where so many of the operation's sign-ups have it while it
/// is in use,
const BANNER_SHARE: f64 = 0.05;
/// and so many times as many as of everyone in their countries.
const BANNER_LIFT: f64 = 8.0;

/// Two cores are one if so many of the smaller one's sign-ups are the other's too.
const BRIDGE_SHARE: f64 = 0.1;

impl Assembly<'_> {
    /// `rows` by the banner of a kind that they carry, the rest last.
    pub(super) fn by_banner(&self, kind: Kind, rows: &[u32]) -> Vec<Vec<u32>> {
        let banners = self.banners(kind, rows);
        let codes = self.dictionaries.kind(kind).codes();
        let mut by_banner: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for row in rows {
            let code = codes[*row as usize];
            let banner = if banners.contains(&code) { code } else { u32::MAX };
            by_banner.entry(banner).or_default().push(*row);
        }
        by_banner.into_values().collect()
    }

    /// Values that stand for a part of `rows` of their own.
    fn banners(&self, kind: Kind, rows: &[u32]) -> BTreeSet<u32> {
        let codes = self.dictionaries.kind(kind).codes();
        let times: Vec<i64> =
            self.by_time(rows).iter().map(|row| self.table.times_ms()[*row as usize]).collect();
        let mut spans: BTreeMap<u32, (usize, i64, i64)> = BTreeMap::new();
        for row in rows {
            let (code, time) = (codes[*row as usize], self.table.times_ms()[*row as usize]);
            let span = spans.entry(code).or_insert((0, time, time));
            *span = (span.0 + 1, span.1.min(time), span.2.max(time));
        }
        let is_banner = |(code, (n, first, last)): &(u32, (usize, i64, i64))| {
            let meanwhile = times.partition_point(|time| time <= last)
                - times.partition_point(|time| time < first);
            let share = *n as f64 / meanwhile as f64;
            *code != 0
                && *n >= PIECE_MIN
                && share >= BANNER_SHARE
                && share >= BANNER_LIFT * self.usual(kind, *code, rows)
        };
        spans.into_iter().filter(is_banner).map(|(code, _)| code).collect()
    }

    /// How usual a value is in the countries of `rows`.
    fn usual(&self, kind: Kind, code: u32, rows: &[u32]) -> f64 {
        let seen = self.backgrounds[kind as usize].seen(code);
        let (world, out) = (seen.world(0, 0), LeftOut::default());
        let mut by_country: BTreeMap<Context, usize> = BTreeMap::new();
        for row in rows {
            *by_country.entry(self.contexts.country[*row as usize]).or_default() += 1;
        }
        let of = |(country, n): (Context, usize)| n as f64 * seen.rate(country, world, &out);
        by_country.into_iter().map(of).sum::<f64>() / rows.len().max(1) as f64
    }

    /// Whether hardly anyone has a value who is not suspected, and no provider hands
    /// it out to everyone.
    pub(super) fn is_own(&self, kind: Kind, code: u32) -> bool {
        let count = self.dictionaries.kind(kind).count(code);
        let others = self.backgrounds[kind as usize].seen(code).total();
        count > 1
            && others * 4 <= count
            && !(kind == Kind::Domain && self.providers.contains(&code))
    }

    /// The cores of `rows`, each what hangs together by values of its own (ascending);
    /// rows without such a value are in none.
    pub(super) fn cores(&self, rows: &[u32]) -> Vec<Vec<u32>> {
        let values = self.own_values(rows);
        let mut core_of: Vec<u32> = (0..values.count).collect();
        while merge(&values.of_row, &mut core_of) {}
        let mut cores: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for (row, own) in rows.iter().zip(&values.of_row) {
            let mut mine: Vec<u32> = own.iter().map(|value| core_of[*value as usize]).collect();
            mine.sort_unstable();
            let commonest = mine.chunk_by(|x, y| x == y).rev().max_by_key(|run| run.len());
            if let Some(core) = commonest {
                cores.entry(core[0]).or_default().push(*row);
            }
        }
        cores.into_values().collect()
    }

    /// Values that two or more of `rows` have, and hardly anyone else.
    fn own_values(&self, rows: &[u32]) -> OwnValues {
        let mut values = OwnValues { of_row: vec![Vec::new(); rows.len()], count: 0 };
        for (kind, least) in KINDS {
            let dictionary = self.dictionaries.kind(*kind);
            let is_own = |code: u32, n: usize| {
                n >= *least && n as u32 * 2 >= dictionary.count(code) && self.is_own(*kind, code)
            };
            values.add(rows, dictionary.codes(), is_own);
        }
        let stems = self.banners(Kind::Stem, rows);
        values
            .add(rows, self.dictionaries.kind(Kind::Stem).codes(), |code, _| stems.contains(&code));
        values
    }
}

/// The own values of each row, numbered.
struct OwnValues {
    of_row: Vec<Vec<u32>>,
    count: u32,
}

impl OwnValues {
    fn add(&mut self, rows: &[u32], codes: &[u32], is_own: impl Fn(u32, usize) -> bool) {
        let mut places: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for (place, row) in rows.iter().enumerate().filter(|(_, row)| codes[**row as usize] != 0) {
            places.entry(codes[*row as usize]).or_default().push(place);
        }
        for (_, places) in places
            .into_iter()
            .filter(|(code, places)| places.len() > 1 && is_own(*code, places.len()))
        {
            for place in places {
                self.of_row[place].push(self.count);
            }
            self.count += 1;
        }
    }
}

/// Merges cores that share enough of the smaller one's rows, the most first;
/// `core_of` is that of each value. Whether any were merged.
fn merge(of_row: &[Vec<u32>], core_of: &mut [u32]) -> bool {
    let mut sizes: BTreeMap<u32, u32> = BTreeMap::new();
    let mut shared: BTreeMap<(u32, u32), u32> = BTreeMap::new();
    for own in of_row {
        let mut mine: Vec<u32> = own.iter().map(|value| core_of[*value as usize]).collect();
        mine.sort_unstable();
        mine.dedup();
        for (at, x) in mine.iter().enumerate() {
            *sizes.entry(*x).or_default() += 1;
            for y in &mine[at + 1..] {
                *shared.entry((*x, *y)).or_default() += 1;
            }
        }
    }
    let share = |(pair, n): (&(u32, u32), &u32)| {
        (f64::from(*n) / f64::from(sizes[&pair.0].min(sizes[&pair.1])), *pair)
    };
    let mut bridges: Vec<(f64, (u32, u32))> =
        shared.iter().map(share).filter(|(share, _)| *share >= BRIDGE_SHARE).collect();
    bridges.sort_unstable_by(|x, y| y.0.total_cmp(&x.0).then(x.1.cmp(&y.1)));
    let mut into: BTreeMap<u32, u32> = BTreeMap::new();
    for (_, (x, y)) in bridges {
        // Each takes part once a round, so that sizes stay what they were.
        if !into.contains_key(&x) && !into.contains_key(&y) {
            into.insert(x, x);
            into.insert(y, x);
        }
    }
    for core in core_of.iter_mut() {
        *core = into.get(core).copied().unwrap_or(*core);
    }
    !into.is_empty()
}
