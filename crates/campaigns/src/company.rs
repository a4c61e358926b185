//! The company that an account keeps: of those who share a value with it, how
//! many are at risk (or banned, or purchased), against what their countries make one
//! expect. The account itself is left out. Company tells of accounts that are not
//! alike enough to be told by themselves: who rents the same numbers, lines and
//! solvers as those who are.

mod known;
mod tallies;

use crate::cells::background::Contexts;
use crate::cells::dictionary::Dictionaries;
use crate::limits::RISK_MIN;
use crate::linear::{TERMS, Terms, dot, terms};
use crate::newton::{CONSTANT_PRECISION, Newton, RIDGE, Weighted};
pub(crate) use known::KnownCompany;
use rayon::prelude::*;
use signals::{Kind, Table};
use std::collections::BTreeMap;
use std::sync::LazyLock;
use tallies::parts;
pub(crate) use tallies::{Company, Ground, Seen, words};

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

/// Log odds beyond those of one in ten thousand tell no more.
const RISK_ODD: f64 = 1e-4;

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
    pub(crate) fn change(&self, inputs: &Inputs) -> f64 {
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
