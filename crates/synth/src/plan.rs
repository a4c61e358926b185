//! Who signs up when: every source of sign-ups. The slots in time order and the
//! rows are drawn from it later, window by window and page by page.

use crate::crowds;
use crate::dice::Dice;
use crate::factories::{self, CampaignFacts};
use crate::person::Draft;
use crate::platform::Platform;
use crate::wave::Wave;
use crate::world::{World, WorldError};

/// Something that makes sign-ups: ordinary people, a crowd, a campaign. Each
/// member is drawn alone, from its own stream.
pub(crate) trait Source: Send + Sync {
    fn size(&self) -> u32;
    fn mark(&self) -> Mark;
    /// When a member signs up.
    fn moment(&self, p: &Platform, dice: &mut Dice, member: u32) -> i64;
    /// What a member shows.
    fn draft(&self, p: &Platform, dice: &mut Dice, member: u32, time_ms: i64) -> Draft;
    /// What a campaign could hide in here.
    fn cover(&self) -> Option<Cover> {
        None
    }
}

/// The truth about a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    Ordinary,
    Crowd(&'static str),
    Campaign { campaign: u32, factory: u32, level: u8 },
}

impl Mark {
    pub(crate) fn crowd(name: &'static str) -> Self {
        Self::Crowd(name)
    }
}

/// A benign crowd that a campaign hides in on purpose.
#[derive(Clone)]
pub(crate) enum Cover {
    Viral { country: usize, start_ms: i64, length_ms: i64, referrer: String },
    Carrier { country: usize, network: usize, first: u32, egress: u32 },
}

impl Cover {
    pub(crate) fn country(&self) -> usize {
        match self {
            Self::Viral { country, .. } | Self::Carrier { country, .. } => *country,
        }
    }

    pub(crate) fn word(&self) -> &'static str {
        match self {
            Self::Viral { .. } => "viral_day",
            Self::Carrier { .. } => "mobile_cgnat",
        }
    }
}

/// The country of a member of a source that spans the platform.
pub(crate) fn member_country(p: &Platform, key: u64, member: u32) -> usize {
    p.country(&mut Dice::new(&[p.people, 83, key, u64::from(member)]))
}

/// Everyone who belongs to nothing.
struct Ordinary {
    size: u32,
}

const ORDINARY_KEY: u64 = 1;

impl Source for Ordinary {
    fn size(&self) -> u32 {
        self.size
    }

    fn mark(&self) -> Mark {
        Mark::Ordinary
    }

    fn moment(&self, p: &Platform, dice: &mut Dice, member: u32) -> i64 {
        p.calendar.moment(dice, member_country(p, ORDINARY_KEY, member))
    }

    fn draft(&self, p: &Platform, dice: &mut Dice, member: u32, time_ms: i64) -> Draft {
        Draft::honest(p, dice, member_country(p, ORDINARY_KEY, member), time_ms)
    }
}

/// A world ready to be written.
pub(crate) struct Plan {
    pub(crate) platform: Platform,
    pub(crate) sources: Vec<Box<dyn Source>>,
    /// By source: how many sign-ups the ones before it make.
    pub(crate) firsts: Vec<u32>,
    pub(crate) campaigns: Vec<CampaignFacts>,
}

impl Plan {
    pub(crate) fn draw(world: &World, wave: &Wave) -> Result<Self, WorldError> {
        world.check()?;
        wave.check(world)?;
        let platform = Platform::draw(world, wave.number());
        let fraud = (world.rows as f64 * world.fraud + 0.5) as u64;
        let crowds = crowds::plan(&platform, world, world.rows - fraud);
        let covers: Vec<Cover> = crowds.iter().filter_map(|crowd| crowd.cover()).collect();
        let (factories, campaigns) = factories::plan(&platform, world, wave, fraud, &covers);
        let taken: u64 = crowds.iter().map(|crowd| u64::from(crowd.size())).sum();
        let ordinary = Ordinary { size: (world.rows - fraud - taken) as u32 };
        let mut sources: Vec<Box<dyn Source>> = vec![Box::new(ordinary)];
        sources.extend(crowds);
        sources.extend(factories);
        let firsts = sources.iter().scan(0, |sum, source| {
            let first = *sum;
            *sum += source.size();
            Some(first)
        });
        let firsts = firsts.collect();
        Ok(Self { platform, sources, firsts, campaigns })
    }

    /// The source of a sign-up by its number among all, and its place there.
    pub(crate) fn member(&self, number: u32) -> (usize, u32) {
        let source = self.firsts.partition_point(|&first| first <= number) - 1;
        (source, number - self.firsts[source])
    }

    /// When it happens.
    pub(crate) fn moment(&self, source: usize, member: u32) -> i64 {
        let p = &self.platform;
        let dice = &mut Dice::new(&[p.people, 81, source as u64, u64::from(member)]);
        self.sources[source].moment(p, dice, member)
    }
}
