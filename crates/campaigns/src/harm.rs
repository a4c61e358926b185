//! What a campaign's accounts did after they were opened, beside what accounts
//! in no campaign did. Harm is an outcome: it never enters the risk, or a
//! detector would be marking its own homework.

use crate::finding::{Findings, Kind};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The harm that a campaign did.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Harm {
    /// Harmful events by kind.
    pub by_kind: BTreeMap<String, u64>,
    /// Accounts with any.
    pub accounts: u64,
    /// These per 1,000 accounts of the campaign.
    pub per_thousand: f64,
    /// The rate over that of accounts in no campaign; none where neither has any.
    pub lift: Option<Lift>,
    /// The amounts of all events, added up; none where no event has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<f64>,
}

/// How many times as often as elsewhere, with a 90 % interval. What has no upper
/// end, because nothing happened elsewhere, is none.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Lift {
    /// The ratio of the rates.
    pub ratio: Option<f64>,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: Option<f64>,
}

/// One harmful event of a sign-up of the log.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Event {
    /// The sign-up's row.
    pub row: u32,
    /// Index into the names of kinds.
    pub kind: u16,
    /// Its amount, where it has one.
    pub amount: Option<f64>,
}

/// Where the harm was done.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// Harmful events of accounts in the log.
    pub events: u64,
    /// By kind.
    pub by_kind: BTreeMap<String, u64>,
    /// Accounts of the log with any.
    pub accounts: u64,
    /// These that are in a campaign.
    pub accounts_in_campaigns: u64,
    /// These that are in a group shown as an organisation.
    pub accounts_in_organisations: u64,
}

/// Accounts, and how many of them did harm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// With any harm.
    pub harmful: u64,
    /// In all.
    pub accounts: u64,
}

/// Joins harm to campaigns: every campaign gets its [`Harm`], an empty one where
/// nothing is known of its accounts. `kinds` are the names that events cite.
pub fn join(findings: &mut Findings, events: &[Event], kinds: &[String]) -> Done {
    let mut harms = vec![Harm::default(); findings.campaigns.len()];
    let mut done = Done { events: events.len() as u64, ..Done::default() };
    for event in events {
        let kind = &kinds[usize::from(event.kind)];
        *done.by_kind.entry(kind.clone()).or_default() += 1;
        if let Some(campaign) = findings.campaign[event.row as usize] {
            let harm = &mut harms[campaign as usize];
            *harm.by_kind.entry(kind.clone()).or_default() += 1;
            if let Some(amount) = event.amount {
                harm.amount = Some(harm.amount.unwrap_or(0.0) + amount);
            }
        }
    }
    count_accounts(findings, events, &mut harms, &mut done);
    let of = |kind: Kind| move |c: &&crate::Campaign| c.kind == kind;
    let members: u64 =
        findings.campaigns.iter().filter(of(Kind::Factory)).map(|c| c.accounts).sum();
    let outside = Rate {
        harmful: done.accounts - done.accounts_in_campaigns,
        accounts: (findings.campaign.len() as u64).saturating_sub(members),
    };
    for (campaign, mut harm) in findings.campaigns.iter_mut().zip(harms) {
        harm.per_thousand = 1000.0 * harm.accounts as f64 / campaign.accounts.max(1) as f64;
        let inside = Rate { harmful: harm.accounts, accounts: campaign.accounts };
        harm.lift = lift(inside, outside);
        campaign.harm = Some(harm);
    }
    done
}

fn count_accounts(findings: &Findings, events: &[Event], harms: &mut [Harm], done: &mut Done) {
    let mut rows: Vec<u32> = events.iter().map(|event| event.row).collect();
    rows.sort_unstable();
    rows.dedup();
    done.accounts = rows.len() as u64;
    for campaign in rows.iter().filter_map(|row| findings.campaign[*row as usize]) {
        harms[campaign as usize].accounts += 1;
        match findings.campaigns[campaign as usize].kind {
            Kind::Factory => done.accounts_in_campaigns += 1,
            Kind::Organisation => done.accounts_in_organisations += 1,
        }
    }
}

/// Two-sided 90 %.
const Z: f64 = 1.644_853_626_951_472_2;

/// The rate `inside` over the rate `outside`. Given how many harmful accounts
/// there are in all, the number of those inside is binomial (Przyborowski and
/// Wilenski 1940, for Poisson counts), and the interval is Wilson's (1927) for its
/// share, turned into a ratio of rates. It holds for small counts and for none;
/// where most accounts do harm it is wider than it need be.
pub fn lift(inside: Rate, outside: Rate) -> Option<Lift> {
    let harmful = (inside.harmful + outside.harmful) as f64;
    if harmful == 0.0 || inside.accounts == 0 || outside.accounts == 0 {
        return None;
    }
    let share = inside.harmful as f64 / harmful;
    let middle = share + Z * Z / (2.0 * harmful);
    let half = Z * (share * (1.0 - share) / harmful + Z * Z / (4.0 * harmful * harmful)).sqrt();
    let scale = 1.0 + Z * Z / harmful;
    let exposure = outside.accounts as f64 / inside.accounts as f64;
    let ratio = |share: f64| share / (1.0 - share) * exposure;
    let some = outside.harmful > 0;
    Some(Lift {
        ratio: some.then(|| ratio(share)),
        low: if inside.harmful == 0 { 0.0 } else { ratio((middle - half) / scale) },
        high: some.then(|| ratio((middle + half) / scale)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(harmful: u64, accounts: u64) -> Rate {
        Rate { harmful, accounts }
    }

    #[test]
    fn a_lift_has_its_ends() {
        let lift = |a, b| lift(a, b).map(|l| (l.ratio, l.low, l.high));
        let (ratio, low, high) = lift(of(40, 400), of(100, 100_000)).unwrap_or_default();
        assert_eq!(ratio.map(f64::round), Some(100.0));
        assert!((70.0..80.0).contains(&low), "{low}");
        assert!(high.is_some_and(|high| (125.0..140.0).contains(&high)), "{high:?}");
        // Nothing elsewhere: no upper end; nothing here: from nought.
        let (ratio, low, high) = lift(of(5, 100), of(0, 1_000)).unwrap_or_default();
        assert!(ratio.is_none() && high.is_none() && low > 10.0, "{low}");
        let (ratio, low, high) = lift(of(0, 100), of(50, 1_000)).unwrap_or_default();
        assert!(ratio == Some(0.0) && low == 0.0 && high.is_some_and(|high| high < 1.5));
        assert_eq!(lift(of(0, 100), of(0, 1_000)), None);
        assert_eq!(lift(of(3, 100), of(0, 0)), None);
    }

    /// P(X = k) for a Poisson count.
    fn poisson(k: u64, mean: f64) -> f64 {
        (k as f64 * mean.ln() - mean - libm::lgamma(k as f64 + 1.0)).exp()
    }

    #[test]
    fn the_interval_holds_the_truth_nine_times_in_ten() {
        for (inside, outside, truth) in [(3.0, 30.0, 5.0), (12.0, 40.0, 20.0), (30.0, 9.0, 2.0)] {
            // Exposures that make the ratio of the means the truth.
            let accounts = 100_000;
            let of_ours = (accounts as f64 * inside / outside / truth) as u64;
            let mut held = 0.0;
            for (a, b) in (0..90).flat_map(|a| (0..90).map(move |b| (a, b))) {
                let found = lift(of(a, of_ours), of(b, accounts));
                let holds =
                    found.is_none_or(|l| l.low <= truth && l.high.is_none_or(|h| truth <= h));
                held += if holds { poisson(a, inside) * poisson(b, outside) } else { 0.0 };
            }
            assert!((0.87..0.96).contains(&held), "{inside} {outside}: {held}");
        }
    }
}
