//! What a dry run tells, in figures.

use super::lane::Lane;
use super::tally::{ByTold, Changes, Counts, Of, OfCampaign, OneExample, STAGES, Tally};
use crate::config::Replay;
use dragnet::lake::day_name;
use jiff::Timestamp;
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;
use verdicts::{Policy, Verdict};

/// Countries that are shown: the largest.
const COUNTRIES_MAX: usize = 12;
/// A campaign of fewer accounts says little about how late it is recognised.
const CAMPAIGN_MIN: u64 = 100;

/// All that is told.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    pub(crate) policy: Named,
    pub(crate) log: LogTold,
    /// What is decided, by verdict.
    pub(crate) decided: Verdicts,
    /// What would have been answered: in shadow mode always `allow`.
    pub(crate) answered: Verdicts,
    pub(crate) rules: Vec<RuleTold>,
    pub(crate) days: Vec<DayTold>,
    /// How right it was, where it is known who is what.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) truth: Option<TruthTold>,
    /// Good people by crowd, where that is known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) crowds: Vec<Share>,
    /// Good people, or everyone where that is not known, by kind of network.
    pub(crate) networks: Vec<Share>,
    /// The same by country, only to see that none is treated otherwise than the others.
    pub(crate) countries: Vec<Share>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) against: Option<Against>,
}

/// A policy.
#[derive(Debug, Serialize)]
pub(crate) struct Named {
    pub(crate) name: String,
    pub(crate) revision: u64,
    pub(crate) fingerprint: String,
    pub(crate) mode: &'static str,
}

/// What was gone through.
#[derive(Debug, Serialize)]
pub(crate) struct LogTold {
    pub(crate) signups: u64,
    /// Sign-ups from before the time asked for, counted and scanned.
    pub(crate) before: u64,
    /// Events that were told before, and so were answered as before.
    pub(crate) repeated: u64,
    pub(crate) rejected: u64,
    #[serde(serialize_with = "instant")]
    pub(crate) first: Timestamp,
    #[serde(serialize_with = "instant")]
    pub(crate) last: Timestamp,
    /// 0 where nothing was to be scanned.
    pub(crate) scans: u64,
}

/// Sign-ups by verdict.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Verdicts {
    pub(crate) allow: u64,
    pub(crate) challenge: u64,
    pub(crate) review: u64,
    pub(crate) deny: u64,
}

/// A rule, and what came of it.
#[derive(Debug, Serialize)]
pub(crate) struct RuleTold {
    pub(crate) rule: String,
    pub(crate) level: &'static str,
    /// Whether it decides, or labels only.
    pub(crate) acts: bool,
    pub(crate) met: u64,
    pub(crate) decided: u64,
    /// Of those who met it, known fraud and known good people.
    pub(crate) met_fraud: u64,
    pub(crate) met_good: u64,
    pub(crate) examples: Vec<Example>,
}

/// A sign-up that met a rule.
#[derive(Debug, Serialize)]
pub(crate) struct Example {
    pub(crate) account: String,
    #[serde(serialize_with = "instant")]
    pub(crate) at: Timestamp,
    pub(crate) verdict: Verdict,
    /// What the other policy decides.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) before: Option<Verdict>,
    pub(crate) risk: f64,
    /// What is known of it.
    pub(crate) known: String,
    pub(crate) why: Vec<String>,
}

/// A day of UTC.
#[derive(Debug, Serialize)]
pub(crate) struct DayTold {
    pub(crate) day: String,
    #[serde(flatten)]
    pub(crate) decided: Verdicts,
    pub(crate) fraud: u64,
    pub(crate) fraud_stopped: u64,
    pub(crate) good: u64,
    pub(crate) good_stopped: u64,
}

/// How many of some were stopped, and how sure the share is (Wilson 1927, 95 %).
#[derive(Debug, Serialize)]
pub(crate) struct Share {
    pub(crate) name: String,
    pub(crate) signups: u64,
    pub(crate) stopped: u64,
    pub(crate) rate: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
}

/// How right it was: stopped is who was challenged or refused.
#[derive(Debug, Serialize)]
pub(crate) struct TruthTold {
    /// Of whom nothing is known.
    pub(crate) unknown: u64,
    /// Share of those stopped that are fraud, of those of whom something is known.
    pub(crate) precision: Option<f64>,
    pub(crate) fraud: Share,
    pub(crate) good: Share,
    /// Where campaigns are known: those that began in this time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) campaigns: Option<CampaignsTold>,
}

/// How early campaigns are stopped.
#[derive(Debug, Serialize)]
pub(crate) struct CampaignsTold {
    pub(crate) campaigns: u64,
    /// Those of a hundred accounts and more, of which the rest tells.
    pub(crate) large: u64,
    /// Their first 10 accounts, the next 90, the rest.
    pub(crate) stages: Vec<Share>,
    /// Accounts that they had before the first was at risk; none where at least half were
    /// never recognised.
    pub(crate) recognised_after_median: Option<u64>,
    pub(crate) never_recognised: u64,
}

/// What the policy decides otherwise than another one.
#[derive(Debug, Serialize)]
pub(crate) struct Against {
    pub(crate) policy: Named,
    /// By the other's verdict, then by this one's.
    pub(crate) changes: BTreeMap<&'static str, Verdicts>,
    /// Whom only this one stops.
    pub(crate) stopped: Sums,
    /// Whom only the other one stops.
    pub(crate) released: Sums,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) truth: Option<TruthTold>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) crowds: Vec<Share>,
    pub(crate) examples: Vec<Example>,
}

/// By what is known of them.
#[derive(Debug, Serialize)]
pub(crate) struct Sums {
    pub(crate) fraud: u64,
    pub(crate) good: u64,
    pub(crate) unknown: u64,
}

fn instant<S: Serializer>(time: &Timestamp, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(time)
}

pub(super) fn report(
    replay: &Replay,
    scans: u64,
    counts: Counts,
    lane: &Lane,
    against: Option<Lane>,
    changes: Changes,
) -> Report {
    let tally = &lane.tally;
    Report {
        policy: named(&lane.policy),
        log: LogTold {
            signups: counts.signups,
            before: counts.before,
            repeated: counts.repeated,
            rejected: counts.rejected,
            first: time(counts.first_ms.unwrap_or_default()),
            last: time(counts.last_ms),
            scans,
        },
        decided: verdicts(tally.verdicts),
        answered: verdicts(tally.answered),
        rules: rules(lane),
        days: days(tally),
        truth: truth(replay, tally),
        crowds: crowds(replay, tally),
        networks: shares(&tally.networks, usize::MAX),
        countries: shares(&tally.countries, COUNTRIES_MAX),
        against: against.map(|other| of_against(replay, &other, &changes)),
    }
}

fn of_against(replay: &Replay, other: &Lane, changes: &Changes) -> Against {
    let from = Verdict::ALL.iter().map(|verdict| verdict.name());
    let sums = |of: &ByTold<u64>| Sums { fraud: of.fraud, good: of.good, unknown: of.unknown };
    Against {
        policy: named(&other.policy),
        changes: from.zip(changes.matrix.map(verdicts)).collect(),
        stopped: sums(&changes.stopped),
        released: sums(&changes.released),
        truth: truth(replay, &other.tally),
        crowds: crowds(replay, &other.tally),
        examples: changes.examples.all().map(example).collect(),
    }
}

fn named(policy: &Policy) -> Named {
    Named {
        name: policy.name().to_owned(),
        revision: policy.revision(),
        fingerprint: policy.fingerprint().to_owned(),
        mode: policy.mode().name(),
    }
}

fn verdicts([allow, challenge, review, deny]: [u64; 4]) -> Verdicts {
    Verdicts { allow, challenge, review, deny }
}

fn time(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(ms).unwrap_or_default()
}

fn rules(lane: &Lane) -> Vec<RuleTold> {
    let rules = lane.policy.rules().iter().zip(&lane.tally.rules);
    let sum = |of: &ByTold<u64>| of.fraud + of.good + of.unknown;
    let told = rules.map(|(rule, of)| RuleTold {
        rule: rule.name().to_owned(),
        level: rule.level().name(),
        acts: rule.is_acting(),
        met: sum(&of.met),
        decided: sum(&of.decided),
        met_fraud: of.met.fraud,
        met_good: of.met.good,
        examples: of.examples.all().map(example).collect(),
    });
    told.collect()
}

fn example(one: &OneExample) -> Example {
    Example {
        account: one.account.clone(),
        at: time(one.time_ms),
        verdict: one.verdict,
        before: one.before,
        risk: one.risk,
        known: one.told.clone(),
        why: one.why.clone(),
    }
}

fn days(tally: &Tally) -> Vec<DayTold> {
    let told = tally.days.iter().map(|(day, of)| DayTold {
        day: day_name(*day),
        decided: verdicts(of.verdicts),
        fraud: of.told.fraud.all,
        fraud_stopped: of.told.fraud.stopped,
        good: of.told.good.all,
        good_stopped: of.told.good.stopped,
    });
    told.collect()
}

fn truth(replay: &Replay, tally: &Tally) -> Option<TruthTold> {
    let ByTold { fraud, good, unknown } = tally.told;
    let stopped = fraud.stopped + good.stopped;
    replay.is_known().then(|| TruthTold {
        unknown: unknown.all,
        precision: (stopped > 0).then(|| fraud.stopped as f64 / stopped as f64),
        fraud: share("fraud", fraud),
        good: share("good", good),
        campaigns: (!tally.campaigns.is_empty()).then(|| campaigns(&tally.campaigns)),
    })
}

fn campaigns(all: &BTreeMap<String, OfCampaign>) -> CampaignsTold {
    let large: Vec<&OfCampaign> = all.values().filter(|of| of.accounts >= CAMPAIGN_MIN).collect();
    let names = ["the first 10", "10 to 100", "beyond 100"];
    let stage = |at: usize| {
        let sum = large.iter().map(|of| of.stages[at]).fold(Of::default(), |sum, of| Of {
            all: sum.all + of.all,
            stopped: sum.stopped + of.stopped,
        });
        share(names[at], sum)
    };
    let mut after: Vec<u64> =
        large.iter().map(|of| of.recognised_after.unwrap_or(u64::MAX)).collect();
    after.sort_unstable();
    CampaignsTold {
        campaigns: all.len() as u64,
        large: large.len() as u64,
        stages: (0..=STAGES.len()).map(stage).collect(),
        recognised_after_median: after.get(after.len() / 2).copied().filter(|n| *n < u64::MAX),
        never_recognised: after.iter().filter(|n| **n == u64::MAX).count() as u64,
    }
}

fn crowds(replay: &Replay, tally: &Tally) -> Vec<Share> {
    if replay.truth.is_none() || tally.crowds.len() < 2 {
        return Vec::new();
    }
    let mut crowds = shares(&tally.crowds, usize::MAX);
    crowds.sort_by(|x, y| y.rate.total_cmp(&x.rate).then_with(|| x.name.cmp(&y.name)));
    crowds
}

/// The largest, and the rest as one.
fn shares<N: AsRef<str>>(all: &BTreeMap<N, Of>, max: usize) -> Vec<Share> {
    let mut sorted: Vec<(&str, Of)> = all.iter().map(|(name, of)| (name.as_ref(), *of)).collect();
    sorted.sort_by(|x, y| y.1.all.cmp(&x.1.all).then(x.0.cmp(y.0)));
    let rest = sorted.split_off(sorted.len().min(max));
    let rest = rest
        .into_iter()
        .map(|(_, of)| of)
        .reduce(|sum, of| Of { all: sum.all + of.all, stopped: sum.stopped + of.stopped });
    let rest = rest.map(|of| ("(others)", of));
    sorted.into_iter().chain(rest).map(|(name, of)| share(name, of)).collect()
}

fn share(name: &str, of: Of) -> Share {
    let (low, high) = wilson(of);
    Share {
        name: name.to_owned(),
        signups: of.all,
        stopped: of.stopped,
        rate: of.stopped as f64 / of.all.max(1) as f64,
        low,
        high,
    }
}

/// Two-sided 95 %.
const Z: f64 = 1.959_963_984_540_054;

fn wilson(of: Of) -> (f64, f64) {
    if of.all == 0 {
        return (0.0, 1.0);
    }
    let (n, share) = (of.all as f64, of.stopped as f64 / of.all as f64);
    let middle = share + Z * Z / (2.0 * n);
    let half = Z * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
    let scale = 1.0 + Z * Z / n;
    (((middle - half) / scale).max(0.0), ((middle + half) / scale).min(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_is_wilsons() {
        let round = |of| {
            let (low, high) = wilson(of);
            ((low * 1e4).round() / 1e4, (high * 1e4).round() / 1e4)
        };
        // Newcombe 1998, table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
        assert_eq!(round(Of { all: 263, stopped: 81 }), (0.2553, 0.3662));
        assert_eq!(round(Of { all: 148, stopped: 15 }), (0.0624, 0.1605));
        assert_eq!(round(Of { all: 20, stopped: 0 }), (0.0, 0.1611));
        assert_eq!(round(Of { all: 29, stopped: 1 }), (0.0061, 0.1718));
        assert_eq!(round(Of { all: 0, stopped: 0 }), (0.0, 1.0));
    }
}
