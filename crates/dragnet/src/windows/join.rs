//! Campaigns of the whole log from the pieces of its windows: which pieces are one
//! campaign's is told by the sample, how many accounts it has and when by all of them.

use super::part::{self, Facts, Piece};
use super::sample::{Drawn, Row};
use crate::live::{Live, LiveCampaign};
use campaigns::parts;
use campaigns::{Campaign, Findings};
use dragnet::lake::DAY_MS;
use signals::Table;
use signals::table::account_hash;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// The rows of the sample as they were read: what the windows say of each.
pub(crate) struct Joined<'a> {
    facts: &'a [Facts],
    drawn: &'a Drawn,
    /// What was carried over from an earlier run stands before them.
    carried: Vec<parts::Piece>,
    carried_rows: usize,
    rows: Vec<Row>,
}

impl<'a> Joined<'a> {
    /// `table` is the sample as it was read: an account that signed up in two windows
    /// is there once.
    pub(crate) fn of(
        facts: &'a [Facts],
        drawn: &'a Drawn,
        table: &Table,
        live: Option<&Live>,
    ) -> Self {
        let (carried, accounts) = table.accounts().split_at(table.carried());
        let mut due = drawn.rows.iter();
        let rows = accounts.iter().filter_map(|account| due.find(|row| row.account == *account));
        let row_of: BTreeMap<u64, u32> = carried.iter().copied().zip(0..).collect();
        let piece = |campaign: &LiveCampaign| {
            let rows = campaign.kept.iter().filter_map(|account| row_of.get(account).copied());
            let mut rows: Vec<u32> = rows.collect();
            rows.sort_unstable();
            parts::Piece { kind: campaign.kind, rows }
        };
        let known = live.map(Live::campaigns).unwrap_or_default().iter().map(piece);
        Self {
            facts,
            drawn,
            carried: known.filter(|piece| !piece.rows.is_empty()).collect(),
            carried_rows: carried.len(),
            rows: rows.copied().collect(),
        }
    }

    /// What the windows say of the sample.
    pub(crate) fn sample(&self) -> parts::Sample {
        let mut rows: BTreeMap<(usize, u32), Vec<u32>> = BTreeMap::new();
        for (row, of) in (self.carried_rows as u32..).zip(&self.rows) {
            if let Some(piece) = of.piece {
                rows.entry(piece).or_default().push(row);
            }
        }
        let kind = |(window, piece): (usize, u32)| self.facts[window].pieces[piece as usize].kind;
        let pieces = rows.into_iter().map(|(of, rows)| parts::Piece { kind: kind(of), rows });
        let known = std::iter::repeat_n(RISK_OF_KNOWN, self.carried_rows);
        parts::Sample {
            risk: known.chain(self.rows.iter().map(|row| row.risk)).collect(),
            pieces: self.carried.iter().cloned().chain(pieces).collect(),
        }
    }

    /// Puts the figures of all windows in the place of the sample's, campaigns in
    /// their order by them.
    pub(crate) fn complete(&self, findings: &mut Findings) -> Listed<'a> {
        let mut campaign_of = self.campaigns(findings);
        let mut totals: BTreeMap<u32, Total> = BTreeMap::new();
        for ((window, piece), campaign) in &campaign_of {
            let piece = &self.facts[*window].pieces[*piece as usize];
            totals.entry(*campaign).or_default().add(piece);
        }
        let mut order: Vec<u32> = totals.keys().copied().collect();
        let campaigns = &mut findings.campaigns;
        for (index, total) in &totals {
            total.put_into(&mut campaigns[*index as usize]);
        }
        order.sort_by(|x, y| {
            first_shown(&campaigns[*x as usize], &campaigns[*y as usize]).then(x.cmp(y))
        });
        let place: BTreeMap<u32, u32> = (0..).zip(&order).map(|(new, old)| (*old, new)).collect();
        *campaigns = order.iter().map(|old| campaigns[*old as usize].clone()).collect();
        campaign_of.values_mut().for_each(|campaign| *campaign = place[campaign]);
        let of_rows = findings.campaign[self.carried_rows..].iter_mut();
        for (campaign, row) in of_rows.zip(&self.rows) {
            *campaign = row.piece.and_then(|piece| campaign_of.get(&piece).copied());
        }
        let hours = order.iter().filter_map(|old| Some(totals.remove(old)?.hours)).collect();
        Listed { drawn: self.drawn, campaign_of, hours }
    }

    /// The campaign of each window's pieces: that of most of its accounts.
    fn campaigns(&self, findings: &Findings) -> BTreeMap<(usize, u32), u32> {
        let mut votes: BTreeMap<(usize, u32), BTreeMap<u32, u32>> = BTreeMap::new();
        for (row, campaign) in self.rows.iter().zip(&findings.campaign[self.carried_rows..]) {
            if let (Some(piece), Some(campaign)) = (row.piece, campaign) {
                *votes.entry(piece).or_default().entry(*campaign).or_default() += 1;
            }
        }
        let most = |votes: BTreeMap<u32, u32>| {
            // Of equals the first, which is the riskier or larger.
            let most = votes.into_iter().rev().max_by_key(|(_, votes)| *votes);
            most.map(|(campaign, _)| campaign)
        };
        votes.into_iter().filter_map(|(piece, votes)| Some((piece, most(votes)?))).collect()
    }
}

/// What was found before was at risk then.
const RISK_OF_KNOWN: f32 = 1.0;

/// Factories first, riskiest first by the per cent that is shown, then largest.
fn first_shown(x: &Campaign, y: &Campaign) -> std::cmp::Ordering {
    let percent = |campaign: &Campaign| (campaign.risk * 100.0).round();
    (x.kind as u8)
        .cmp(&(y.kind as u8))
        .then(percent(y).total_cmp(&percent(x)))
        .then(y.accounts.cmp(&x.accounts))
}

/// The figures of a campaign over all windows.
#[derive(Default)]
struct Total {
    accounts: u64,
    risk: f64,
    times: Option<(i64, i64)>,
    /// By hour since the epoch.
    hours: BTreeMap<i64, u64>,
}

impl Total {
    fn add(&mut self, piece: &Piece) {
        self.accounts += piece.accounts;
        self.risk += piece.risk;
        let (first, last) = self.times.unwrap_or((piece.first_ms, piece.last_ms));
        self.times = Some((first.min(piece.first_ms), last.max(piece.last_ms)));
        for (hour, more) in &piece.hours {
            *self.hours.entry(*hour).or_default() += more;
        }
    }

    fn put_into(&self, campaign: &mut Campaign) {
        campaign.accounts = self.accounts;
        campaign.risk = self.risk / self.accounts.max(1) as f64;
        (campaign.first_ms, campaign.last_ms) = self.times.unwrap_or_default();
        campaign.hours = [0; 24];
        let mut days: BTreeMap<i64, u64> = BTreeMap::new();
        for (hour, accounts) in &self.hours {
            campaign.hours[hour.rem_euclid(24) as usize] += accounts;
            *days.entry(hour.div_euclid(24) * DAY_MS).or_default() += accounts;
        }
        campaign.days = days.into_iter().collect();
    }
}

/// Which campaign every account of every window is in.
pub(crate) struct Listed<'a> {
    drawn: &'a Drawn,
    campaign_of: BTreeMap<(usize, u32), u32>,
    /// Accounts of each campaign by hour since the epoch.
    pub(crate) hours: Vec<BTreeMap<i64, u64>>,
}

impl Listed<'_> {
    /// Visits the accounts that the windows list beyond the sample: their id, risk and
    /// the index of their campaign.
    pub(crate) fn rest(
        &self,
        dirs: &[PathBuf],
        mut visit: impl FnMut(&str, f32, Option<u32>) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        for (window, dir) in dirs.iter().enumerate() {
            part::listed(dir, |account| {
                let is_in = |piece| self.drawn.has(window, piece, account_hash(&account.id));
                if account.is_sampled && account.piece.is_none_or(is_in) {
                    return Ok(());
                }
                let of = |piece| self.campaign_of.get(&(window, piece)).copied();
                visit(&account.id, account.risk, account.piece.and_then(of))
            })?;
        }
        Ok(())
    }
}
