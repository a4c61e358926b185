//! What ties campaigns of one operation together, so that a person can check who
//! is said to be one actor: names, tools, supplies, machines, rhythm, each with
//! how many do it here, there, and everywhere.

use super::Assembly;
use super::habit::{CLASSES, Habit};
use crate::finding::{Grade, What};
use signals::Kind;

/// One thing that two campaigns have in common.
#[derive(Clone, Debug, PartialEq)]
pub struct Tie {
    /// What it is.
    pub what: What,
    /// The value that most of both have; none where it is a machine or a rhythm.
    pub value: Option<(Kind, u32)>,
    /// Share of this campaign, 0..1.
    pub here: f64,
    /// Share of the other.
    pub there: f64,
    /// Share of everyone whom nothing suspects; of a rhythm, that of its hours in the day.
    pub usual: f64,
}

/// A campaign that the same actor made.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// Index of the other campaign.
    pub other: usize,
    /// How sure it is.
    pub grade: Grade,
    /// Why.
    pub ties: Vec<Tie>,
}

/// Agreement of a class of habits from which it is a tie.
const AGREEMENT_MIN: f64 = 0.5;
/// A machine is a tie where so many of one campaign's sign-ups have the other's.
const MACHINES_MIN: f64 = 0.05;
/// A rhythm is one where so few hours hold nearly all of a campaign's sign-ups
const HOURS_MAX: usize = 12;
/// and those of the other are the same up to this share.
const HOURS_SHARED_MIN: f64 = 0.75;
/// An hour belongs to the rhythm from this share of a campaign on.
const HOUR_SHARE_MIN: f64 = 0.02;
/// More links of one campaign say the same again.
const LINKS_MAX: usize = 3;

impl Assembly<'_> {
    /// For each of an operation's `campaigns` (rows) those that it is tied to most.
    pub fn links(&self, campaigns: &[&[u32]]) -> Vec<Vec<Link>> {
        let habits: Vec<Habit> = campaigns.iter().map(|rows| Habit::of(self, rows)).collect();
        let hours: Vec<Hours> = campaigns.iter().map(|rows| self.hours(rows)).collect();
        let of = |this: usize| {
            let others = (0..campaigns.len()).filter(|other| *other != this);
            let mut links: Vec<Link> = others
                .filter_map(|other| {
                    let mut ties = self.ties(&habits[this], &habits[other]);
                    ties.extend(rhythm(&hours[this], &hours[other]));
                    ties.sort_by(|x, y| y.nats().total_cmp(&x.nats()));
                    Grade::of(&ties).map(|grade| Link { other, grade, ties })
                })
                .collect();
            let strength = |link: &Link| link.ties.iter().map(Tie::nats).sum::<f64>();
            links.sort_by(|x, y| {
                x.grade
                    .cmp(&y.grade)
                    .then(strength(y).total_cmp(&strength(x)))
                    .then(x.other.cmp(&y.other))
            });
            links.truncate(LINKS_MAX);
            links
        };
        (0..campaigns.len()).map(of).collect()
    }

    fn ties(&self, this: &Habit, other: &Habit) -> Vec<Tie> {
        let agreements = this.by_class(other).into_iter().zip(other.by_class(this));
        let whats = [What::Names, What::Tools, What::Supplies];
        let mut ties: Vec<Tie> = whats
            .into_iter()
            .zip(CLASSES)
            .zip(agreements)
            .filter(|(_, (x, y))| x.unwrap_or(0.0).max(y.unwrap_or(0.0)) >= AGREEMENT_MIN)
            .filter_map(|((what, kinds), _)| self.commonest(what, kinds, this, other))
            .collect();
        let (here, there) = (other.machines(this), this.machines(other));
        if here.max(there) >= MACHINES_MIN {
            ties.push(Tie { what: What::Machines, value: None, here, there, usual: 0.0 });
        }
        ties
    }

    /// The value of these kinds that says most of both.
    fn commonest(&self, what: What, kinds: &[Kind], this: &Habit, other: &Habit) -> Option<Tie> {
        let values = kinds.iter().flat_map(|kind| {
            let background = &self.backgrounds[*kind as usize];
            this.shares(*kind).filter_map(move |(code, here)| {
                let there = other.share(*kind, code);
                let usual = background.seen(code).world(0, 0).rate;
                let value = Some((*kind, self.dictionaries.kind(*kind).value(code)));
                (there > 0.0).then_some(Tie { what, value, here, there, usual })
            })
        });
        values.max_by(|x, y| x.nats().total_cmp(&y.nats()).then(y.value.cmp(&x.value)))
    }

    fn hours(&self, rows: &[u32]) -> Hours {
        let times: Vec<i64> = rows.iter().map(|row| self.table.times_ms()[*row as usize]).collect();
        let shares = crate::share::hours(&times).map(|n| n as f64 / rows.len() as f64);
        Hours { shares, works: shares.map(|share| share >= HOUR_SHARE_MIN) }
    }
}

/// When a campaign's sign-ups were made, by hour of the day, UTC.
struct Hours {
    shares: [f64; 24],
    /// Whether the hour belongs to the rhythm.
    works: [bool; 24],
}

impl Hours {
    fn count(&self) -> usize {
        self.works.iter().filter(|works| **works).count()
    }

    /// Share of sign-ups in the hours of `other`.
    fn within(&self, other: &Hours) -> f64 {
        let shares = self.shares.iter().zip(&other.works).filter(|(_, works)| **works);
        shares.map(|(share, _)| share).sum()
    }
}

fn rhythm(here: &Hours, there: &Hours) -> Option<Tie> {
    let both = here.works.iter().zip(&there.works).filter(|(x, y)| **x && **y).count() as f64;
    let most = here.count().max(there.count());
    let is_tie = most <= HOURS_MAX && both >= HOURS_SHARED_MIN * most.max(1) as f64;
    is_tie.then(|| Tie {
        what: What::Rhythm,
        value: None,
        here: here.within(there),
        there: there.within(here),
        usual: most as f64 / 24.0,
    })
}

impl Tie {
    /// How much it tells: the lesser share, in nats over what is usual.
    fn nats(&self) -> f64 {
        let share = self.here.min(self.there);
        share * (share / self.usual.max(USUAL_MIN)).ln()
    }
}

/// What hardly anyone does is no rarer than this.
const USUAL_MIN: f64 = 1e-6;

impl Grade {
    /// Machines, or names with tools and supplies, are strong; two of the three are
    /// moderate; less ties nothing.
    fn of(ties: &[Tie]) -> Option<Self> {
        let has = |what| ties.iter().any(|tie| tie.what == what);
        let habits = [What::Names, What::Tools, What::Supplies]
            .into_iter()
            .filter(|what| has(*what))
            .count();
        match habits {
            _ if has(What::Machines) && habits > 0 => Some(Self::Strong),
            3 => Some(Self::Strong),
            2 => Some(Self::Moderate),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// So many sign-ups in each of the first hours of the day.
    fn hours(counts: &[f64]) -> Hours {
        let all: f64 = counts.iter().sum();
        let shares = std::array::from_fn(|hour| counts.get(hour).copied().unwrap_or(0.0) / all);
        Hours { shares, works: shares.map(|share| share >= HOUR_SHARE_MIN) }
    }

    #[test]
    fn a_rhythm_counts_sign_ups_not_hours() {
        let tie = rhythm(&hours(&[40.0, 30.0, 20.0, 10.0]), &hours(&[50.0, 25.0, 25.0])).unwrap();
        assert!((tie.here - 0.9).abs() < 1e-9 && (tie.there - 1.0).abs() < 1e-9, "{tie:?}");
    }

    #[test]
    fn round_the_clock_is_no_rhythm() {
        assert_eq!(rhythm(&hours(&[1.0; 24]), &hours(&[1.0; 24])), None);
    }
}
