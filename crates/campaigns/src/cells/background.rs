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
        if is_client(behaviour) { &self.client } else { &self.country }
    }
}

/// Whether a behaviour depends on the platform as well as on the country.
pub fn is_client(behaviour: Kind) -> bool {
    use Kind::{Fingerprint, IssueNet, Ja4, Redeem, Solve};
    matches!(behaviour, Ja4 | Fingerprint | Redeem | IssueNet | Solve)
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

/// Counts of one behaviour over the background, by dictionary code.
pub struct Background {
    total: u32,
    by_context: Vec<u32>,
    /// Where the contexts of each code begin in `contexts`.
    starts: Vec<u32>,
    /// Count of each code.
    totals: Vec<u32>,
    /// (context, count) of each code, ascending by context.
    contexts: Vec<(Context, u32)>,
}

/// Weight of the world-wide rate in a context's own rate, in sign-ups: a
/// context with fewer than this is judged mostly by everyone.
pub(crate) const PRIOR_SIGNUPS: f64 = 25.0;

/// What an unseen value counts for, in sign-ups (Krichevsky–Trofimov).
pub(crate) const UNSEEN: f64 = 0.5;

impl Background {
    /// Counts `codes` (all below `len`, 0 is absent) in `contexts` over the rows
    /// that `counts` lets count.
    pub fn of(codes: &[u32], len: usize, contexts: &[Context], counts: &[bool]) -> Self {
        let rows = || codes.iter().zip(contexts).zip(counts).filter(|((b, _), n)| **n && **b != 0);
        let mut by_context = vec![0; usize::from(Context::MAX) + 1];
        let mut totals = vec![0u32; len];
        for ((code, context), _) in rows() {
            by_context[usize::from(*context)] += 1;
            totals[*code as usize] += 1;
        }
        let total = totals.iter().sum();
        let mut next: Vec<u32> = vec![0; len];
        for code in 1..len {
            next[code] = next[code - 1] + totals[code - 1];
        }
        let mut scattered: Vec<Context> = vec![0; total as usize];
        for ((code, context), _) in rows() {
            let at = &mut next[*code as usize];
            scattered[*at as usize] = *context;
            *at += 1;
        }
        let mut background = Self {
            total,
            by_context,
            starts: Vec::with_capacity(len + 1),
            totals,
            contexts: Vec::new(),
        };
        let mut rest = &mut scattered[..];
        for total in &background.totals {
            background.starts.push(background.contexts.len() as u32);
            let (mine, others) = rest.split_at_mut(*total as usize);
            mine.sort_unstable();
            let runs = mine.chunk_by(|x, y| x == y);
            background.contexts.extend(runs.map(|run| (run[0], run.len() as u32)));
            rest = others;
        }
        background.starts.push(background.contexts.len() as u32);
        background
    }

    /// Where `code` was seen, to ask rates of.
    pub fn seen(&self, code: u32) -> Seen<'_> {
        let code = code as usize;
        let contexts = self.starts[code] as usize..self.starts[code + 1] as usize;
        Seen { background: self, total: self.totals[code], contexts: &self.contexts[contexts] }
    }

    /// Weight of a member of `context` in what a group expects, the group being
    /// `out` of the background there.
    pub fn weight(&self, context: Context, out: u32) -> f64 {
        1.0 / (less(self.by_context[usize::from(context)], out) + PRIOR_SIGNUPS)
    }
}

/// One value of the behaviour in the background.
pub struct Seen<'a> {
    background: &'a Background,
    total: u32,
    contexts: &'a [(Context, u32)],
}

impl Seen<'_> {
    /// What is left of the background without a group that is `total` sign-ups
    /// of it, `with_value` of them with the value.
    pub fn world(&self, total: u32, with_value: u32) -> World {
        let others = f64::from(self.background.total.saturating_sub(total)) + 1.0;
        let unseen = UNSEEN / others;
        World { rate: less(self.total, with_value) / others + unseen, unseen }
    }

    /// Rate of the value in `context`, leaving out a group's own sign-ups; drawn
    /// towards the rate in the `world` where the context is small.
    pub fn rate(&self, context: Context, world: World, out: &LeftOut) -> f64 {
        self.rate_of(self.count(context), context, world, out)
    }

    /// The same, `count` being [`Seen::count`] of the context.
    pub fn rate_of(&self, count: u32, context: Context, world: World, out: &LeftOut) -> f64 {
        let here = less(count, out.both);
        let all_here = less(self.background.by_context[usize::from(context)], out.context);
        let pseudo = PRIOR_SIGNUPS * world.rate + all_here * world.unseen;
        (here + pseudo) / (all_here + PRIOR_SIGNUPS)
    }

    /// Sign-ups of the background with the value.
    pub fn total(&self) -> u32 {
        self.total
    }

    /// The same by context.
    pub fn contexts(&self) -> &[(Context, u32)] {
        self.contexts
    }

    /// Those in one context.
    pub fn count(&self, context: Context) -> u32 {
        let at = self.contexts.binary_search_by_key(&context, |(context, _)| *context);
        at.map_or(0, |at| self.contexts[at].1)
    }
}

fn less(count: u32, minus: u32) -> f64 {
    f64::from(count.saturating_sub(minus))
}

/// A value among everyone but one group.
#[derive(Clone, Copy, Debug)]
pub struct World {
    /// Share of sign-ups that have it.
    pub rate: f64,
    /// The part of that which nobody was seen to do: it is no smaller in any
    /// context, however many of its sign-ups did not do it.
    unseen: f64,
}

impl World {
    /// What is expected of a group of `members` beyond what was seen in its
    /// contexts; `weight` is the sum over members of [`Background::weight`].
    pub fn beyond(&self, members: f64, weight: f64) -> f64 {
        let prior = PRIOR_SIGNUPS * weight;
        prior * self.rate + (members - prior) * self.unseen
    }
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
