//! Which cores of an operation are one campaign: those that nothing but a single
//! kind of value keeps apart, and that were made at the same times.

use super::cut::SILENCE_MS_MIN;
use super::{Assembly, PIECE_MIN};
use signals::Kind;
use std::collections::BTreeSet;

/// Kinds that tell campaigns of one operation apart.
const TELLING: &[Kind] = &[Kind::Device, Kind::Fingerprint, Kind::Domain, Kind::Stem, Kind::Ip];

/// A kind tells where so much of what a core has next was seen in it before.
const COVERAGE_MIN: f64 = 0.5;
/// It says "another" where less than this part of that is seen in the other core.
const SAME_POOL_MIN: f64 = 0.2;
/// So many kinds that say so are no accident; one alone is a rotation.
const KINDS_APART: usize = 2;
/// Times that lie so much closer than that are the same campaign's.
const TIMES_APART_MIN: f64 = 0.25;
/// The loose are assigned to cores where these are most of an operation's accounts.
const CORES_SHARE_MIN: f64 = 0.5;

impl Assembly<'_> {
    /// The campaigns of an operation that made `rows` (ascending).
    pub(super) fn campaigns(&self, rows: &[u32]) -> Vec<Vec<u32>> {
        let mut campaigns = Vec::new();
        for part in self.by_banner(Kind::Referrer, rows) {
            let cores = self.cores(&part);
            let in_cores: usize = cores.iter().map(Vec::len).sum();
            if (in_cores as f64) < CORES_SHARE_MIN * part.len() as f64 {
                campaigns.push(part);
                continue;
            }
            let of_cores = self.joined(cores);
            campaigns.extend(self.with_loose(of_cores, &part));
        }
        campaigns
    }

    /// Cores that nothing keeps apart, put together; the largest lead.
    fn joined(&self, mut cores: Vec<Vec<u32>>) -> Vec<Vec<u32>> {
        cores.sort_unstable_by(|x, y| y.len().cmp(&x.len()).then(x.cmp(y)));
        let mut campaigns: Vec<(Traits, Vec<u32>)> = Vec::new();
        for core in cores {
            let traits = Traits::of(self, &core);
            let same = campaigns.iter_mut().find(|(campaign, _)| campaign.is_same(&traits));
            match same {
                Some((campaign, rows)) => {
                    rows.extend(core);
                    *campaign = Traits::of(self, rows);
                }
                None => campaigns.push((traits, core)),
            }
        }
        campaigns.into_iter().map(|(_, rows)| rows).collect()
    }

    /// Adds the other rows of `part`, each to the campaign that made most within
    /// the same hours; those that were made at other times stand alone.
    fn with_loose(&self, mut campaigns: Vec<Vec<u32>>, part: &[u32]) -> Vec<Vec<u32>> {
        let taken: BTreeSet<u32> = campaigns.iter().flatten().copied().collect();
        let times = self.table.times_ms();
        let mut by_time: Vec<(i64, usize)> = Vec::new();
        for (at, rows) in campaigns.iter().enumerate() {
            by_time.extend(rows.iter().map(|row| (times[*row as usize], at)));
        }
        by_time.sort_unstable();
        let mut rest = Vec::new();
        for row in part.iter().filter(|row| !taken.contains(row)) {
            let time = times[*row as usize];
            let from = by_time.partition_point(|(t, _)| *t < time - SILENCE_MS_MIN / 2);
            let to = by_time.partition_point(|(t, _)| *t <= time + SILENCE_MS_MIN / 2);
            let mut near: Vec<usize> = by_time[from..to].iter().map(|(_, at)| *at).collect();
            near.sort_unstable();
            match near.chunk_by(|x, y| x == y).rev().max_by_key(|run| run.len()) {
                Some(run) => campaigns[run[0]].push(*row),
                None => rest.push(*row),
            }
        }
        campaigns.push(rest);
        campaigns.iter_mut().for_each(|rows| rows.sort_unstable());
        campaigns.retain(|rows| !rows.is_empty());
        campaigns
    }
}

/// What tells a core from another of the same operation.
struct Traits {
    /// By kind of [`TELLING`]: its values, one for each sign-up that has one.
    pools: Vec<Pool>,
    /// Times, ascending.
    times_ms: Vec<i64>,
}

/// The values of one kind.
struct Pool {
    /// Ascending, as often as they occur.
    values: Vec<u32>,
    /// How likely the next value is one that was seen (Good and Turing).
    coverage: f64,
}

impl Pool {
    fn of(mut values: Vec<u32>) -> Self {
        values.sort_unstable();
        let once = values.chunk_by(|x, y| x == y).filter(|run| run.len() == 1).count();
        let coverage = 1.0 - once as f64 / values.len().max(1) as f64;
        Self { values, coverage }
    }

    fn tells(&self) -> bool {
        self.values.len() >= PIECE_MIN && self.coverage >= COVERAGE_MIN
    }

    /// Share of `other`'s values that are here too, of what it would be if both
    /// were drawn from this one.
    fn share(&self, other: &Pool) -> f64 {
        let seen = other.values.iter().filter(|v| self.values.binary_search(v).is_ok()).count();
        seen as f64 / other.values.len() as f64 / self.coverage
    }
}

impl Traits {
    fn of(assembly: &Assembly, rows: &[u32]) -> Self {
        let pool = |kind: &Kind| {
            let dictionary = assembly.dictionaries.kind(*kind);
            let background = &assembly.backgrounds[*kind as usize];
            // What everyone has tells nothing of one campaign.
            let is_rare = |code: &u32| {
                *code != 0 && background.seen(*code).total() <= dictionary.count(*code) / 2
            };
            Pool::of(
                rows.iter().map(|row| dictionary.codes()[*row as usize]).filter(is_rare).collect(),
            )
        };
        let mut times_ms: Vec<i64> =
            rows.iter().map(|row| assembly.table.times_ms()[*row as usize]).collect();
        times_ms.sort_unstable();
        Self { pools: TELLING.iter().map(pool).collect(), times_ms }
    }

    /// Whether one campaign may have made both.
    fn is_same(&self, other: &Traits) -> bool {
        let pools = self.pools.iter().zip(&other.pools).filter(|(x, y)| x.tells() && y.tells());
        let apart = pools.filter(|(x, y)| x.share(y).max(y.share(x)) < SAME_POOL_MIN).count();
        apart < KINDS_APART
            && (self.times_apart(other) <= other.chance_apart(self)
                || (apart == 0 && self.follows(other)))
    }

    /// Largest distance between the distributions of times (Kolmogorov, Smirnov).
    fn times_apart(&self, other: &Traits) -> f64 {
        let (x, y) = (&self.times_ms, &other.times_ms);
        let at = |times: &[i64], time: &i64| {
            times.partition_point(|t| t <= time) as f64 / times.len() as f64
        };
        x.iter().chain(y).map(|time| (at(x, time) - at(y, time)).abs()).fold(0.0, f64::max)
    }

    /// The distance that chance alone exceeds once in a thousand times, or the one
    /// that tells little however surely it is there.
    fn chance_apart(&self, other: &Traits) -> f64 {
        let (n, m) = (self.times_ms.len() as f64, other.times_ms.len() as f64);
        (1.95 * ((n + m) / (n * m)).sqrt()).max(TIMES_APART_MIN)
    }

    /// Whether one goes on where the other ended.
    fn follows(&self, other: &Traits) -> bool {
        let gap = |x: &Traits, y: &Traits| match (x.times_ms.last(), y.times_ms.first()) {
            (Some(last), Some(first)) => first - last,
            _ => i64::MAX,
        };
        [gap(self, other), gap(other, self)].iter().any(|gap| (0..SILENCE_MS_MIN).contains(gap))
    }
}
