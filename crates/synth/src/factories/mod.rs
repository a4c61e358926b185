//! Account factories: actors with a kit, on a ladder of evasion, whose campaigns
//! have heavy-tailed sizes. For files only: nothing here reaches a network.

mod campaign;
mod change;
mod grammar;
mod habit;
mod keys;
mod kit;
mod ladder;
mod rhythm;

use crate::dice::Dice;
use crate::plan::{Cover, Source};
use crate::platform::Platform;
use crate::wave::Wave;
use crate::world::World;
use campaign::Campaign;
pub use change::Change;
pub use habit::{Cost, Habit};
pub(crate) use keys::Keys;
use kit::Kit;
use rhythm::Rhythm;
use serde::Serialize;
use std::sync::Arc;

/// The smallest campaign; below it there is nothing to sell.
const CAMPAIGN_LEAST: f64 = 5.0;
/// A factory whose orders are large makes so much of a level's accounts at least
/// in one campaign.
const ORDER_MOST: f64 = 0.03;
/// The largest campaign, as a share of all sign-ups.
const CAMPAIGN_MOST: f64 = 0.05;

/// What the description of a world says of a campaign.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CampaignFacts {
    /// Number of the campaign.
    pub campaign: u32,
    /// Number of the factory behind it.
    pub factory: u32,
    /// Level of evasion.
    pub level: u8,
    /// Accounts.
    pub accounts: u32,
    /// Planned begin, milliseconds since the Unix epoch.
    pub start_ms: i64,
    /// Planned length in days.
    pub days: f64,
    /// Names of the services used and the habits of the kit.
    pub tools: Vec<String>,
    /// What it uses up.
    #[serde(skip)]
    pub(crate) keys: Keys,
}

/// One actor: a level, a kit, a shift, and the smallest order that it takes.
struct Factory {
    number: u32,
    level: u8,
    kit: Arc<Kit>,
    order_least: f64,
}

/// Campaigns and what the description says of them.
pub(crate) type Plan = (Vec<Box<dyn Source>>, Vec<CampaignFacts>);

/// All campaigns of a world: the same number of accounts at every level.
pub(crate) fn plan(p: &Platform, world: &World, wave: &Wave, rows: u64, covers: &[Cover]) -> Plan {
    let mut levels = world.levels.clone();
    levels.sort_unstable();
    levels.dedup();
    let wave = wave.clone();
    let mut planner =
        Planner { p, wave, covers, factories: 0, campaigns: 0, plan: (Vec::new(), Vec::new()) };
    for (index, &level) in levels.iter().enumerate() {
        let count = levels.len() as u64;
        let budget = rows / count + u64::from((index as u64) < rows % count);
        planner.level(level, budget);
    }
    planner.plan
}

struct Planner<'a> {
    p: &'a Platform,
    wave: Wave,
    covers: &'a [Cover],
    factories: u32,
    campaigns: u32,
    plan: Plan,
}

impl Planner<'_> {
    fn level(&mut self, level: u8, budget: u64) {
        let dice = &mut Dice::new(&[self.p.seed, 101, u64::from(level)]);
        let mut factories = self.found(dice, level, budget);
        if self.wave.number() > 0 {
            // The same factories with what they changed, and new work.
            factories.iter_mut().for_each(|factory| self.change(factory));
            *dice = Dice::new(&[self.p.people, 101, u64::from(level)]);
        }
        let alpha = dice.between(0.7, 1.05);
        let (rows, level_rows) = (self.p.rows / self.p.breadth, budget as f64 / self.p.breadth);
        let most = (rows * CAMPAIGN_MOST).min(level_rows * 0.6).max(CAMPAIGN_LEAST);
        let mut rest = budget;
        while rest > 0 {
            let factory = dice.popular(&factories);
            let size = (dice.pareto(factory.order_least, alpha).min(most) as u64).min(rest);
            // No campaign of two: what is left goes with the last one.
            let size = if rest - size < CAMPAIGN_LEAST as u64 { rest } else { size };
            rest -= size;
            self.campaign(dice, factory, size as u32);
        }
    }

    /// Everything that the factory changed before this wave.
    fn change(&self, factory: &mut Factory) {
        for change in self.wave.changes_of(factory.number) {
            change.apply(self.p, factory.level, Arc::make_mut(&mut factory.kit));
        }
    }

    fn found(&mut self, dice: &mut Dice, level: u8, budget: u64) -> Vec<Factory> {
        let rows = budget as f64 / self.p.breadth;
        let count = (libm::sqrt(rows / 500.0) as u32 + 2).min(60);
        (0..(f64::from(count) * self.p.breadth) as u32)
            .map(|_| {
                self.factories += 1;
                let kit = Arc::new(ladder::kit(self.p, dice, level));
                // Some sell by the dozen as orders come, some work at one thing for weeks.
                let largest = (rows * ORDER_MOST).max(CAMPAIGN_LEAST);
                let orders = dice.between(libm::log(CAMPAIGN_LEAST), libm::log(largest));
                Factory { number: self.factories, level, kit, order_least: libm::exp(orders) }
            })
            .collect()
    }

    fn campaign(&mut self, dice: &mut Dice, factory: &Factory, size: u32) {
        self.campaigns += 1;
        let level = factory.level;
        // Some operations try new tools; most keep what works.
        let kit = if dice.chance(0.12) {
            Arc::new(ladder::variant(self.p, dice, level, &factory.kit))
        } else {
            Arc::clone(&factory.kit)
        };
        let hides = (2..=4).contains(&level) && !self.covers.is_empty() && dice.chance(0.08);
        let cover = hides.then(|| dice.pick(self.covers).clone());
        let rhythm = Rhythm::draw(self.p, dice, level, size, kit.shift_start_ms, cover.as_ref());
        let fresh = Keys::new(dice.bits());
        let keys = self.wave.go_on(factory.number).unwrap_or(fresh);
        let facts = CampaignFacts {
            campaign: self.campaigns,
            factory: factory.number,
            level,
            accounts: size,
            start_ms: rhythm.start_ms,
            days: rhythm.length_ms as f64 / crate::calendar::DAY as f64,
            tools: kit.tools(self.p, cover.as_ref()),
            keys,
        };
        self.plan.1.push(facts);
        let number = self.campaigns;
        let campaign =
            Campaign { number, factory: factory.number, level, size, keys, kit, rhythm, cover };
        self.plan.0.push(Box::new(campaign));
    }
}
