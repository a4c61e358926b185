//! Where tokens come from. A dual-stack home or a carrier with several exits
//! also redeems elsewhere now and then, so the share is compared with that of the
//! same country and platform, and its spread with that among network operators.

use super::{Bar, Clue, What};
use crate::cells::background::{Context, Contexts};
use crate::cells::tail::log_tail;
use signals::captcha::{ELSEWHERE, SAME};
use signals::table::{Hash, hash};
use signals::{Kind, Table};
use std::collections::BTreeMap;

/// Fewer tokens than this say nothing of where a campaign gets them.
const TOKENS_MIN: u64 = 8;

/// Below this share the campaign's habit is to redeem where it asked.
const SHARE_MIN: f64 = 0.25;

/// Weight of everyone's rate in a context's own, in sign-ups, as in the cells.
const PRIOR: f64 = 25.0;

/// Operators with fewer tokens expected elsewhere are too small to show a spread.
const SPREAD_EXPECTED_MIN: f64 = 2.0;

/// A spread below this is not believed, one above says no more.
const SPREAD: (f64, f64) = (0.05, 1.0);

/// A network issues for a campaign from so many tokens on: two may be chance.
const ISSUED_MIN: u32 = 3;

/// Tokens of a campaign by the network that they were issued to.
pub(super) type Issuers = BTreeMap<Hash, u32>;

/// What counts as elsewhere. A dual-stack home asks over one version of IP and
/// answers over the other: where many do, that hides who is really elsewhere, and
/// where few do, leaving it out hides solvers that have the other version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Elsewhere {
    /// Another network of the same version of IP.
    Network,
    /// The other version of IP too.
    Version,
}

/// The background's habits.
pub(super) struct Paths<'t> {
    what: Elsewhere,
    redeem: &'t [Hash],
    is_elsewhere: Vec<bool>,
    issue_net: &'t [Hash],
    contexts: Vec<Context>,
    /// By context: tokens elsewhere, tokens.
    counts: Vec<(f64, f64)>,
    world: f64,
    spread: f64,
    /// Background tokens issued elsewhere, by network, and all of them.
    issuers: Issuers,
    issued: f64,
}

impl<'t> Paths<'t> {
    pub(super) fn of(table: &'t Table, background: &[u32], what: Elsewhere) -> Self {
        let redeem = table.column(Kind::Redeem);
        let mut paths = Self {
            what,
            redeem,
            is_elsewhere: what.marks(redeem),
            issue_net: table.column(Kind::IssueNet),
            contexts: Contexts::of(table).client,
            counts: vec![(0.0, 0.0); usize::from(Context::MAX) + 1],
            world: 0.0,
            spread: SPREAD.1,
            issuers: Issuers::new(),
            issued: 0.0,
        };
        for row in background.iter().map(|row| *row as usize) {
            let (elsewhere, all) = &mut paths.counts[usize::from(paths.contexts[row])];
            *elsewhere += f64::from(u8::from(paths.is_elsewhere[row]));
            *all += f64::from(u8::from(paths.redeem[row] != 0));
        }
        let sum = |of: fn(&(f64, f64)) -> f64| paths.counts.iter().map(of).sum::<f64>();
        paths.world = (sum(|c| c.0) + 0.5) / (sum(|c| c.1) + 1.0);
        paths.issuers = paths.issuers(background);
        paths.issued = paths.issuers.values().map(|n| f64::from(*n)).sum();
        paths.spread = paths.spread_among(table.column(Kind::Asn), background);
        paths
    }

    fn is_elsewhere(&self, row: u32) -> bool {
        self.is_elsewhere[row as usize]
    }

    /// Rows whose token came from elsewhere.
    pub(super) fn relayed<'r>(&'r self, rows: &'r [u32]) -> impl Iterator<Item = u32> + 'r {
        rows.iter().copied().filter(|row| self.is_elsewhere(*row))
    }

    fn rate(&self, row: u32) -> f64 {
        let (elsewhere, all) = self.counts[usize::from(self.contexts[row as usize])];
        (elsewhere + PRIOR * self.world) / (all + PRIOR)
    }

    /// Variance beyond chance among operators, as a share of the squared mean.
    fn spread_among(&self, operators: &[Hash], background: &[u32]) -> f64 {
        let mut by_operator: BTreeMap<Hash, (f64, f64)> = BTreeMap::new();
        for row in background.iter().filter(|row| self.redeem[**row as usize] != 0) {
            let (observed, expected) = by_operator.entry(operators[*row as usize]).or_default();
            *observed += f64::from(u8::from(self.is_elsewhere(*row)));
            *expected += self.rate(*row);
        }
        by_operator.remove(&0);
        let large = by_operator.values().filter(|(_, expected)| *expected >= SPREAD_EXPECTED_MIN);
        let (excess, squares) = large.fold((0.0, 0.0), |(excess, squares), (o, e)| {
            (excess + (o - e) * (o - e) - e, squares + e * e)
        });
        if squares == 0.0 { SPREAD.1 } else { (excess / squares).clamp(SPREAD.0, SPREAD.1) }
    }

    /// Whether more tokens came from elsewhere than honest networks explain.
    pub(super) fn elsewhere(&self, rows: &[u32], bar: &Bar) -> Option<Clue> {
        let tokens = || rows.iter().filter(|row| self.redeem[**row as usize] != 0);
        let of = tokens().count() as u64;
        let observed = self.relayed(rows).count() as u64;
        let expected: f64 = tokens().map(|row| self.rate(*row)).sum();
        let is_habit = of >= TOKENS_MIN && observed as f64 >= SHARE_MIN * of as f64;
        let found = is_habit && log_tail(observed as u32, expected, self.spread) < bar.log_p;
        found.then_some(Clue { what: What::IssuedElsewhere(self.what), observed, expected, of })
    }

    /// Networks that issued tokens to be redeemed elsewhere.
    pub(super) fn issuers(&self, rows: &[u32]) -> Issuers {
        let mut issuers = Issuers::new();
        for net in self.relayed(rows).map(|row| self.issue_net[row as usize]) {
            *issuers.entry(net).or_default() += 1;
        }
        issuers.remove(&0);
        issuers
    }

    /// How many of `tokens` the network would issue, were they like everyone's.
    fn issued_elsewhere_by(&self, net: Hash, tokens: u64) -> f64 {
        let known = self.issuers.get(&net).copied().map_or(0.0, f64::from);
        tokens as f64 * (known + 0.5) / (self.issued + 1.0)
    }

    /// The campaign's largest issuing network, where it issues far more than its share.
    pub(super) fn one_issuer(&self, index: usize, all: &[Issuers], bar: &Bar) -> Option<Clue> {
        let mine = &all[index];
        let of = mine.values().map(|n| u64::from(*n)).sum();
        let (&net, &observed) =
            mine.iter().max_by_key(|(net, n)| (**n, std::cmp::Reverse(**net)))?;
        let expected = self.issued_elsewhere_by(net, of);
        // Operators differ in this as much as they can, hence the widest spread.
        let found = observed >= ISSUED_MIN && log_tail(observed, expected, SPREAD.1) < bar.log_p;
        let issues_for = |issuers: &&Issuers| issuers.get(&net).is_some_and(|n| *n >= ISSUED_MIN);
        let campaigns = all.iter().filter(issues_for).count() as u64;
        let what = What::OneIssuer { net, campaigns };
        found.then_some(Clue { what, observed: u64::from(observed), expected, of })
    }

    /// Networks that issue for a campaign and for hardly anyone else, with the
    /// share of its tokens that each issues.
    pub(super) fn rare(&self, issuers: &Issuers) -> BTreeMap<Hash, f64> {
        /// How many times its share a network issues before it is the campaign's
        /// own: a carrier's exit that is merely popular stays below.
        const LIFT_MIN: f64 = 20.0;
        let of: u64 = issuers.values().map(|n| u64::from(*n)).sum();
        let is_rare = |(net, n): &(&Hash, &u32)| {
            **n >= ISSUED_MIN && f64::from(**n) >= LIFT_MIN * self.issued_elsewhere_by(**net, of)
        };
        let rare = issuers.iter().filter(is_rare);
        rare.map(|(net, n)| (*net, f64::from(*n) / of as f64)).collect()
    }
}

impl Elsewhere {
    /// Of each token, whether it came from elsewhere.
    fn marks(self, redeem: &[Hash]) -> Vec<bool> {
        let (elsewhere, same) = (hash(Kind::Redeem, ELSEWHERE), hash(Kind::Redeem, SAME));
        let holds = |path: &Hash| match self {
            Self::Network => *path == elsewhere,
            Self::Version => *path != 0 && *path != same,
        };
        redeem.iter().map(holds).collect()
    }
}
