//! The log of a world: its sign-ups in time order with the truth about them,
//! page by page. Pages are drawn on all threads and handed out in order.

use crate::census::Census;
use crate::dice::{Dice, hash, hash_text};
use crate::factories::CampaignFacts;
use crate::plan::{Mark, Plan, Slot};
use crate::row::{self, Row, Truth};
use crate::wave::{Wave, WaveFacts};
use crate::world::{World, WorldError};
use rayon::prelude::*;
use std::collections::HashSet;

/// Rows to a page: large enough to keep threads busy, small enough for caches.
const PAGE_ROWS: usize = 4_096;
/// Pages drawn at a time: bounds memory at some 60 MB.
const PAGES_AT_ONCE: usize = 8;

/// A world drawn and ready to be read.
pub struct Log {
    world: World,
    wave: Wave,
    plan: Plan,
}

/// Some rows in time order and the truth about each.
pub struct Page {
    /// Sign-ups.
    pub rows: Vec<Row>,
    /// The truth, row by row.
    pub truth: Vec<Truth>,
}

impl Log {
    /// Draws the world: who signs up when. Rows follow with [`Log::pages`].
    ///
    /// # Errors
    /// The request cannot be met; the error says which part.
    pub fn draw(world: &World) -> Result<Self, WorldError> {
        Self::draw_wave(world, &Wave::default())
    }

    /// Draws a later wave of the world.
    ///
    /// # Errors
    /// The request cannot be met; the error says which part.
    pub fn draw_wave(world: &World, wave: &Wave) -> Result<Self, WorldError> {
        let plan = Plan::draw(world, wave)?;
        Ok(Self { world: world.clone(), wave: wave.clone(), plan })
    }

    /// What is told of the wave, if it is not the first.
    pub fn wave(&self) -> Option<WaveFacts> {
        self.wave.facts()
    }

    /// The request.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// First moment of the log and the moment after its last, milliseconds.
    pub fn span_ms(&self) -> (i64, i64) {
        (self.plan.platform.calendar.start_ms, self.plan.platform.calendar.end_ms())
    }

    /// The campaigns, as the description of the world lists them.
    pub fn campaigns(&self) -> &[CampaignFacts] {
        &self.plan.campaigns
    }

    /// The networks that occur: (number, kind), in order, each once.
    pub fn network_kinds() -> Vec<(u32, &'static str)> {
        let networks = &crate::atlas::Atlas::get().networks;
        let mut kinds: Vec<_> =
            networks.iter().map(|network| (network.asn, network.kind.word())).collect();
        kinds.sort_unstable();
        kinds.dedup();
        kinds
    }

    /// Counts by level and crowd.
    pub fn census(&self) -> Census {
        Census::of(self.plan.sources.iter().map(|source| (source.mark(), u64::from(source.size()))))
    }

    /// All pages in time order.
    pub fn pages(&self) -> impl Iterator<Item = Page> + '_ {
        let mut taken = Taken::default();
        self.plan.slots.chunks(PAGE_ROWS * PAGES_AT_ONCE).flat_map(move |slots| {
            let mut pages: Vec<Page> =
                slots.par_chunks(PAGE_ROWS).map(|slots| self.page(slots)).collect();
            for page in &mut pages {
                page.rows.iter_mut().for_each(|row| taken.settle(row));
            }
            pages
        })
    }

    /// What factories made, in time order and alone: a handle that a person had
    /// taken before is given out, so that a few differ from the whole log's.
    pub fn fraud(&self) -> Page {
        let is_fraud = |slot: &&Slot| {
            let mark = self.plan.sources[slot.source as usize].mark();
            matches!(mark, Mark::Campaign { .. })
        };
        let slots: Vec<Slot> = self.plan.slots.iter().filter(is_fraud).copied().collect();
        let (rows, truth) = slots.par_iter().map(|slot| self.row(slot)).unzip();
        let mut page = Page { rows, truth };
        let mut taken = Taken::default();
        page.rows.iter_mut().for_each(|row| taken.settle(row));
        page
    }

    fn page(&self, slots: &[Slot]) -> Page {
        let (rows, truth) = slots.iter().map(|slot| self.row(slot)).unzip();
        Page { rows, truth }
    }

    fn row(&self, slot: &Slot) -> (Row, Truth) {
        let p = &self.plan.platform;
        let source = &self.plan.sources[slot.source as usize];
        let dice = &mut Dice::new(&[p.people, 82, u64::from(slot.source), u64::from(slot.member)]);
        let draft = source.draft(p, dice, slot.member, slot.time_ms);
        let key = (u64::from(slot.source) << 32) | u64::from(slot.member);
        let row = row::write(p, dice, key, slot.time_ms, draft);
        let truth = truth(source.mark(), &row);
        (row, truth)
    }
}

fn truth(mark: Mark, row: &Row) -> Truth {
    let account_id = row.account_id.clone();
    let real = Truth { account_id, campaign: None, factory: None, level: None, crowd: None };
    match mark {
        Mark::Ordinary => real,
        Mark::Crowd(name) => Truth { crowd: Some(name), ..real },
        Mark::Campaign { campaign, factory, level } => {
            Truth { campaign: Some(campaign), factory: Some(factory), level: Some(level), ..real }
        }
    }
}

/// Handles and mail addresses in use: the platform takes each once, and whoever
/// comes later adds something, whether person or script.
#[derive(Default)]
struct Taken {
    handles: HashSet<u64>,
    mail: HashSet<u64>,
}

impl Taken {
    fn settle(&mut self, row: &mut Row) {
        let dice = &mut Dice::new(&[hash_text(&row.account_id), 121]);
        while !self.handles.insert(hash_text(&row.username)) {
            let digits = 1 + dice.skewed(4, 1.2) as usize;
            dice.digits(digits, &mut row.username);
        }
        let Some(email) = &mut row.email else { return };
        while !self.mail.insert(hash(&[hash_text(email)])) {
            let at = email.find('@').unwrap_or(email.len());
            let mut more = String::new();
            let digits = 1 + dice.skewed(3, 1.2) as usize;
            dice.digits(digits, &mut more);
            email.insert_str(at, &more);
        }
    }
}
