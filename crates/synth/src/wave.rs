//! The next wave of a world: the same platform and the same factories some days
//! later, each with the habits changed that published signatures cited.
//!
//! The model, for one factory and one round of publishing. A signature is felt
//! when it matches at least three accounts of one of its campaigns and a fifth
//! of them. Of what such a signature cites, everything of the cheapest sort is
//! changed, since one broken condition breaks the rule; what is dearer is
//! changed only if an earlier round had cited it, too. Everything else is kept,
//! down to stems, domains and addresses. Before it goes to work a factory tries
//! the wave on all that was published, and chooses again where it is still met.
//! What is chosen is drawn from the seed.

use crate::factories::{CampaignFacts, Change, Habit, Keys};
use crate::world::{DAYS_MAX, LEVEL_MAX, World, WorldError};
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
        let mut next = Self { number: self.number + 1, going: BTreeMap::new(), ..self.clone() };
        for facts in campaigns {
            let keys = facts.keys.used(facts.accounts);
            next.going.entry(facts.factory).or_default().push_back(keys);
        }
        let felt = felt(campaigns, sightings);
        next.give_up(campaigns, &felt, |factory, cited| self.gives_up(factory, cited));
        for (number, cited) in felt {
            let factory = campaigns[number].factory;
            next.cited.extend(cited.into_iter().map(|habit| (factory, habit)));
        }
        next
    }

    /// The same wave with other choices, where its campaigns (as its log lists
    /// them) would be seen so; none if no signature would be felt.
    pub fn rehearsed(&self, campaigns: &[CampaignFacts], sightings: &[Sighting]) -> Option<Self> {
        let felt = felt(campaigns, sightings);
        let mut other = self.clone();
        other.give_up(campaigns, &felt, |_, cited| cheapest(cited));
        (!felt.is_empty()).then_some(other)
    }

    /// Which of the habits that a signature cites its factory changes.
    fn gives_up(&self, factory: u32, cited: &BTreeSet<Habit>) -> BTreeSet<Habit> {
        let is_burnt = |habit: &Habit| self.cited.contains(&(factory, *habit));
        let burnt = cited.iter().copied().filter(is_burnt);
        burnt.chain(cheapest(cited)).collect()
    }

    /// Changes what `which` says of each factory and what was cited, once a
    /// factory, and makes anew what the campaigns concerned had used up.
    fn give_up(
        &mut self,
        campaigns: &[CampaignFacts],
        felt: &[Felt],
        which: impl Fn(u32, &BTreeSet<Habit>) -> BTreeSet<Habit>,
    ) {
        let mut changed = BTreeSet::new();
        let mut renewed = BTreeSet::new();
        for (number, cited) in felt {
            let factory = campaigns[*number].factory;
            let before = campaigns[..*number].iter().filter(|facts| facts.factory == factory);
            let place = before.count();
            for habit in which(factory, cited) {
                changed.insert((factory, habit));
                renewed.insert((factory, place, habit));
            }
        }
        changed.into_iter().for_each(|(factory, habit)| self.change(factory, habit));
        for (factory, place, habit) in renewed {
            let going = self.going.get_mut(&factory).and_then(|keys| keys.get_mut(place));
            if let Some(keys) = going {
                keys.renew(habit);
            }
        }
    }

    /// Another choice in this round, or the first one.
    fn change(&mut self, factory: u32, habit: Habit) {
        let round = self.number;
        let mut times = 1;
        for change in self.changes.iter_mut().filter(|c| (c.factory, c.habit) == (factory, habit)) {
            if change.round == round {
                change.tries += 1;
                return;
            }
            times += 1;
        }
        self.changes.push(Change { round, factory, habit, times, tries: 1 });
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

/// The place of a campaign in the list, and what one signature cites of it.
type Felt = (usize, BTreeSet<Habit>);

fn felt(campaigns: &[CampaignFacts], sightings: &[Sighting]) -> Vec<Felt> {
    let places: BTreeMap<u32, usize> =
        campaigns.iter().enumerate().map(|(place, facts)| (facts.campaign, place)).collect();
    let one = |sighting: &Sighting| {
        let place = *places.get(&sighting.campaign)?;
        let cited: BTreeSet<Habit> =
            sighting.kinds.iter().filter_map(|kind| Habit::of(kind)).collect();
        // Accounts made by hand have no kit to change.
        let counts = campaigns[place].level < LEVEL_MAX
            && is_felt(sighting.accounts, campaigns[place].accounts);
        (counts && !cited.is_empty()).then_some((place, cited))
    };
    sightings.iter().filter_map(one).collect()
}

/// The habits of the cheapest sort among these.
fn cheapest(cited: &BTreeSet<Habit>) -> BTreeSet<Habit> {
    let cost = cited.iter().map(|habit| habit.cost()).min();
    cited.iter().copied().filter(|habit| Some(habit.cost()) == cost).collect()
}

fn is_felt(accounts: u32, of: u32) -> bool {
    accounts >= FELT_ACCOUNTS_MIN && f64::from(accounts) >= FELT_SHARE_MIN * f64::from(of)
}
