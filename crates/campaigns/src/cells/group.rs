//! One resource group at a time: how often each behaviour occurs in it, and
//! which of these counts the background does not explain.

use super::background::{Background, Context, LeftOut, Seen};
use super::dictionary::Dictionary;

/// Rows by the resource they share, in code order; smaller groups than are
/// frequent are left out.
pub(super) struct Groups {
    /// (code of the resource, where its rows end).
    ends: Vec<(u32, usize)>,
    rows: Vec<u32>,
}

impl Groups {
    /// Groups the rows of `resource`.
    pub(super) fn of(resource: &Dictionary) -> Self {
        let frequent = resource.frequent() as usize;
        let mut next = vec![0usize; frequent + 2];
        let codes = || resource.codes().iter().map(|code| *code as usize);
        let is_frequent = |code: &usize| (1..=frequent).contains(code);
        for code in codes().filter(is_frequent) {
            next[code + 1] += 1;
        }
        for code in 1..next.len() {
            next[code] += next[code - 1];
        }
        let mut rows = vec![0; next[frequent + 1]];
        for (row, code) in codes().enumerate().filter(|(_, code)| is_frequent(code)) {
            rows[next[code]] = row as u32;
            next[code] += 1;
        }
        Self { ends: (1..=frequent).map(|code| (code as u32, next[code])).collect(), rows }
    }

    /// Rows of all groups, one group behind the other.
    pub(super) fn rows(&self) -> &[u32] {
        &self.rows
    }

    /// Each group's code and where in [`Groups::rows`] it lies.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, std::ops::Range<usize>)> {
        let starts = std::iter::once(0).chain(self.ends.iter().map(|(_, end)| *end));
        self.ends.iter().zip(starts).map(|((code, end), start)| (*code, start..*end))
    }
}

/// Where a member of a group stands: its context, and whether it counts as
/// background.
#[derive(Clone, Copy, Default)]
pub(super) struct Standing(u32);

impl Standing {
    /// Packs both.
    pub(super) fn new(context: Context, counts: bool) -> Self {
        Self(u32::from(context) << 1 | u32::from(counts))
    }
    fn context(self) -> Context {
        (self.0 >> 1) as Context
    }
    fn counted(self) -> u32 {
        self.0 & 1
    }
}

/// A count that may be a cell, in one group.
#[derive(Clone, Copy)]
pub(super) struct Candidate {
    /// Code of the behaviour.
    pub(super) b: u32,
    /// Members that have it.
    pub(super) observed: u32,
    start: usize,
    filled: usize,
}

/// Counts of one group after the other, in arrays that are used again.
pub(super) struct Tally {
    slots: Vec<u32>,
    own: Own,
    candidates: Vec<Candidate>,
    /// Positions in the group of each candidate's members, ascending.
    members: Vec<u32>,
}

/// What a count is judged by.
pub(super) struct Judge<'a> {
    /// The behaviour in the background.
    pub(super) background: &'a Background,
    /// Codes up to this one are frequent enough to make a cell.
    pub(super) frequent: u32,
    /// Smallest cell.
    pub(super) observed_min: u32,
}

/// What stands in a slot once its value has become a candidate.
const CHOSEN: u32 = 1 << 31;

impl Tally {
    /// For behaviours of at most `len` codes.
    pub(super) fn new(len: usize) -> Self {
        Self {
            slots: vec![0; len + 2],
            own: Own::new(),
            candidates: Vec::new(),
            members: Vec::new(),
        }
    }

    /// Counts `codes` (0 is absent, beyond `frequent` is rare) of a group and
    /// keeps the counts for which `choose(b, observed, bounds of what is
    /// expected)` holds. Returns how many cells were looked at.
    pub(super) fn count(
        &mut self,
        codes: &[u32],
        standings: &[Standing],
        judge: &Judge,
        choose: impl Fn(u32, u32, Bounds) -> bool,
    ) -> u64 {
        self.candidates.clear();
        self.members.clear();
        self.own.forget();
        let tests = self.fill(codes, judge.frequent);
        let present = codes.len() as u32 - self.slots[0];
        self.slots[0] = 0;
        self.slots[judge.frequent as usize + 1] = 0;
        self.own.present = present;
        for (at, code) in codes.iter().enumerate() {
            let observed = self.slots[*code as usize];
            if observed >= CHOSEN {
                self.add((observed - CHOSEN) as usize, at);
                continue;
            }
            self.slots[*code as usize] = 0;
            if observed < judge.observed_min {
                continue;
            }
            self.own.know(codes, standings, judge.background);
            let bounds = self.own.bounds(&judge.background.seen(*code), observed);
            if choose(*code, observed, bounds) {
                self.slots[*code as usize] = CHOSEN + self.candidates.len() as u32;
                let start = self.members.len();
                self.members.resize(start + observed as usize, 0);
                self.candidates.push(Candidate { b: *code, observed, start, filled: start });
                self.add(self.candidates.len() - 1, at);
            }
        }
        for candidate in &self.candidates {
            self.slots[candidate.b as usize] = 0;
        }
        // Not in the order of the rows, which must not matter.
        self.candidates.sort_unstable_by_key(|candidate| candidate.b);
        tests
    }

    fn fill(&mut self, codes: &[u32], frequent: u32) -> u64 {
        let mut distinct = 0;
        for code in codes {
            let slot = &mut self.slots[*code as usize];
            distinct += u64::from(*slot == 0);
            *slot += 1;
        }
        let rare = self.slots[frequent as usize + 1];
        distinct + u64::from(rare) - u64::from(rare > 0) - u64::from(self.slots[0] > 0)
    }

    fn add(&mut self, candidate: usize, at: usize) {
        let candidate = &mut self.candidates[candidate];
        self.members[candidate.filled] = at as u32;
        candidate.filled += 1;
    }

    /// Members that have any value.
    pub(super) fn present(&self) -> u32 {
        self.own.present
    }

    /// What was kept.
    pub(super) fn candidates(&self) -> &[Candidate] {
        &self.candidates
    }

    /// Positions of a candidate's members in the group, ascending.
    pub(super) fn members(&self, candidate: &Candidate) -> &[u32] {
        &self.members[candidate.start..candidate.filled]
    }

    /// How many of a candidate's members count as background.
    pub(super) fn counted(&self, candidate: &Candidate, standings: &[Standing]) -> u32 {
        self.members(candidate).iter().map(|at| standings[*at as usize].counted()).sum()
    }

    /// λ(a, b) = Σ over contexts of n(a, c) · P(b | c), the group left out of P.
    pub(super) fn expected(
        &mut self,
        candidate: &Candidate,
        standings: &[Standing],
        background: &Background,
    ) -> f64 {
        let members = &self.members[candidate.start..candidate.filled];
        self.own.expected(members, standings, &background.seen(candidate.b))
    }
}

/// Between these lies what is expected.
#[derive(Clone, Copy)]
pub(super) struct Bounds {
    /// As if all members who have the value were in the context where leaving
    /// them out tells most.
    pub(super) low: f64,
    /// As if none had to be left out.
    pub(super) high: f64,
}

/// Contexts are numbered below this.
const CONTEXTS: usize = Context::MAX as usize + 1;

/// A group's own make-up.
struct Own {
    present: u32,
    /// Members with a value that count as background.
    out: u32,
    /// (context, members, those that count as background), ascending; empty
    /// until a count is to be judged.
    contexts: Vec<(Context, u32, u32)>,
    /// Where in `contexts` each is, plus one, while the group lasts.
    at: Vec<u32>,
    /// Members by context over the background's sign-ups there.
    weights: Vec<f64>,
    weight: f64,
    heaviest: f64,
    /// Members who have the value that is judged, by context.
    both: Vec<u32>,
}

impl Own {
    fn new() -> Self {
        Self {
            present: 0,
            out: 0,
            contexts: Vec::new(),
            at: vec![0; CONTEXTS],
            weights: Vec::new(),
            weight: 0.0,
            heaviest: 0.0,
            both: Vec::new(),
        }
    }

    fn forget(&mut self) {
        for (context, _, _) in self.contexts.drain(..) {
            self.at[usize::from(context)] = 0;
        }
    }

    fn know(&mut self, codes: &[u32], standings: &[Standing], background: &Background) {
        if !self.contexts.is_empty() {
            return;
        }
        self.out = 0;
        for (_, standing) in codes.iter().zip(standings).filter(|(code, _)| **code != 0) {
            let at = &mut self.at[usize::from(standing.context())];
            if *at == 0 {
                self.contexts.push((standing.context(), 0, 0));
                *at = self.contexts.len() as u32;
            }
            let of_context = &mut self.contexts[*at as usize - 1];
            of_context.1 += 1;
            of_context.2 += standing.counted();
            self.out += standing.counted();
        }
        self.contexts.sort_unstable();
        self.weights.clear();
        self.both.clear();
        self.both.resize(self.contexts.len(), 0);
        for (at, (context, n, out)) in (1..).zip(&self.contexts) {
            self.at[usize::from(*context)] = at;
            self.weights.push(f64::from(*n) * background.weight(*context, *out));
        }
        self.weight = self.weights.iter().sum();
        self.heaviest = self.weights.iter().copied().fold(0.0, f64::max);
    }

    fn bounds(&self, seen: &Seen, observed: u32) -> Bounds {
        let here: f64 = if seen.contexts().len() < self.contexts.len() * LOOK_UP {
            let known = |context: Context| self.at[usize::from(context)] as usize;
            seen.contexts()
                .iter()
                .filter(|(context, _)| known(*context) > 0)
                .map(|(context, count)| self.weights[known(*context) - 1] * f64::from(*count))
                .sum()
        } else {
            let mine = self.contexts.iter().zip(&self.weights);
            mine.map(|((context, _, _), weight)| weight * f64::from(seen.count(*context))).sum()
        };
        let beyond = |with_value: u32| {
            seen.world(self.out, with_value).beyond(f64::from(self.present), self.weight)
        };
        Bounds {
            low: here + beyond(observed) - self.heaviest * f64::from(observed),
            high: here + beyond(0),
        }
    }

    fn expected(&mut self, members: &[u32], standings: &[Standing], seen: &Seen) -> f64 {
        let mut value = 0;
        for member in members {
            let standing = standings[*member as usize];
            self.both[self.at[usize::from(standing.context())] as usize - 1] += standing.counted();
            value += standing.counted();
        }
        let world = seen.world(self.out, value);
        let mut counts = seen.contexts().iter().copied().peekable();
        let mut expected = 0.0;
        for ((context, n, out), both) in self.contexts.iter().zip(&mut self.both) {
            while counts.next_if(|(c, _)| c < context).is_some() {}
            let here = counts.next_if(|(c, _)| c == context).map_or(0, |(_, count)| count);
            let left_out = LeftOut { context: *out, both: std::mem::take(both) };
            expected += f64::from(*n) * seen.rate_of(here, *context, world, &left_out);
        }
        expected
    }
}

/// A look-up by context costs so many steps of a walk.
const LOOK_UP: usize = 4;
