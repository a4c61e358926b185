//! What became of the accounts of a log: the harm they did, and what the platform
//! found out about a few. Drawn from streams of its own, so that the log and its
//! truth are the same with and without it.

use crate::calendar::{DAY, write_rfc3339};
use crate::dice::{Dice, hash_text};
use crate::log::{Log, Page};
use crate::row::Truth;
use std::io::{self, Write};

/// Kinds of harm; a factory's buyers have one that they do most.
const KINDS: [&str; 6] =
    ["abuse_report", "spam_complaint", "phishing", "chargeback", "ddos", "fake_reviews"];

/// Reports that are about nobody's fault: somebody was angry, or mistaken.
const FALSE_REPORTS: f64 = 0.002;

/// Share of all accounts that somebody looked into.
const LABELLED: f64 = 0.01;

/// The harm and the labels of a log's accounts, account by account.
pub struct Aftermath {
    seed: u64,
}

impl Aftermath {
    /// Of a log's accounts.
    pub fn of(log: &Log) -> Self {
        Self { seed: log.world().seed }
    }

    /// Writes the names of the columns.
    ///
    /// # Errors
    /// A writer refused.
    pub fn headers(harm: &mut impl Write, labels: &mut impl Write) -> io::Result<()> {
        writeln!(harm, "account_id,kind,timestamp,amount")?;
        writeln!(labels, "account_id,kind,seller,timestamp")
    }

    /// Writes what became of a page's accounts.
    ///
    /// # Errors
    /// A writer refused.
    pub fn page(
        &self,
        page: &Page,
        harm: &mut impl Write,
        labels: &mut impl Write,
    ) -> io::Result<()> {
        for (row, truth) in page.rows.iter().zip(&page.truth) {
            let account = hash_text(&row.account_id);
            let later = &mut Dice::new(&[self.seed, 131, account]);
            self.harm(later, truth, row.time_ms, harm)?;
            self.label(&mut Dice::new(&[self.seed, 132, account]), truth, row.time_ms, labels)?;
        }
        Ok(())
    }

    fn harm(
        &self,
        dice: &mut Dice,
        truth: &Truth,
        time_ms: i64,
        out: &mut impl Write,
    ) -> io::Result<()> {
        let (rate, main) = match truth.factory {
            None => (FALSE_REPORTS, 0),
            Some(factory) => {
                // Some factories' accounts lie in stock, others go to spammers at once.
                let customers = &mut Dice::new(&[self.seed, 133, u64::from(factory)]);
                (customers.between(0.01, 0.5), customers.below(KINDS.len() as u64) as usize)
            }
        };
        if !dice.chance(rate) {
            return Ok(());
        }
        let events = if truth.is_fraud() { 1 + dice.skewed(4, 2.0) } else { 1 };
        for _ in 0..events {
            let kind = if dice.chance(0.75) { KINDS[main] } else { *dice.pick(&KINDS[..3]) };
            write!(out, "{},{kind},", truth.account_id)?;
            stamp(out, time_ms + dice.exponential(5.0 * DAY as f64) as i64)?;
            match kind {
                "chargeback" => writeln!(out, ",{:.2}", dice.log_normal(40.0, 0.8))?,
                _ => writeln!(out, ",")?,
            }
        }
        Ok(())
    }

    fn label(
        &self,
        dice: &mut Dice,
        truth: &Truth,
        time_ms: i64,
        out: &mut impl Write,
    ) -> io::Result<()> {
        if !dice.chance(LABELLED) {
            return Ok(());
        }
        let (kind, seller) = self.finding(dice, truth);
        write!(out, "{},{kind},{seller},", truth.account_id)?;
        let decided_ms = time_ms + dice.exponential(3.0 * DAY as f64) as i64;
        stamp(out, decided_ms)?;
        writeln!(out)?;
        // A person who is banned by mistake complains more often than not.
        if kind == "banned" && !truth.is_fraud() && dice.chance(0.6) {
            write!(out, "{},appealed,,", truth.account_id)?;
            stamp(out, decided_ms + DAY)?;
            writeln!(out)?;
        }
        Ok(())
    }

    /// What is found out about an account, right more often than not, and who
    /// sold it.
    fn finding(&self, dice: &mut Dice, truth: &Truth) -> (&'static str, String) {
        let Some(factory) = truth.factory else {
            return (if dice.chance(0.08) { "banned" } else { "good" }, String::new());
        };
        let sells = Dice::new(&[self.seed, 134, u64::from(factory)]).chance(0.4);
        match () {
            () if sells && dice.chance(0.3) => ("purchased", format!("f{factory:03}")),
            () if dice.chance(0.03) => ("good", String::new()),
            () => ("banned", String::new()),
        }
    }
}

fn stamp(out: &mut impl Write, time_ms: i64) -> io::Result<()> {
    let mut text = Vec::new();
    write_rfc3339(time_ms, &mut text);
    out.write_all(&text)
}
