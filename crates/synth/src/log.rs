//! The log of a world: its sign-ups in time order with the truth about them,
//! page by page. Pages are drawn on all threads and handed out in order.

use crate::calendar::DAY;
use crate::census::Census;
use crate::column::{Column, Columns};
use crate::dice::Dice;
use crate::factories::CampaignFacts;
use crate::id::Id;
use crate::plan::{Mark, Plan};
use crate::row::{self, Row, Truth};
use crate::slots::{self, Slot};
use crate::taken::{Claim, Taken};
use crate::wave::{Wave, WaveFacts};
use crate::world::{World, WorldError};
use rayon::prelude::*;
use std::ops::Range;

/// Rows to a page: large enough to keep threads busy, small enough for their caches.
const PAGE_ROWS: usize = 1_024;
/// Pages drawn at a time: a row group of Parquet, some 100 MB at most.
const PAGES_AT_ONCE: usize = 128;

/// A world drawn and ready to be read.
pub struct Log {
    world: World,
    wave: Wave,
    plan: Plan,
    ids: Ids,
    pub(crate) texts: Texts,
}

/// What becomes of the texts of a row once they are in a file's columns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Texts {
    /// They stay, for whoever looks at the rows as they are written.
    #[default]
    Kept,
    /// They go at once, on the thread that made them, which is quicker than to free
    /// another thread's memory. Ids, times, handles and mail addresses stay.
    Spent,
}

/// What the platform's ids of accounts look like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ids {
    /// Thirteen letters that say nothing.
    #[default]
    Random,
    /// `u000000001` and on, in order of time: hardly any bytes once compressed.
    Sequential,
}

/// Where batches of pages end.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cut {
    /// Where they are full.
    Full,
    /// There, and at each midnight (UTC).
    Day,
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
        Ok(Self {
            world: world.clone(),
            wave: wave.clone(),
            plan,
            ids: Ids::default(),
            texts: Texts::default(),
        })
    }

    /// The same with these columns alone: others are absent from its rows, and
    /// what remains is as it was.
    #[must_use]
    pub fn only(mut self, columns: Columns) -> Self {
        self.plan.platform.wanted = columns;
        self
    }

    /// The same with other ids of accounts.
    #[must_use]
    pub fn with_ids(self, ids: Ids) -> Self {
        Self { ids, ..self }
    }

    /// The same with other care for texts that are written.
    #[must_use]
    pub fn with_texts(self, texts: Texts) -> Self {
        Self { texts, ..self }
    }

    /// What its ids of accounts look like.
    pub fn ids(&self) -> Ids {
        self.ids
    }

    /// The columns that its rows have.
    pub fn columns(&self) -> Columns {
        self.plan.platform.wanted
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
        self.batches(Cut::Full, |_| ()).flatten().map(|(page, ())| page)
    }

    /// All pages in time order, some at a time; `prepare` is called with each on the
    /// thread that drew it, before handles and mail addresses are settled.
    pub(crate) fn batches<S: Send, F: Fn(&mut Page) -> S + Sync>(
        &self,
        cut: Cut,
        prepare: F,
    ) -> Batches<'_, F> {
        Batches {
            log: self,
            cut,
            prepare,
            windows: slots::windows(&self.plan, self.world.rows).into_iter(),
            window: 0..0,
            slots: Vec::new(),
            next: 0,
            taken: Taken::of(self.world.rows),
            written: 0,
        }
    }

    /// What factories made, in time order and alone: a handle that a person had
    /// taken before is given out, so that a few differ from the whole log's.
    pub fn fraud(&self) -> Page {
        let slots = slots::fraud(&self.plan);
        let rows: Vec<_> = slots.par_iter().map(|&(time_ms, n)| self.row(time_ms, n)).collect();
        let mut drawn = Drawn::of(rows);
        drawn.settle(&mut Taken::of(slots.len() as u64));
        drawn.page
    }

    fn row(&self, time_ms: i64, number: u32) -> (Row, Truth) {
        let p = &self.plan.platform;
        let (source, member) = self.plan.member(number);
        let dice = &mut Dice::new(&[p.people, 82, source as u64, u64::from(member)]);
        let drawn = &self.plan.sources[source];
        let draft = drawn.draft(p, dice, member, time_ms);
        let key = ((source as u64) << 32) | u64::from(member);
        let row = row::write(p, dice, key, time_ms, draft);
        let truth = truth(drawn.mark(), &row);
        (row, truth)
    }
}

/// Pages in time order, some at a time: drawn on all threads, handed out in order.
pub(crate) struct Batches<'a, F> {
    log: &'a Log,
    cut: Cut,
    prepare: F,
    windows: std::vec::IntoIter<Range<i64>>,
    window: Range<i64>,
    /// Of the window.
    slots: Vec<Slot>,
    next: usize,
    taken: Taken,
    /// Sign-ups handed out.
    written: u64,
}

impl<S: Send, F: Fn(&mut Page) -> S + Sync> Iterator for Batches<'_, F> {
    type Item = Vec<(Page, S)>;

    fn next(&mut self) -> Option<Vec<(Page, S)>> {
        while self.next == self.slots.len() {
            self.window = self.windows.next()?;
            // The last window's slots go before the next one's are drawn.
            self.slots = Vec::new();
            self.slots = slots::slots(&self.log.plan, &self.window, self.log.world.rows);
            self.next = 0;
        }
        let (log, begin_ms, prepare) = (self.log, self.window.start, &self.prepare);
        let slots = self.ahead();
        let draw = |slot: &Slot| log.row(slot.time_ms(begin_ms), slot.number());
        let mut batch: Vec<(Drawn, S)> = slots
            .par_chunks(PAGE_ROWS)
            .map(|slots| {
                let mut drawn = Drawn::of(slots.iter().map(draw));
                let prepared = prepare(&mut drawn.page);
                (drawn, prepared)
            })
            .collect();
        self.next += slots.len();
        let has_names = log.columns().has_any(&[Column::Email, Column::Username]);
        for (drawn, _) in &mut batch {
            if has_names {
                drawn.settle(&mut self.taken);
            }
            if log.ids == Ids::Sequential {
                self.written = drawn.page.count_up(self.written);
            }
        }
        Some(batch.into_iter().map(|(drawn, prepared)| (drawn.page, prepared)).collect())
    }
}

impl<F> Batches<'_, F> {
    /// The slots of the next batch.
    fn ahead(&self) -> &[Slot] {
        let rest = &self.slots[self.next..];
        let full = &rest[..rest.len().min(PAGE_ROWS * PAGES_AT_ONCE)];
        if self.cut == Cut::Full {
            return full;
        }
        let day = |slot: &Slot| slot.time_ms(self.window.start).div_euclid(DAY);
        let first = day(&full[0]);
        &full[..full.partition_point(|slot| day(slot) == first)]
    }
}

/// A page before its names are settled.
struct Drawn {
    page: Page,
    claims: Vec<Claim>,
}

impl Drawn {
    fn of(rows: impl IntoIterator<Item = (Row, Truth)>) -> Self {
        let (rows, truth): (Vec<Row>, Vec<Truth>) = rows.into_iter().unzip();
        let claims = rows.iter().map(Claim::of).collect();
        Self { page: Page { rows, truth }, claims }
    }

    fn settle(&mut self, taken: &mut Taken) {
        for (row, &claim) in self.page.rows.iter_mut().zip(&self.claims) {
            taken.settle(row, claim);
        }
    }
}

impl Page {
    /// Gives the accounts ids in order, after so many; how many there are then.
    fn count_up(&mut self, mut before: u64) -> u64 {
        for (row, truth) in self.rows.iter_mut().zip(&mut self.truth) {
            before += 1;
            row.account_id = Id::number(before);
            truth.account_id = row.account_id;
        }
        before
    }
}

fn truth(mark: Mark, row: &Row) -> Truth {
    let account_id = row.account_id;
    let real = Truth { account_id, campaign: None, factory: None, level: None, crowd: None };
    match mark {
        Mark::Ordinary => real,
        Mark::Crowd(name) => Truth { crowd: Some(name), ..real },
        Mark::Campaign { campaign, factory, level } => {
            Truth { campaign: Some(campaign), factory: Some(factory), level: Some(level), ..real }
        }
    }
}
