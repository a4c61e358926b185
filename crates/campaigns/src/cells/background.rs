//! What everyone else does: how often a behaviour occurs in a context (a
//! country, or a country and a platform), counted over sign-ups that are not
//! under suspicion.

use signals::{Kind, Table};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Maps from hashes: the keys are random bits already.
pub type HashedMap<K, V> = HashMap<K, V, BuildHasherDefault<PassThrough>>;

/// Mixes an integer key by one multiplication.
#[derive(Default)]
pub struct PassThrough(u64);

impl Hasher for PassThrough {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }
    fn write_u32(&mut self, key: u32) {
        self.write_u64(u64::from(key));
    }
    fn write_u64(&mut self, key: u64) {
        let mixed = (self.0 ^ key).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = mixed ^ (mixed >> 29);
    }
}

/// Dense number of a context; 0 where it is unknown.
pub type Context = u16;

/// The contexts of every row: by country, and by country and platform.
pub struct Contexts {
    /// Country of each row.
    pub country: Vec<Context>,
    /// Country and platform of each row.
    pub client: Vec<Context>,
}

/// More contexts than this (countries × platforms) would each be too thin to
/// say what is usual; the rest share context 0.
const CONTEXTS_MAX: usize = 4000;

impl Contexts {
    /// Numbers the contexts of `table` by falling frequency.
    pub fn of(table: &Table) -> Self {
        let country = table.column(Kind::Country);
        let platform = table.column(Kind::Platform);
        let both = country.iter().zip(platform).map(|(c, p)| pair(*c, *p));
        Self { country: number(country.iter().map(|c| u64::from(*c))), client: number(both) }
    }

    /// The context in which `behaviour` is compared: what a client is or does
    /// depends on the platform as well.
    pub fn for_behaviour(&self, behaviour: Kind) -> &[Context] {
        match behaviour {
            Kind::Ja4 | Kind::Fingerprint | Kind::Redeem | Kind::IssueNet | Kind::Solve => {
                &self.client
            }
            _ => &self.country,
        }
    }
}

/// Two 32-bit values as one key.
pub fn pair(a: u32, b: u32) -> u64 {
    (u64::from(a) << 32) | u64::from(b)
}

fn number(keys: impl Iterator<Item = u64> + Clone) -> Vec<Context> {
    let mut counts: HashedMap<u64, u32> = HashedMap::default();
    for key in keys.clone() {
        *counts.entry(key).or_default() += 1;
    }
    let mut order: Vec<(u32, u64)> = counts.into_iter().map(|(key, n)| (n, key)).collect();
    order.sort_unstable_by(|a, b| b.cmp(a));
    let numbers: HashedMap<u64, Context> = order
        .into_iter()
        .take(CONTEXTS_MAX)
        .enumerate()
        .map(|(i, (_, key))| (key, i as Context + 1))
        .collect();
    keys.map(|key| numbers.get(&key).copied().unwrap_or(0)).collect()
}

/// Counts of one behaviour over the background.
pub struct Background {
    total: u32,
    by_value: HashedMap<u32, u32>,
    by_context: Vec<u32>,
    by_both: HashedMap<u64, u32>,
}

/// Weight of the world-wide rate in a context's own rate, in sign-ups: a
/// context with fewer than this is judged mostly by everyone.
const PRIOR_SIGNUPS: f64 = 25.0;

/// What an unseen value counts for, in sign-ups (Krichevsky–Trofimov).
const UNSEEN: f64 = 0.5;

impl Background {
    /// Counts `values` in `contexts` over the rows that `counts` lets count.
    pub fn of(values: &[u32], contexts: &[Context], counts: &[bool]) -> Self {
        let mut background = Self {
            total: 0,
            by_value: HashedMap::default(),
            by_context: vec![0; usize::from(Context::MAX) + 1],
            by_both: HashedMap::default(),
        };
        for ((value, context), counts) in values.iter().zip(contexts).zip(counts) {
            if *counts && *value != 0 {
                background.total += 1;
                *background.by_value.entry(*value).or_default() += 1;
                background.by_context[usize::from(*context)] += 1;
                *background.by_both.entry(pair(*value, u32::from(*context))).or_default() += 1;
            }
        }
        background
    }

    /// Rate of `value` among everyone, leaving out a group that is `total`
    /// sign-ups of the background, `with_value` of them with the value.
    pub fn world(&self, value: u32, total: u32, with_value: u32) -> f64 {
        let others = f64::from(self.total.saturating_sub(total));
        (less(self.by_value.get(&value), with_value) + UNSEEN) / (others + 1.0)
    }

    /// Rate of `value` in `context`, leaving out a group's own sign-ups; drawn
    /// towards the `world` rate where the context is small.
    pub fn rate(&self, value: u32, context: Context, world: f64, out: &LeftOut) -> f64 {
        let here = less(self.by_both.get(&pair(value, u32::from(context))), out.both);
        let all_here = less(self.by_context.get(usize::from(context)), out.context);
        (here + PRIOR_SIGNUPS * world) / (all_here + PRIOR_SIGNUPS)
    }
}

fn less(count: Option<&u32>, minus: u32) -> f64 {
    f64::from(count.copied().unwrap_or(0).saturating_sub(minus))
}

/// A group's own counts in one context, which must not define what is normal
/// for it.
#[derive(Clone, Copy, Debug, Default)]
pub struct LeftOut {
    /// Those in the context.
    pub context: u32,
    /// Those with the value in the context.
    pub both: u32,
}
