//! Campaigns from what was flagged. A group is what one tool kit leaves in one
//! corner of the log: a campaign that rotates networks lies in several, and
//! two campaigns of one kit may lie in one. So groups are cut where a silence
//! is followed by something else, and pieces that agree beyond chance while
//! both are active are put together.

use crate::cells::background::Background;
use crate::cells::dictionary::Dictionaries;
use signals::{Kind, Table};
use std::collections::{BTreeMap, BTreeSet};

/// What pieces of one campaign have in common, besides time: how accounts are
/// named, with what tool, and where all else comes from.
const CLASSES: &[&[Kind]] = &[
    &[Kind::NameGrammar],
    &[Kind::Client],
    &[Kind::Domain, Kind::Language, Kind::Asn, Kind::IssueNet, Kind::Referrer, Kind::PhoneBlock],
];

/// Kinds for which the dictionaries must have codes.
pub fn kinds() -> Vec<Kind> {
    CLASSES.concat()
}

/// Agreement beyond chance from which two pieces are one campaign's: halfway
/// between none and all.
const AGREEMENT_MIN: f64 = 0.5;

/// A value is a habit from this share on; rarer ones are accidents, of which a
/// large campaign has all there are.
const HABIT_SHARE: f64 = 0.01;

/// Where chance alone would agree so often, agreement says nothing.
const CHANCE_MAX: f64 = 0.8;

/// A silence of so long may end a campaign: a shift's pause is shorter.
const SILENCE_MS_MIN: i64 = 12 * 3600 * 1000;

/// A piece of fewer sign-ups shows no habits of its own.
const PIECE_MIN: usize = 5;

/// What is a campaign's own it uses so many times as often as everyone else.
const OWN_TIMES: u32 = 10;

/// A value must be so large a part of a piece to lead to others.
const LEAD_SHARE: f64 = 0.1;

/// What pieces are compared by.
pub struct Assembly<'a> {
    /// The signals.
    pub table: &'a Table,
    /// By dictionary code, of all [`kinds`].
    pub dictionaries: &'a Dictionaries,
    /// What everyone else does, by kind.
    pub backgrounds: &'a [Background],
}

/// Sign-ups of one campaign.
pub struct Piece {
    /// The link that is theirs alone, by its code.
    link: Option<u32>,
    /// Rows, ascending.
    pub rows: Vec<u32>,
}

impl Assembly<'_> {
    /// Cuts `rows` (ascending) by the links that are theirs alone, and at the
    /// silences that are followed by something else.
    pub fn cut(&self, rows: &[u32]) -> Vec<Piece> {
        let mut pieces = Vec::new();
        for (link, rows) in self.by_link(rows) {
            pieces.extend(self.by_silence(&rows).into_iter().map(|rows| Piece { link, rows }));
        }
        pieces
    }

    /// An invitation or an affiliate code that hardly anyone else came by is
    /// the campaign's own.
    fn by_link(&self, rows: &[u32]) -> Vec<(Option<u32>, Vec<u32>)> {
        let links = self.dictionaries.kind(Kind::Referrer).codes();
        let background = &self.backgrounds[Kind::Referrer as usize];
        let mut by_link: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for row in rows {
            by_link.entry(links[*row as usize]).or_default().push(*row);
        }
        let is_own = |(link, rows): &(u32, Vec<u32>)| {
            let others = background.seen(*link).total();
            *link != 0 && rows.len() >= PIECE_MIN && rows.len() as u32 >= OWN_TIMES * others
        };
        let (own, shared): (Vec<_>, Vec<_>) = by_link.into_iter().partition(is_own);
        let mut rest: Vec<u32> = shared.into_iter().flat_map(|(_, rows)| rows).collect();
        rest.sort_unstable();
        let own = own.into_iter().map(|(link, rows)| (Some(link), rows));
        own.chain([(None, rest)]).filter(|(_, rows)| !rows.is_empty()).collect()
    }

    fn by_silence(&self, rows: &[u32]) -> Vec<Vec<u32>> {
        let times = self.table.times_ms();
        let mut by_time = rows.to_vec();
        by_time.sort_unstable_by_key(|row| (times[*row as usize], *row));
        let is_one = |x: &u32, y: &u32| times[*y as usize] - times[*x as usize] < SILENCE_MS_MIN;
        let mut pieces: Vec<(Habit, Vec<u32>)> = Vec::new();
        for burst in by_time.chunk_by(is_one) {
            let habit = Habit::of(self, burst);
            let goes_on = |(last, rows): &(Habit, Vec<u32>)| {
                let is_small = burst.len().min(rows.len()) < PIECE_MIN;
                is_small || last.agreement(&habit).is_none_or(|k| k >= AGREEMENT_MIN)
            };
            match pieces.iter_mut().rev().find(|piece| goes_on(piece)) {
                Some((last, rows)) => {
                    last.add(&habit, self);
                    rows.extend_from_slice(burst);
                }
                None => pieces.push((habit, burst.to_vec())),
            }
        }
        pieces
            .into_iter()
            .map(|(_, mut rows)| {
                rows.sort_unstable();
                rows
            })
            .collect()
    }

    /// Which of `pieces` are one campaign's; each inner list of indices is one.
    pub fn join(&self, pieces: &[Piece]) -> Vec<Vec<usize>> {
        let mut order: Vec<usize> = (0..pieces.len()).collect();
        order.sort_unstable_by(|x, y| {
            let (x, y) = (&pieces[*x].rows, &pieces[*y].rows);
            y.len().cmp(&x.len()).then(x.cmp(y))
        });
        let mut campaigns: Vec<(Habit, Option<u32>, Vec<usize>)> = Vec::new();
        let mut leads: BTreeMap<(usize, u32), BTreeSet<usize>> = BTreeMap::new();
        for piece in order {
            let habit = Habit::of(self, &pieces[piece].rows);
            let link = pieces[piece].link;
            let led: BTreeSet<usize> =
                habit.leads().filter_map(|lead| leads.get(&lead)).flatten().copied().collect();
            let is_open = |campaign: &&usize| campaigns[**campaign].1 == link;
            let agreements = led.iter().filter(is_open).map(|campaign| {
                let of = &campaigns[*campaign].0;
                (of.agreement(&habit).unwrap_or(0.0) * of.activity(&habit), *campaign)
            });
            let best = agreements.max_by(|x, y| x.0.total_cmp(&y.0).then(y.1.cmp(&x.1)));
            let campaign = match best.filter(|(agreement, _)| *agreement >= AGREEMENT_MIN) {
                Some((_, campaign)) => {
                    campaigns[campaign].0.add(&habit, self);
                    campaigns[campaign].2.push(piece);
                    campaign
                }
                None => {
                    campaigns.push((habit, link, vec![piece]));
                    campaigns.len() - 1
                }
            };
            for lead in campaigns[campaign].0.leads() {
                leads.entry(lead).or_default().insert(campaign);
            }
        }
        campaigns.into_iter().map(|(_, _, pieces)| pieces).collect()
    }
}

/// What some sign-ups use, and when.
struct Habit {
    /// By kind: how often each code occurs.
    values: Vec<BTreeMap<u32, u32>>,
    /// By kind: the values that are habits, and how much of the background has
    /// one of them.
    habits: Vec<(BTreeSet<u32>, f64)>,
    half_days: BTreeMap<i64, u32>,
}

impl Habit {
    fn of(assembly: &Assembly, rows: &[u32]) -> Self {
        let count = |kind: Kind| {
            let codes = assembly.dictionaries.kind(kind).codes();
            let mut counts = BTreeMap::new();
            for code in rows.iter().map(|row| codes[*row as usize]).filter(|code| *code != 0) {
                *counts.entry(code).or_default() += 1;
            }
            counts
        };
        let mut half_days = BTreeMap::new();
        for row in rows {
            let time = assembly.table.times_ms()[*row as usize];
            *half_days.entry(time.div_euclid(SILENCE_MS_MIN)).or_default() += 1;
        }
        let values = kinds().into_iter().map(count).collect();
        let mut habit = Self { values, habits: Vec::new(), half_days };
        habit.weigh(assembly);
        habit
    }

    fn weigh(&mut self, assembly: &Assembly) {
        let of = |(kind, values): (Kind, &BTreeMap<u32, u32>)| {
            let least = HABIT_SHARE * f64::from(values.values().sum::<u32>());
            let habits = values.iter().filter(|(_, n)| f64::from(**n) >= least);
            let habits: BTreeSet<u32> = habits.map(|(code, _)| *code).collect();
            let background = &assembly.backgrounds[kind as usize];
            let chance =
                habits.iter().map(|code| background.seen(*code).world(0, 0).rate).sum::<f64>();
            (habits, chance)
        };
        self.habits = kinds().into_iter().zip(&self.values).map(of).collect();
    }

    /// How much of what `other` does is a habit here too, beyond what everyone
    /// would have in common with it (Cohen's κ): the mean over the kinds of a
    /// class, the least over classes; none where nothing can tell.
    fn agreement(&self, other: &Habit) -> Option<f64> {
        let mut kinds = self.habits.iter().zip(&other.values).map(|((habits, chance), theirs)| {
            let total: u32 = theirs.values().sum();
            let shared: u32 =
                theirs.iter().filter(|(k, _)| habits.contains(k)).map(|(_, n)| n).sum();
            let covered = f64::from(shared) / f64::from(total.max(1));
            let tells = total > 0 && !habits.is_empty() && *chance <= CHANCE_MAX;
            tells.then(|| (covered - chance) / (1.0 - chance))
        });
        let mut least: Option<f64> = None;
        for class in CLASSES {
            let of_class: Vec<f64> = kinds.by_ref().take(class.len()).flatten().collect();
            if !of_class.is_empty() {
                let mean = of_class.iter().sum::<f64>() / of_class.len() as f64;
                least = Some(least.map_or(mean, |least| least.min(mean)));
            }
        }
        least
    }

    /// Share of `other`'s sign-ups at times when these were made as well.
    fn activity(&self, other: &Habit) -> f64 {
        let total: u32 = other.half_days.values().sum();
        let shared = other.half_days.iter().filter(|(day, _)| self.half_days.contains_key(day));
        f64::from(shared.map(|(_, n)| n).sum::<u32>()) / f64::from(total.max(1))
    }

    /// (kind, code) of the values that are a large part.
    fn leads(&self) -> impl Iterator<Item = (usize, u32)> {
        self.values.iter().enumerate().flat_map(|(kind, values)| {
            let least = LEAD_SHARE * f64::from(values.values().sum::<u32>());
            values
                .iter()
                .filter(move |(_, n)| f64::from(**n) >= least)
                .map(move |(code, _)| (kind, *code))
        })
    }

    fn add(&mut self, other: &Habit, assembly: &Assembly) {
        for (mine, theirs) in self.values.iter_mut().zip(&other.values) {
            for (value, n) in theirs {
                *mine.entry(*value).or_default() += n;
            }
        }
        for (half_day, n) in &other.half_days {
            *self.half_days.entry(*half_day).or_default() += n;
        }
        self.weigh(assembly);
    }
}
