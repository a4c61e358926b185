//! What a scan knows, to judge one sign-up by, before the next scan looks at it: which
//! known campaign it fits, which signature it meets, and what company it keeps.
//!
//! The same estimates as of a whole table, made of hashes: nothing here is fitted to how
//! sign-ups come one by one, so that a scan stays the better judge.

pub mod alike;
mod fit;
mod usual;

use crate::affinity::{self, Fit};
use crate::cells::background::{HashedMap, pair};
use crate::company::{self, KnownCompany, Seen, shifted, suspicion, words};
use crate::drafts::Draft;
use crate::finding::Kind as What;
use crate::limits::{Limits, RISK_MIN};
use crate::risk::RISK_WITHOUT_EVIDENCE;
use crate::{Found, signature::Rule};
use fit::Profiles;
use signals::{Kind, Row, Table};
use usual::Usual;

/// What is known.
#[derive(Debug)]
pub struct Knowledge {
    campaigns: Vec<KnownCampaign>,
    usual: Usual,
    profiles: Profiles,
    /// By the first condition of each rule: the campaigns that have one.
    rules: HashedMap<u64, Vec<u32>>,
    company: KnownCompany,
    weights: Option<&'static company::Weights>,
}

/// A campaign or an organisation that is known.
#[derive(Clone, Debug)]
pub struct KnownCampaign {
    /// Its id.
    pub id: String,
    /// Campaign or organisation.
    pub kind: What,
    /// Its risk.
    pub risk: f32,
    /// Its sign-ups so far.
    pub members: usize,
    rule: Option<Rule>,
}

impl Draft {
    /// What is known again.
    pub(crate) fn known(&self) -> KnownCampaign {
        KnownCampaign {
            id: self.identity.id.clone(),
            kind: self.kind,
            risk: self.risk as f32,
            members: self.members.len(),
            rule: self.rule.clone(),
        }
    }
}

/// What is made of a sign-up.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// Estimate that it is fraudulent, 0 to 1.
    pub risk: f32,
    /// The campaign or organisation that it most likely belongs to, by its place in
    /// [`Knowledge::campaigns`], and how likely.
    pub fit: Option<(usize, f32)>,
    /// The campaign whose signature it meets.
    pub signature: Option<usize>,
    /// The share of those from where it is who are suspected.
    pub usual: f64,
    /// The company that raised its risk, in words; none where none did.
    pub company: Option<String>,
}

impl Knowledge {
    /// What `found` tells of `table`.
    pub fn of(table: &Table, found: &Found, limits: &Limits) -> Self {
        let campaigns: Vec<KnownCampaign> = found.known().collect();
        let rows: Vec<&[u32]> = (0..campaigns.len()).map(|at| found.rows_of(at)).collect();
        let mut is_member = vec![false; table.len()];
        let factories =
            campaigns.iter().zip(&rows).filter(|(known, _)| known.kind == What::Factory);
        factories.for_each(|(_, rows)| rows.iter().for_each(|row| is_member[*row as usize] = true));
        let risk = found.risks();
        let is_usual = |row: usize| !is_member[row] && risk[row] < RISK_MIN;
        let usual = Usual::of(table, &kinds(), is_usual);
        let profiles = Profiles::of(table, &rows, &usual);
        let company = KnownCompany::of(table, suspicion(risk));
        let weights = limits.weighing.company();
        let mut known =
            Self { campaigns, usual, profiles, rules: HashedMap::default(), company, weights };
        known.list_rules();
        known
    }

    fn list_rules(&mut self) {
        for (at, campaign) in (0..).zip(&self.campaigns) {
            let first = campaign.rule.as_ref().and_then(|rule| rule.conditions.first());
            if let Some((kind, value)) = first {
                self.rules.entry(pair(*kind as u32, *value)).or_default().push(at);
            }
        }
    }

    /// What it knows of.
    pub fn campaigns(&self) -> &[KnownCampaign] {
        &self.campaigns
    }

    /// Judges a sign-up.
    ///
    /// `likeness` is how much likelier, in nats, what it has in common with those before it
    /// is of a factory's than of anyone's.
    pub fn judge(&self, row: &Row, likeness: f64) -> Judged {
        let fit = self.profiles.best(row, &self.usual);
        let signature = self.signature(row);
        let usual = self.company.usual(row.short(Kind::Country)).min(USUAL_MAX);
        let of_fit = fit.map_or(0.0, |fit| self.of_fit(fit, usual));
        let of_rule = signature.map_or(0.0, |at| self.of_rule(at));
        let of_alike = company::probability(company::logit(usual, USUAL_ODD) + likeness);
        let own = of_fit.max(of_rule).max(of_alike).max(f64::from(RISK_WITHOUT_EVIDENCE));
        let change = self.weights.map_or(0.0, |weights| {
            let inputs = self.company.inputs(row, own);
            weights.change(&inputs)
        });
        let risk = shifted(own as f32, change);
        let is_raised = risk >= RISK_MIN && (own as f32) < RISK_MIN;
        let told = is_raised.then(|| words(&self.company(row)));
        let fit = fit.map(|fit| (fit.group as usize, chance(fit) as f32));
        let fit = fit.filter(|(_, chance)| *chance >= FIT_MIN);
        Judged { risk, fit, signature, usual, company: told }
    }

    fn company(&self, row: &Row) -> Vec<Seen> {
        let weights = self.weights.map_or(&[][..], |weights| &weights.list()[1..]);
        self.company.best(row, weights)
    }

    /// Those of a known campaign are as risky as it is, and others as their country's.
    fn of_fit(&self, fit: Fit, usual: f64) -> f64 {
        let known = &self.campaigns[fit.group as usize];
        let chance = chance(fit);
        match known.kind {
            What::Factory => chance * f64::from(known.risk) + (1.0 - chance) * usual,
            What::Organisation => (1.0 - chance) * usual,
        }
    }

    /// The share of those who met the rule that were the campaign's (Laplace).
    fn of_rule(&self, at: usize) -> f64 {
        let known = &self.campaigns[at];
        let Some(rule) = &known.rule else { return 0.0 };
        let all = (rule.hits + rule.false_hits + 2) as f64;
        (rule.hits as f64 + 1.0) / all * f64::from(known.risk)
    }

    fn signature(&self, row: &Row) -> Option<usize> {
        let has = |(kind, value): &(Kind, u32)| row.short(*kind) == *value;
        let of_kind = |kind: &Kind| {
            let value = row.short(*kind);
            if value == 0 { None } else { self.rules.get(&pair(*kind as u32, value)) }
        };
        let mut met = Kind::ALL.iter().filter_map(of_kind).flatten().filter(|at| {
            let rule = self.campaigns[**at as usize].rule.as_ref();
            rule.is_some_and(|rule| rule.conditions.iter().all(has))
        });
        met.next().map(|at| *at as usize)
    }
}

/// Every kind that is compared.
fn kinds() -> Vec<Kind> {
    let mut kinds = affinity::kinds();
    kinds.extend(alike::places().flat_map(|place| place.behaviours.iter().copied()));
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

/// A sign-up that fits nothing is at most as suspect as this, wherever it is from: where
/// somebody is from is never evidence.
const USUAL_MAX: f64 = 0.01;

/// Less likely members are not told of.
const FIT_MIN: f32 = 0.5;

/// A rate nearer to 0 than this has no finite log odds.
const USUAL_ODD: f64 = 1e-4;

fn chance(fit: Fit) -> f64 {
    company::probability(f64::from(fit.log_odds))
}
