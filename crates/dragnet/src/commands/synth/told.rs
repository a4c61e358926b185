//! What is said of a world once it is written: counts, and of a later wave what
//! its factories changed and what the published signatures still find.

use super::against::Blocklist;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::time::Duration;
use synth::{Census, Cost, Habit, Log, Wave, World};

/// Counts of a world, and of its wave if it is a later one.
#[derive(Serialize)]
pub(super) struct Told {
    #[serde(flatten)]
    census: Census,
    #[serde(skip_serializing_if = "Option::is_none")]
    wave: Option<Later>,
}

/// Counts of a later wave.
#[derive(Serialize)]
struct Later {
    number: u32,
    /// Factories that changed anything for this wave.
    factories_changed: usize,
    changes: Vec<Changed>,
    published: Blocklist,
}

/// How many factories changed one habit in one round.
#[derive(Serialize)]
struct Changed {
    round: u32,
    habit: Habit,
    cost: Cost,
    factories: usize,
}

impl Told {
    pub(super) fn of(log: &Log, wave: &Wave, published: Blocklist) -> Self {
        let later = (wave.number() > 0).then(|| Later::of(wave, published));
        Self { census: log.census(), wave: later }
    }

    pub(super) fn head(
        &self,
        out: &mut impl Write,
        world: &World,
        elapsed: Duration,
    ) -> io::Result<()> {
        let seconds = elapsed.as_secs_f64().max(0.001);
        let rate = self.census.rows as f64 / seconds;
        writeln!(
            out,
            "{} sign-ups over {} days, seed {}, in {seconds:.1} s ({rate:.0} rows/s)",
            self.census.rows, world.days, world.seed
        )
    }

    pub(super) fn counts(&self, out: &mut impl Write) -> io::Result<()> {
        let census = &self.census;
        let share = percent(census.fraud, census.rows);
        writeln!(
            out,
            "fraud {} ({share:.2} %): {} campaigns of {} factories",
            census.fraud, census.campaigns, census.factories
        )?;
        for (level, count) in &census.by_level {
            let campaigns = census.campaigns_by_level.get(level).copied().unwrap_or(0);
            writeln!(out, "  level {level:<14} {count:>9}  in {campaigns} campaigns")?;
        }
        writeln!(out, "real {}", census.rows - census.fraud)?;
        writeln!(out, "  {:<20} {:>9}", "ordinary", census.ordinary)?;
        for (crowd, count) in &census.by_crowd {
            writeln!(out, "  {crowd:<20} {count:>9}")?;
        }
        self.wave.as_ref().map_or(Ok(()), |later| later.print(out, census))
    }
}

impl Later {
    fn of(wave: &Wave, published: Blocklist) -> Self {
        let mut factories: BTreeMap<(u32, Habit), usize> = BTreeMap::new();
        for change in wave.changes() {
            *factories.entry((change.round, change.habit)).or_default() += 1;
        }
        let last = wave.changes().iter().filter(|change| change.round == wave.number());
        let changed: BTreeSet<u32> = last.map(|change| change.factory).collect();
        let changes = factories.into_iter().map(|((round, habit), factories)| Changed {
            round,
            habit,
            cost: habit.cost(),
            factories,
        });
        Self {
            number: wave.number(),
            factories_changed: changed.len(),
            changes: changes.collect(),
            published,
        }
    }

    fn print(&self, out: &mut impl Write, census: &Census) -> io::Result<()> {
        let published = &self.published;
        writeln!(
            out,
            "wave {}, against {} published signatures",
            self.number, published.signatures
        )?;
        writeln!(
            out,
            "  they still match {} of {} fraudulent sign-ups ({:.2} %) and {} real ones",
            published.fraud_matched,
            census.fraud,
            percent(published.fraud_matched, census.fraud),
            published.real_matched
        )?;
        let all = census.factories;
        writeln!(out, "  {} of {all} factories changed something for it", self.factories_changed)?;
        if self.changes.is_empty() {
            return Ok(());
        }
        write!(out, "  {:<18} {:<6}", "factories changed", "cost")?;
        (1..=self.number).try_for_each(|round| write!(out, " {:>8}", format!("round {round}")))?;
        writeln!(out)?;
        Habit::all().try_for_each(|habit| self.line(out, habit))
    }

    /// One habit's line of the table, if anybody changed it.
    fn line(&self, out: &mut impl Write, habit: Habit) -> io::Result<()> {
        let of = |round: u32| {
            let mut changes = self.changes.iter();
            changes.find(|c| c.round == round && c.habit == habit).map_or(0, |c| c.factories)
        };
        let counts: Vec<usize> = (1..=self.number).map(of).collect();
        if counts.iter().all(|count| *count == 0) {
            return Ok(());
        }
        write!(out, "    {:<16} {:<6}", habit.words(), habit.cost().word())?;
        counts.iter().try_for_each(|count| write!(out, " {count:>8}"))?;
        writeln!(out)
    }
}

fn percent(part: u64, whole: u64) -> f64 {
    100.0 * part as f64 / whole.max(1) as f64
}
