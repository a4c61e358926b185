//! What came of a policy so far: by verdict, rule, day, crowd and campaign.

use super::known::Told;
use crate::output::pseudonym::{Names, Pseudonyms};
use campaigns::RISK_MIN;
use dragnet::lake::DAY_MS;
use events::{NetworkKind, SignUp};
use std::collections::BTreeMap;
use verdicts::{Answer, Policy, Verdict};

/// Examples that are kept of a rule: enough to see what it meets.
const EXAMPLES_MAX: usize = 5;
/// The parts of a campaign that are looked at apart: its first 10, the next 90, the rest.
pub(super) const STAGES: [u64; 2] = [10, 100];

/// How many there were, and how many of them were stopped.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Of {
    pub(super) all: u64,
    pub(super) stopped: u64,
}

impl Of {
    fn add(&mut self, is_stopped: bool) {
        self.all += 1;
        self.stopped += u64::from(is_stopped);
    }
}

/// By what is known of them.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct ByTold<T> {
    pub(super) fraud: T,
    pub(super) good: T,
    pub(super) unknown: T,
}

impl<T> ByTold<T> {
    fn of(&mut self, told: Told<'_>) -> &mut T {
        match told {
            Told::Fraud(_) => &mut self.fraud,
            Told::Good(_) => &mut self.good,
            Told::Nothing => &mut self.unknown,
        }
    }
}

/// Of a rule.
#[derive(Debug, Default)]
pub(super) struct OfRule {
    pub(super) met: ByTold<u64>,
    pub(super) decided: ByTold<u64>,
    pub(super) examples: Examples,
}

/// Of a day.
#[derive(Debug, Default)]
pub(super) struct OfDay {
    pub(super) verdicts: [u64; 4],
    pub(super) told: ByTold<Of>,
}

/// Of a campaign of the truth.
#[derive(Debug, Default)]
pub(super) struct OfCampaign {
    pub(super) stages: [Of; STAGES.len() + 1],
    pub(super) accounts: u64,
    /// Accounts before the first that was at risk.
    pub(super) recognised_after: Option<u64>,
}

/// Of one policy.
#[derive(Debug)]
pub(super) struct Tally {
    pub(super) verdicts: [u64; 4],
    pub(super) answered: [u64; 4],
    pub(super) told: ByTold<Of>,
    pub(super) rules: Vec<OfRule>,
    pub(super) days: BTreeMap<i64, OfDay>,
    /// Good people by crowd, where crowds are known.
    pub(super) crowds: BTreeMap<String, Of>,
    /// Everyone by what kind of network and by which country; good people where those are
    /// known.
    pub(super) networks: BTreeMap<&'static str, Of>,
    pub(super) countries: BTreeMap<String, Of>,
    pub(super) campaigns: BTreeMap<String, OfCampaign>,
}

/// A sign-up, for those who tell of it.
pub(super) struct About<'a> {
    pub(super) told: Told<'a>,
    pub(super) signup: &'a SignUp,
    pub(super) pseudonyms: &'a Pseudonyms,
}

/// Whether somebody notices: a challenge, or a refusal.
pub(super) fn is_stopped(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Challenge | Verdict::Deny)
}

impl Tally {
    pub(super) fn of(policy: &Policy) -> Self {
        Self {
            verdicts: [0; 4],
            answered: [0; 4],
            told: ByTold::default(),
            rules: policy.rules().iter().map(|_| OfRule::default()).collect(),
            days: BTreeMap::new(),
            crowds: BTreeMap::new(),
            networks: BTreeMap::new(),
            countries: BTreeMap::new(),
            campaigns: BTreeMap::new(),
        }
    }

    /// Takes what was answered.
    pub(super) fn take(&mut self, about: &About<'_>, answer: &Answer, policy: &Policy) {
        let (told, is_stopped) = (about.told, is_stopped(answer.decided));
        self.verdicts[answer.decided as usize] += 1;
        self.answered[answer.verdict as usize] += 1;
        self.told.of(told).add(is_stopped);
        let day = self.days.entry(about.signup.time_ms.div_euclid(DAY_MS)).or_default();
        day.verdicts[answer.decided as usize] += 1;
        day.told.of(told).add(is_stopped);
        self.rules(about, answer, policy);
        match told {
            Told::Fraud(campaign) => self.campaign(campaign, answer),
            Told::Good(crowd) => {
                let crowd = crowd.unwrap_or(synth::eval::crowds::ORDINARY);
                entry(&mut self.crowds, crowd).add(is_stopped);
                self.groups(about.signup, is_stopped);
            }
            Told::Nothing => self.groups(about.signup, is_stopped),
        }
    }

    fn groups(&mut self, signup: &SignUp, is_stopped: bool) {
        self.networks.entry(network(signup.network_kind)).or_default().add(is_stopped);
        let country = signup.country.as_ref().map_or("(unknown)", |country| country.as_str());
        entry(&mut self.countries, country).add(is_stopped);
    }

    fn rules(&mut self, about: &About<'_>, answer: &Answer, policy: &Policy) {
        let met = answer.reasons.iter().filter_map(|reason| reason.code.strip_prefix("rule:"));
        for name in met {
            let at = policy.rules().iter().position(|rule| rule.name() == name);
            let Some(at) = at else { continue };
            let has_decided = answer.policy.rule.as_deref() == Some(name);
            let rule = &mut self.rules[at];
            *rule.met.of(about.told) += 1;
            if has_decided {
                *rule.decided.of(about.told) += 1;
            }
            rule.examples.take(about, answer, policy);
        }
    }

    fn campaign(&mut self, campaign: Option<&str>, answer: &Answer) {
        let Some(campaign) = campaign else { return };
        let of = entry(&mut self.campaigns, campaign);
        let stage = STAGES.iter().filter(|least| of.accounts >= **least).count();
        of.stages[stage].add(is_stopped(answer.decided));
        if of.recognised_after.is_none() && answer.risk >= f64::from(RISK_MIN) {
            of.recognised_after = Some(of.accounts);
        }
        of.accounts += 1;
    }
}

fn entry<'a, T: Default>(all: &'a mut BTreeMap<String, T>, name: &str) -> &'a mut T {
    if !all.contains_key(name) {
        all.insert(name.to_owned(), T::default());
    }
    all.get_mut(name).expect("it was put there")
}

fn network(kind: Option<NetworkKind>) -> &'static str {
    match kind {
        Some(NetworkKind::Hosting) => "hosting",
        Some(NetworkKind::Relay) => "relay or VPN",
        Some(NetworkKind::Tor) => "Tor",
        Some(NetworkKind::Mobile) => "mobile",
        None => "any other",
    }
}

/// Some sign-ups, good people first, and of those who are alike in that the first ones.
#[derive(Debug, Default)]
pub(super) struct Examples {
    /// By how much they matter.
    kept: Vec<(u8, OneExample)>,
}

/// A sign-up that something was decided about.
#[derive(Clone, Debug)]
pub(super) struct OneExample {
    pub(super) account: String,
    pub(super) time_ms: i64,
    pub(super) verdict: Verdict,
    pub(super) risk: f64,
    pub(super) told: String,
    pub(super) why: Vec<String>,
    /// What the other policy decides, where there is one.
    pub(super) before: Option<Verdict>,
}

impl Examples {
    fn take(&mut self, about: &About<'_>, answer: &Answer, policy: &Policy) {
        let rank = match (about.told, is_stopped(answer.decided)) {
            (Told::Good(_), true) => 0,
            (Told::Good(_), false) => 1,
            (Told::Nothing, _) => 2,
            (Told::Fraud(_), _) => 3,
        };
        self.keep(rank, || example(about, answer, policy));
    }

    fn keep(&mut self, rank: u8, make: impl FnOnce() -> OneExample) {
        let at = self.kept.partition_point(|(other, _)| *other <= rank);
        if at < EXAMPLES_MAX {
            self.kept.insert(at, (rank, make()));
            self.kept.truncate(EXAMPLES_MAX);
        }
    }

    /// The first ones first.
    pub(super) fn all(&self) -> impl Iterator<Item = &OneExample> {
        self.kept.iter().map(|(_, example)| example)
    }
}

fn example(about: &About<'_>, answer: &Answer, policy: &Policy) -> OneExample {
    let told = match about.told {
        Told::Fraud(None) => "fraud".to_owned(),
        Told::Fraud(Some(campaign)) => format!("fraud, campaign {campaign}"),
        Told::Good(None) => "good".to_owned(),
        Told::Good(Some(crowd)) => format!("good, {crowd}"),
        Told::Nothing => "not known".to_owned(),
    };
    OneExample {
        account: about.pseudonyms.show("account", about.signup.account_id.as_str()),
        time_ms: about.signup.time_ms,
        verdict: answer.decided,
        risk: answer.risk,
        told,
        why: why(about.pseudonyms.names(), answer, policy),
        before: None,
    }
}

/// The reasons; what a rule asked about may name a person or a device.
fn why(names: Names, answer: &Answer, policy: &Policy) -> Vec<String> {
    let words = |reason: &verdicts::Reason| match (names, reason.code.strip_prefix("rule:")) {
        (Names::Hidden, Some(name)) => {
            let rule = policy.rules().iter().find(|rule| rule.name() == name);
            let why = rule.and_then(|rule| rule.why()).unwrap_or_default();
            format!("rule {name:?}: {why}").trim_end_matches([' ', ':']).to_owned()
        }
        _ => reason.words.clone(),
    };
    answer.reasons.iter().map(words).collect()
}

/// What is decided otherwise by another policy.
#[derive(Debug)]
pub(super) struct Changes {
    /// From what the other decides to what this one does.
    pub(super) matrix: [[u64; 4]; 4],
    /// Of those whom only one of them stops: this one, the other.
    pub(super) stopped: ByTold<u64>,
    pub(super) released: ByTold<u64>,
    pub(super) examples: Examples,
}

impl Changes {
    pub(super) fn new() -> Self {
        Self {
            matrix: [[0; 4]; 4],
            stopped: ByTold::default(),
            released: ByTold::default(),
            examples: Examples::default(),
        }
    }

    /// Takes what was answered by both.
    pub(super) fn take(
        &mut self,
        about: &About<'_>,
        now: &Answer,
        before: &Answer,
        policy: &Policy,
    ) {
        self.matrix[before.decided as usize][now.decided as usize] += 1;
        if now.decided == before.decided {
            return;
        }
        match (is_stopped(before.decided), is_stopped(now.decided)) {
            (false, true) => *self.stopped.of(about.told) += 1,
            (true, false) => *self.released.of(about.told) += 1,
            _ => {}
        }
        let rank = match about.told {
            Told::Good(_) => 0,
            Told::Nothing => 1,
            Told::Fraud(_) => 2,
        };
        self.examples.keep(rank, || OneExample {
            before: Some(before.decided),
            ..example(about, now, policy)
        });
    }
}

/// Of the log.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    pub(super) signups: u64,
    /// Counted and scanned, and not told of: they are of the time before.
    pub(super) before: u64,
    pub(super) repeated: u64,
    pub(super) rejected: u64,
    pub(super) first_ms: Option<i64>,
    pub(super) last_ms: i64,
}

impl Counts {
    pub(super) fn take(&mut self, time_ms: i64) {
        self.signups += 1;
        self.first_ms.get_or_insert(time_ms);
        self.last_ms = time_ms;
    }
}
