//! The next wave of a world: the same platform and the same factories some days
//! later, each with the habits changed that published signatures cited.
//!
//! The model, for one factory and one round of publishing. A signature is felt
//! when it matches at least three accounts of one of its campaigns and a fifth
//! of them. Of what such a signature cites, everything of the cheapest sort is
//! changed, since one broken condition breaks the rule; what is dearer is
//! changed only if an earlier round had cited it, too. Everything else is kept,
//! down to stems, domains and addresses. What is bought is drawn from the seed.

use crate::factories::{CampaignFacts, Change, Habit, Keys};
use crate::world::{DAYS_MAX, World, WorldError};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// One or two closed accounts are a nuisance, not a pattern that is noticed.
const FELT_ACCOUNTS_MIN: u32 = 3;
/// Below this share of a campaign, losses are part of the price.
const FELT_SHARE_MIN: f64 = 0.2;

/// What its factories brought along into a wave; the default is the first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Wave {
    number: u32,
    changes: Vec<Change>,
    /// By factory: habits that were cited in any round.
    cited: BTreeSet<(u32, Habit)>,
    /// By factory: campaigns to go on with.
    going: BTreeMap<u32, VecDeque<Keys>>,
}

/// One published signature met some accounts of one campaign.
#[derive(Clone, Debug, PartialEq)]
pub struct Sighting {
    /// Number of the campaign.
    pub campaign: u32,
    /// Its accounts that the signature matches.
    pub accounts: u32,
    /// Kinds of signals that the signature cites, by their short names.
    pub kinds: Vec<String>,
}

/// What the description of a world says of a later wave.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WaveFacts {
    /// Number of the wave; the first is 0.
    pub number: u32,
    /// What factories changed, round by round.
    pub changes: Vec<Change>,
}

impl Wave {
    /// Its number; the first is 0.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// What factories changed up to here, round by round.
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// What the description of the world says; nothing of the first wave.
    pub(crate) fn facts(&self) -> Option<WaveFacts> {
        (self.number > 0).then(|| WaveFacts { number: self.number, changes: self.changes.clone() })
    }

    /// Checks that so many waves fit behind one another.
    pub(crate) fn check(&self, world: &World) -> Result<(), WorldError> {
        let days = (u64::from(self.number) + 1) * u64::from(world.days);
        if days > u64::from(DAYS_MAX) {
            return Err(WorldError::Waves { number: self.number, days: world.days });
        }
        Ok(())
    }

    /// The wave after this one, once its campaigns (as its log lists them) were
    /// seen so.
    #[must_use]
    pub fn next(&self, campaigns: &[CampaignFacts], sightings: &[Sighting]) -> Self {
        let by_number: BTreeMap<u32, &CampaignFacts> =
            campaigns.iter().map(|facts| (facts.campaign, facts)).collect();
        let felt = sightings.iter().filter_map(|sighting| {
            let facts = *by_number.get(&sighting.campaign)?;
            is_felt(sighting.accounts, facts.accounts).then_some((facts, sighting))
        });
        let mut next = Self { number: self.number + 1, going: BTreeMap::new(), ..self.clone() };
        let mut changed: BTreeSet<(u32, Habit)> = BTreeSet::new();
        let mut renewed: BTreeSet<(u32, Habit)> = BTreeSet::new();
        for (facts, sighting) in felt {
            let cited: BTreeSet<Habit> =
                sighting.kinds.iter().filter_map(|kind| Habit::of(kind)).collect();
            for habit in self.given_up(facts.factory, &cited) {
                changed.insert((facts.factory, habit));
                renewed.insert((facts.campaign, habit));
            }
            next.cited.extend(cited.into_iter().map(|habit| (facts.factory, habit)));
        }
        next.changes.extend(changed.into_iter().map(|change| self.change(change)));
        next.go_on_from(campaigns, &renewed);
        next
    }

    /// Which of the habits that a signature cites its factory changes.
    fn given_up(&self, factory: u32, cited: &BTreeSet<Habit>) -> Vec<Habit> {
        let cheapest = cited.iter().map(|habit| habit.cost()).min();
        let is_burnt = |habit: &Habit| self.cited.contains(&(factory, *habit));
        let gives_up = |habit: &&Habit| Some(habit.cost()) == cheapest || is_burnt(habit);
        cited.iter().filter(gives_up).copied().collect()
    }

    fn change(&self, (factory, habit): (u32, Habit)) -> Change {
        let before = self.changes.iter().filter(|c| c.factory == factory && c.habit == habit);
        Change { round: self.number + 1, factory, habit, times: before.count() as u32 + 1 }
    }

    fn go_on_from(&mut self, campaigns: &[CampaignFacts], renewed: &BTreeSet<(u32, Habit)>) {
        for facts in campaigns {
            let mut keys = facts.keys.used(facts.accounts);
            for habit in Habit::all().filter(|habit| renewed.contains(&(facts.campaign, *habit))) {
                keys.renew(habit, self.number);
            }
            self.going.entry(facts.factory).or_default().push_back(keys);
        }
    }

    /// What this factory changed, in order.
    pub(crate) fn changes_of(&self, factory: u32) -> impl Iterator<Item = &Change> {
        self.changes.iter().filter(move |change| change.factory == factory)
    }

    /// The keys of the factory's oldest campaign that nobody went on with yet.
    pub(crate) fn go_on(&mut self, factory: u32) -> Option<Keys> {
        self.going.get_mut(&factory)?.pop_front()
    }
}

fn is_felt(accounts: u32, of: u32) -> bool {
    accounts >= FELT_ACCOUNTS_MIN && f64::from(accounts) >= FELT_SHARE_MIN * f64::from(of)
}
