//! The company that an account keeps: of those who share a value with it, how
//! many are at risk (or banned, or purchased), against what their countries make one
//! expect. The account itself is left out. Company tells of accounts that are not
//! alike enough to be told by themselves: who rents the same numbers, lines and
//! solvers as those who are.

use crate::cells::background::{Context, Contexts, HashedMap, pair};
use crate::cells::dictionary::Dictionaries;
use crate::limits::RISK_MIN;
use crate::linear::{TERMS, Terms, dot, terms};
use crate::newton::{CONSTANT_PRECISION, Newton, RIDGE, Weighted};
use rayon::prelude::*;
use signals::{Kind, Table};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// In what an account has company: one kind, or two together where one alone is
/// a crowd's. Countries, languages and operators alone are no company.
const CUES: &[(Way, &[Kind])] = &[
    (Way::Solver, &[Kind::IssueNet]),
    (Way::Phone, &[Kind::PhoneBlock]),
    (Way::Pace, &[Kind::Solve]),
    (Way::Address, &[Kind::Net]),
    (Way::Address, &[Kind::Ip]),
    (Way::Mail, &[Kind::Domain]),
    (Way::Client, &[Kind::Client]),
    (Way::Machine, &[Kind::Fingerprint]),
    (Way::Machine, &[Kind::Device]),
    (Way::Source, &[Kind::Referrer]),
    (Way::Name, &[Kind::Stem]),
    (Way::Name, &[Kind::NameShape]),
    (Way::Name, &[Kind::NameGrammar]),
    (Way::Name, &[Kind::Texture]),
    (Way::Relation, &[Kind::Relation]),
    (Way::Solver, &[Kind::Redeem]),
    (Way::Mail, &[Kind::Asn, Kind::Domain]),
    (Way::Solver, &[Kind::IssueNet, Kind::Solve]),
    (Way::Address, &[Kind::Net, Kind::Redeem]),
    (Way::Solver, &[Kind::Asn, Kind::Redeem]),
    (Way::Client, &[Kind::Asn, Kind::Agent]),
    (Way::Name, &[Kind::Asn, Kind::NameGrammar]),
    (Way::Mail, &[Kind::Domain, Kind::Solve]),
    (Way::Phone, &[Kind::PhoneBlock, Kind::Asn]),
];

/// Cues of one way are made of one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u16)]
enum Way {
    Solver,
    Phone,
    Pace,
    Address,
    Mail,
    Client,
    Machine,
    Source,
    Name,
    Relation,
}

/// The risk without labels, and the company in each cue, in nats.
pub const INPUTS: usize = 1 + 24;
const _: () = assert!(INPUTS == 1 + CUES.len() && TERMS == 1 + INPUTS);

/// One account's inputs.
pub type Inputs = [f64; INPUTS];

/// Every kind that cues are made of.
pub(crate) fn kinds() -> Vec<Kind> {
    CUES.iter().flat_map(|(_, kinds)| kinds.iter().copied()).collect()
}

/// Company of so many nats is worth mentioning: e to it is 1.6 times the odds.
const MENTIONED_MIN: f64 = 0.5;

/// In how many ways an account keeps bad company.
pub(crate) fn ways(inputs: &Inputs) -> usize {
    let bad = CUES.iter().zip(&inputs[1..]).filter(|(_, nats)| **nats >= MENTIONED_MIN);
    bad.fold(0u16, |ways, ((way, _), _)| ways | 1 << (*way as u16)).count_ones() as usize
}

/// Suspicions are summed as whole thousandths, so that no order of rows matters.
const PARTS: f64 = 1024.0;
/// The same for what is expected, which may be far smaller.
const FINE_PARTS: f64 = 1_048_576.0;

/// A country's rate is drawn to everyone's with the weight of so many sign-ups.
const PRIOR_SIGNUPS: f64 = 25.0;
/// What is expected counts for so many companions.
const PRIOR_COMPANIONS: f64 = 1.0;

/// Log odds beyond those of one in ten thousand tell no more.
const RISK_ODD: f64 = 1e-4;
/// The same of a share of companions, of whom there are hardly ever thousands.
const SHARE_ODD: f64 = 1e-3;

/// Those who share one value.
#[derive(Clone, Copy, Default)]
struct Tally {
    users: u32,
    suspicion: u64,
    expected: u64,
}

impl Tally {
    /// Whether it may be worth mentioning to an unsuspected user of a country of which
    /// at most the share `most` is suspected.
    fn tells(&self, most: f64) -> bool {
        let suspected = self.suspicion as f64 / PARTS;
        let expected = (self.expected as f64 / FINE_PARTS - most).max(0.0);
        let total = f64::from(self.users) - 1.0 + PRIOR_COMPANIONS;
        suspected >= SUSPECTS_MIN
            && odds(suspected / total, SHARE_ODD)
                >= MENTIONED_MIN.exp() * odds(expected / total, SHARE_ODD)
    }
}

/// What company is seen in.
#[derive(Clone, Copy)]
pub(crate) struct Ground<'a> {
    pub(crate) dictionaries: &'a Dictionaries,
    pub(crate) contexts: &'a Contexts,
    /// Risk of each row before its company is looked at.
    pub(crate) risk: &'a [f32],
}

impl Ground<'_> {
    /// The row's value of a cue; none where it has none, or hardly anyone has it.
    fn key(&self, kinds: &[Kind], row: usize) -> Option<u64> {
        let code = |kind: &Kind| {
            let dictionary = self.dictionaries.kind(*kind);
            let code = dictionary.codes()[row];
            (code != 0 && code <= dictionary.frequent()).then_some(code)
        };
        match kinds {
            [one] => code(one).map(u64::from),
            [one, two] => Some(pair(code(one)?, code(two)?)),
            _ => None,
        }
    }
}

/// How far each row is suspected, in whole parts.
fn parts(ground: Ground<'_>, suspicion: impl Fn(usize) -> f32) -> Vec<u16> {
    let parts = |row| (f64::from(suspicion(row)) * PARTS).round() as u16;
    (0..ground.risk.len()).map(parts).collect()
}

/// Fewer suspects show nothing beyond what is expected.
const SUSPECTS_MIN: f64 = 3.0;

/// What each account's company is.
pub(crate) struct Company<'a> {
    ground: Ground<'a>,
    suspicion: Vec<u16>,
    /// By country.
    rates: Vec<u64>,
    /// By cue, of values that several accounts have: of fewer, nothing is said.
    tallies: Vec<Tallies>,
}

/// The tallies of one cue: by dictionary code, or by two codes.
enum Tallies {
    One(Vec<Tally>),
    Pair(HashedMap<u64, Tally>),
}

impl<'a> Company<'a> {
    /// The company that `suspicion` (0..1, by row) makes, to be seen for any row.
    pub(crate) fn of(ground: Ground<'a>, suspicion: impl Fn(usize) -> f32) -> Self {
        Self::seen_by(ground, parts(ground, suspicion), |_| true)
    }

    /// The same, to be seen for the rows that `asks` names with `suspicion` (in parts).
    fn seen_by(
        ground: Ground<'a>,
        suspicion: Vec<u16>,
        asks: impl Fn(usize) -> bool + Sync,
    ) -> Self {
        let rates = rates(ground.contexts, &suspicion);
        let mut company = Self { ground, suspicion, rates, tallies: Vec::new() };
        let tallies = CUES.par_iter().map(|(_, kinds)| company.tally(kinds, &asks));
        company.tallies = tallies.collect::<Vec<_>>();
        company
    }

    fn tally(&self, kinds: &[Kind], asks: impl Fn(usize) -> bool) -> Tallies {
        let rows = 0..self.suspicion.len();
        if let [kind] = kinds {
            let size = self.ground.dictionaries.kind(*kind).frequent() as usize + 1;
            let mut tallies = vec![Tally::default(); size];
            for row in rows {
                if let Some(code) = self.ground.key(kinds, row) {
                    self.add(row, &mut tallies[code as usize]);
                }
            }
            return Tallies::One(tallies);
        }
        let asked = rows.clone().filter(|row| asks(*row));
        let asked = asked.filter_map(|row| self.ground.key(kinds, row));
        let mut tallies: HashedMap<u64, Tally> = asked.map(|key| (key, Tally::default())).collect();
        for row in rows {
            let key = self.ground.key(kinds, row);
            if let Some(tally) = key.and_then(|key| tallies.get_mut(&key)) {
                self.add(row, tally);
            }
        }
        Tallies::Pair(tallies)
    }

    fn add(&self, row: usize, tally: &mut Tally) {
        tally.users += 1;
        tally.suspicion += u64::from(self.suspicion[row]);
        tally.expected += self.rate(row);
    }

    /// The rows that share values with suspects in enough ways to be raised, whatever
    /// their country.
    fn may_be_raised(&self) -> Vec<bool> {
        let mut ways = vec![0u16; self.suspicion.len()];
        let most = self.rates.iter().copied().max().unwrap_or(0) as f64 / FINE_PARTS;
        for ((way, kinds), tallies) in CUES.iter().zip(&self.tallies) {
            let way = 1 << (*way as u16);
            match tallies {
                Tallies::One(tallies) => {
                    let tells: Vec<bool> = tallies.iter().map(|tally| tally.tells(most)).collect();
                    let codes = self.ground.dictionaries.kind(kinds[0]).codes();
                    for (ways, code) in ways.iter_mut().zip(codes) {
                        *ways |= if tells.get(*code as usize) == Some(&true) { way } else { 0 };
                    }
                }
                Tallies::Pair(tallies) => {
                    let mut is_first = vec![false; self.ground.dictionaries.kind(kinds[0]).size()];
                    let telling = tallies.iter().filter(|(_, tally)| tally.tells(most));
                    telling.for_each(|(key, _)| is_first[(key >> 32) as usize] = true);
                    let codes = self.ground.dictionaries.kind(kinds[0]).codes();
                    for (row, ways) in ways.iter_mut().enumerate() {
                        let tells = |key| tallies.get(&key).is_some_and(|tally| tally.tells(most));
                        if is_first[codes[row] as usize]
                            && self.ground.key(kinds, row).is_some_and(tells)
                        {
                            *ways |= way;
                        }
                    }
                }
            }
        }
        ways.into_iter().map(|ways| ways.count_ones() as usize >= WAYS_MIN).collect()
    }

    /// What is expected of the row's countrymen, in fine parts.
    fn rate(&self, row: usize) -> u64 {
        self.rates[usize::from(self.ground.contexts.country[row])]
    }

    /// The risk without labels and the company of a row, in nats.
    pub(crate) fn inputs(&self, row: usize) -> Inputs {
        let mut inputs = [0.0; INPUTS];
        inputs[0] = logit(f64::from(self.ground.risk[row]), RISK_ODD);
        let usual = self.rate(row) as f64 / FINE_PARTS;
        for (cue, input) in inputs[1..].iter_mut().enumerate() {
            *input = self.seen(cue, row).map_or(0.0, |seen| seen.nats(usual));
        }
        inputs
    }

    fn seen(&self, cue: usize, row: usize) -> Option<Seen> {
        let key = self.ground.key(CUES[cue].1, row)?;
        let tally = match &self.tallies[cue] {
            Tallies::One(tallies) => &tallies[key as usize],
            Tallies::Pair(tallies) => tallies.get(&key)?,
        };
        let suspicion = tally.suspicion - u64::from(self.suspicion[row]);
        let expected = tally.expected - self.rate(row);
        Some(Seen {
            cue,
            others: tally.users - 1,
            suspected: suspicion as f64 / PARTS,
            expected: expected as f64 / FINE_PARTS,
        })
    }

    /// What told most against a row, one a way, the most telling first.
    pub(crate) fn best(&self, row: usize, weights: &[f64]) -> Vec<Seen> {
        let usual = self.rate(row) as f64 / FINE_PARTS;
        let mut seen: Vec<(f64, Seen)> = (0..CUES.len())
            .filter_map(|cue| self.seen(cue, row))
            .map(|seen| (seen.nats(usual) * weights[seen.cue + 1].max(LEAST_WEIGHT), seen))
            .filter(|(_, seen)| seen.nats(usual) >= MENTIONED_MIN)
            .collect();
        seen.sort_by(|x, y| y.0.total_cmp(&x.0).then(x.1.cue.cmp(&y.1.cue)));
        let mut told: Vec<Seen> = Vec::new();
        for (_, seen) in seen {
            if told.len() < TOLD_MAX && told.iter().all(|t| CUES[t.cue].0 != CUES[seen.cue].0) {
                told.push(seen);
            }
        }
        told
    }
}

/// More company than this is not read.
const TOLD_MAX: usize = 3;
/// Company that was found to weigh nothing still makes up for what else there is.
const LEAST_WEIGHT: f64 = 1e-6;

/// Company in one cue.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Seen {
    cue: usize,
    others: u32,
    suspected: f64,
    expected: f64,
}

impl Seen {
    /// How much likelier these companions are suspects than their countries make
    /// one expect, in nats.
    fn nats(&self, usual: f64) -> f64 {
        // One suspect may be a mistake, and two the same one.
        let fewer = if self.suspected >= SUSPECTS_MIN { self.suspected - 1.0 } else { 0.0 };
        let suspected = fewer.max(self.suspected.min(self.expected));
        let prior = PRIOR_COMPANIONS * usual;
        let total = f64::from(self.others) + PRIOR_COMPANIONS;
        let share = |suspected: f64| odds((suspected + prior) / total, SHARE_ODD);
        (share(suspected) / share(self.expected)).ln()
    }
}

/// `14 of 16 others with its address (1.2 expected), …`
pub(crate) fn words(seen: &[Seen]) -> String {
    let one = |seen: &Seen| {
        let kinds: Vec<&str> = CUES[seen.cue].1.iter().map(|kind| kind.words()).collect();
        format!(
            "{:.0} of {} others with its {} ({:.1} expected)",
            seen.suspected,
            seen.others,
            kinds.join(" and "),
            seen.expected
        )
    };
    let all: Vec<String> = seen.iter().map(one).collect();
    all.join(", ")
}

/// How far each country's accounts are suspected, in fine parts.
fn rates(contexts: &Contexts, suspicion: &[u16]) -> Vec<u64> {
    let mut sums = vec![(0u64, 0u64); usize::from(Context::MAX) + 1];
    for (context, suspicion) in contexts.country.iter().zip(suspicion) {
        let (signups, suspects) = &mut sums[usize::from(*context)];
        *signups += 1;
        *suspects += u64::from(*suspicion);
    }
    let all: u64 = sums.iter().map(|(_, suspects)| suspects).sum();
    let everywhere = all as f64 / PARTS / suspicion.len().max(1) as f64;
    let rate = |(signups, suspects): (u64, u64)| {
        let here = suspects as f64 / PARTS + PRIOR_SIGNUPS * everywhere;
        (here / (signups as f64 + PRIOR_SIGNUPS) * FINE_PARTS).round() as u64
    };
    sums.into_iter().map(rate).collect()
}

/// Log odds of a probability, held away from 0 and 1 by `odd`.
pub(crate) fn logit(probability: f64, odd: f64) -> f64 {
    odds(probability, odd).ln()
}

fn odds(probability: f64, odd: f64) -> f64 {
    let held = probability.clamp(odd, 1.0 - odd);
    held / (1.0 - held)
}

/// The probability of log odds.
pub(crate) fn probability(logit: f64) -> f64 {
    1.0 / (1.0 + (-logit).exp())
}

/// Company in one way alone (a crowded address, a popular provider) raises nothing.
const WAYS_MIN: usize = 2;

/// What counts of a change of log odds that company speaks for. What shares a place
/// with suspects is alike in all that the place explains: it is judged by its own
/// evidence, and company only lowers it.
pub(crate) fn counted(change: f64, inputs: &Inputs) -> f64 {
    let is_told = || ways(inputs) >= WAYS_MIN && !shares_place(inputs);
    if change > 0.0 && !is_told() { 0.0 } else { change }
}

/// Company is others' evidence, not the account's own: so many nats of doubt are
/// left before it raises a risk.
const DOUBT: f64 = 1.0;

fn shares_place(inputs: &Inputs) -> bool {
    let places = CUES.iter().zip(&inputs[1..]).filter(|((_, kinds), _)| **kinds == [Kind::Net]);
    places.map(|(_, nats)| *nats).fold(0.0, f64::max) >= PLACE_NATS
}

/// Company of so many nats in one network is a place full of suspects.
const PLACE_NATS: f64 = 2.0;

/// How far each row is suspected by its risk alone: those at risk.
pub(crate) fn suspicion(risk: &[f32]) -> impl Fn(usize) -> f32 {
    |row| if risk[row] >= RISK_MIN { risk[row] } else { 0.0 }
}

/// How far company is to be trusted: a constant, the weight of the risk without it,
/// and one for each cue, none below zero.
#[derive(Clone, Debug, PartialEq)]
pub struct Weights(Terms);

/// What the sentence begins with that says why company raised a risk.
pub const SAID: &str = "it keeps bad company: at risk are ";

/// Why company raised a risk, in words.
pub(crate) fn said(seen: &[Seen]) -> String {
    format!("{SAID}{}", words(seen))
}

/// Risks with company, and who was brought to a risk of one half by it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Kept {
    pub(crate) risk: Vec<f32>,
    pub(crate) because: BTreeMap<u32, Vec<Seen>>,
}

impl Weights {
    /// Weights that nothing was fitted for: cues of one way and of several are made
    /// of one another, so that each counts for a part.
    pub(crate) fn judged() -> &'static Self {
        static JUDGED: LazyLock<Weights> = LazyLock::new(|| {
            let mut weights = [JUDGED_WORTH; TERMS];
            (weights[0], weights[1]) = (0.0, 1.0);
            Weights(weights)
        });
        &JUDGED
    }

    /// Weights as the model lists them; none where they are not those of these cues.
    pub fn listed(weights: &[f64]) -> Option<Self> {
        weights.try_into().ok().map(Self)
    }

    /// The weights, as the model lists them.
    pub fn list(&self) -> &[f64] {
        &self.0
    }

    /// The weights that best tell factories' accounts (`true`) from people's.
    pub fn fit(examples: &[(Inputs, bool)]) -> Option<Self> {
        let mut precision = [RIDGE; TERMS];
        precision[0] = CONSTANT_PRECISION;
        let mut first = [0.0; TERMS];
        first[1] = 1.0;
        let slope = |(_, is_fraud): &(Inputs, bool), z: f64| {
            let fraud = probability(z);
            (f64::from(u8::from(*is_fraud)) - fraud, fraud * (1.0 - fraud))
        };
        Newton { examples, first, precision }.run(slope).map(|(weights, _)| Self(weights))
    }

    /// What `risk` (that of every row, for training) becomes once `inputs` are looked at.
    pub fn weighed(&self, risk: &[f32], inputs: &[Inputs]) -> Vec<f32> {
        let weigh = |(risk, inputs): (&f32, &Inputs)| shifted(*risk, self.change(inputs));
        risk.iter().zip(inputs).map(weigh).collect()
    }

    /// By how much the log odds change once `inputs` are looked at.
    fn change(&self, inputs: &Inputs) -> f64 {
        let change = dot(&self.0, &terms(inputs)) - inputs[0];
        let change = if change > 0.0 { (change - DOUBT).max(0.0) } else { change };
        counted(change, inputs)
    }

    /// The risk of every row of `ground` once its company is looked at.
    pub(crate) fn kept(&self, ground: Ground) -> Kept {
        let suspicion = parts(ground, suspicion(ground.risk));
        let may_be_lowered = |row: usize| ground.risk[row] >= LOWERED_MIN;
        let company = Company::seen_by(ground, suspicion, may_be_lowered);
        let may_be_raised = company.may_be_raised();
        let asked =
            (0..ground.risk.len()).filter(|row| may_be_lowered(*row) || may_be_raised[*row]);
        let asked: Vec<usize> = asked.collect();
        let judge =
            |row: &usize| (*row, shifted(ground.risk[*row], self.change(&company.inputs(*row))));
        let judged: Vec<(usize, f32)> = asked.par_iter().map(judge).collect();
        let mut kept = Kept { risk: ground.risk.to_vec(), because: BTreeMap::new() };
        for (row, risk) in judged {
            if risk >= RISK_MIN && kept.risk[row] < RISK_MIN {
                kept.because.insert(row as u32, company.best(row, &self.0[1..]));
            }
            kept.risk[row] = risk;
        }
        kept
    }
}

/// What company is in a table whose rows have these risks, for training.
pub fn inputs(table: &Table, risk: &[f32], accounts_min: u32) -> Vec<Inputs> {
    let dictionaries = Dictionaries::of(table, &kinds(), accounts_min);
    let contexts = Contexts::of(table);
    let ground = Ground { dictionaries: &dictionaries, contexts: &contexts, risk };
    let company = Company::of(ground, suspicion(risk));
    (0..table.len()).into_par_iter().map(|row| company.inputs(row)).collect()
}

impl Weighted for (Inputs, bool) {
    fn inputs(&self) -> &Inputs {
        &self.0
    }

    fn weight(&self) -> f64 {
        1.0
    }
}

/// What each cue is worth by judgement.
const JUDGED_WORTH: f64 = 0.25;

/// A smaller risk than this is nobody's concern: good company need not lower it.
const LOWERED_MIN: f32 = 0.05;

/// A risk moved by `change` nats.
pub(crate) fn shifted(risk: f32, change: f64) -> f32 {
    if change == 0.0 {
        return risk;
    }
    probability(logit(f64::from(risk), CERTAIN) + change) as f32
}

/// A risk nearer to certainty than this has no finite log odds in 32 bits.
const CERTAIN: f64 = 1e-7;

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(others: u32, suspected: f64, expected: f64) -> Seen {
        Seen { cue: 0, others, suspected, expected }
    }

    #[test]
    fn as_many_suspects_as_expected_say_nothing() {
        assert!(seen(100, 10.0, 10.0).nats(0.1).abs() < 1e-9);
    }

    #[test]
    fn one_ban_of_one_companion_says_little_and_many_say_much() {
        let one = seen(1, 0.5, 0.1).nats(0.1);
        let two = seen(2, 2.0, 0.2).nats(0.1);
        let many = seen(20, 18.0, 2.0).nats(0.1);
        assert!(one == 0.0 && two == 0.0 && many > 3.5, "{one} {two} {many}");
    }

    #[test]
    fn three_bans_on_a_campus_of_two_thousand_say_nothing() {
        assert!(seen(2_000, 1.5, 200.0).nats(0.1) < 0.0);
    }

    #[test]
    fn company_of_one_way_counts_once() {
        let mut inputs = [0.0; INPUTS];
        let address = CUES.iter().position(|(_, kinds)| *kinds == [Kind::Ip]);
        let network = CUES.iter().position(|(_, kinds)| *kinds == [Kind::Net]);
        for cue in [address, network].into_iter().flatten() {
            inputs[cue + 1] = 3.0;
        }
        assert_eq!(ways(&inputs), 1);
    }
}
