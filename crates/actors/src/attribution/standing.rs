//! How the hypotheses about a campaign stand: who could be behind it, what speaks for and
//! against each, and whether that is enough to name anybody.

use super::confidence;
use crate::act::{Refused, known};
use crate::estimate::{Confidence, Credibility, Likelihood, Reliability};
use crate::extension::{self, Statement, Status};
use crate::graph::{Direction, Graph};
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use stix::schema::domain::Opinion;
use stix::{Id, Object, Timestamp};

/// How the hypotheses about a campaign stand.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Standing {
    /// The campaign.
    pub campaign: Id,
    /// Its name.
    pub name: String,
    /// What follows.
    pub conclusion: Conclusion,
    /// From the best standing on.
    pub hypotheses: Vec<Hypothesis>,
}

/// What follows from hypotheses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "is", content = "actor")]
pub enum Conclusion {
    /// Nobody can be named: no hypothesis is held, or none is more likely than not.
    Unattributed,
    /// More than one actor could be.
    Contested,
    /// One actor is held to be, and no other one is as likely as not.
    Attributed(Id),
}

/// That an actor is behind the campaign.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Hypothesis {
    /// The actor, where it was merged the survivor.
    pub actor: Id,
    /// Its name.
    pub name: String,
    /// How the best standing of its statements stands.
    pub status: Status,
    /// How likely that one says it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub likelihood: Option<Likelihood>,
    /// Who said so, from the best standing on.
    pub statements: Vec<Said>,
    /// What speaks for it.
    #[serde(rename = "for")]
    pub speaks_for: Vec<Reason>,
    /// What speaks against it.
    pub against: Vec<Reason>,
}

/// One statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Said {
    /// The relationship.
    pub relationship: Id,
    /// Who says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<Id>,
    /// When its latest version was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
    /// How likely, in words with percentages.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub likelihood: Option<String>,
    /// Source and information, in the words of the Admiralty code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The confidence of who says it, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confidence: Option<String>,
    /// As it is written.
    pub statement: Statement,
}

/// A reason, and the object that gives it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Reason {
    /// For people.
    pub words: String,
    /// Where it is from.
    pub object: Id,
}

/// How many things that campaign and actor share are told of: the rarest say the most.
const SHARED_MAX: usize = 10;

/// How the hypotheses about a campaign stand.
pub fn standing(graph: &Graph, campaign: &Id) -> Result<Standing, Refused> {
    let campaign = known(graph, graph.resolve(known(graph, campaign)?.id()))?;
    let mut by_actor: BTreeMap<&Id, Vec<&Object>> = BTreeMap::new();
    for (actor, said) in graph.related(campaign.id(), "attributed-to", Direction::Out) {
        by_actor.entry(actor).or_default().push(said);
    }
    let mut hypotheses: Vec<Hypothesis> =
        by_actor.into_iter().map(|(actor, said)| hypothesis(graph, actor, said)).collect();
    hypotheses.sort_by_key(|hypothesis| {
        let first = hypothesis.statements.first();
        (first.map(|said| rank(graph, said)), hypothesis.actor.clone())
    });
    let shared = shared(graph, campaign.id(), &hypotheses);
    for (hypothesis, reasons) in hypotheses.iter_mut().zip(shared) {
        hypothesis.speaks_for.extend(reasons);
    }
    compared(graph, &mut hypotheses);
    let conclusion = concluded(&hypotheses);
    let name = graph.name_of(campaign.id());
    Ok(Standing { campaign: campaign.id().clone(), name, conclusion, hypotheses })
}

fn hypothesis(graph: &Graph, actor: &Id, said: Vec<&Object>) -> Hypothesis {
    let mut statements: Vec<Said> = said.into_iter().map(of_relationship).collect();
    statements.sort_by_key(|said| (rank(graph, said), said.relationship.clone()));
    let (mut speaks_for, mut against) = (Vec::new(), Vec::new());
    for said in &statements {
        let because = |words: &String| reason(words, &said.relationship);
        match said.statement.status {
            Status::Held | Status::Competing => {
                speaks_for.extend(said.statement.reasons.iter().map(because));
            }
            Status::Rejected => against.extend(why_rejected(graph, said).iter().map(because)),
            Status::Superseded => {}
        }
        against.extend(weak(said));
        opinions(graph, said, &mut speaks_for, &mut against);
    }
    let first = statements.first().map(|said| &said.statement);
    Hypothesis {
        actor: actor.clone(),
        name: graph.name_of(actor),
        status: first.map(|statement| statement.status).unwrap_or_default(),
        likelihood: first.and_then(|statement| statement.likelihood),
        statements,
        speaks_for,
        against,
    }
}

fn of_relationship(object: &Object) -> Said {
    let statement = extension::read::<Statement>(object).unwrap_or_default();
    let reliability = statement.source_reliability.map(Reliability::words);
    let credibility = statement.information_credibility.map(Credibility::words);
    let source: Vec<&str> = [reliability, credibility].into_iter().flatten().collect();
    Said {
        relationship: object.id().clone(),
        by: object.head().created_by.clone(),
        at: object.head().version(),
        likelihood: statement.likelihood.map(Likelihood::words),
        source: (!source.is_empty()).then(|| source.join(", ")),
        confidence: confidence(object).map(Confidence::words),
        statement,
    }
}

/// What a statement is ordered by: how it stands, then how likely, then its source, then
/// the confidence.
type Rank = (Status, Reverse<Option<Likelihood>>, u8, u8, Reverse<Option<Confidence>>);

fn rank(graph: &Graph, said: &Said) -> Rank {
    let statement = &said.statement;
    // What was not graded is as good as what cannot be judged.
    let reliability = statement.source_reliability.unwrap_or(Reliability::F);
    let credibility = statement.information_credibility.map_or(6, Credibility::digit);
    let confidence = graph.get(&said.relationship).and_then(confidence);
    let likelihood = Reverse(statement.likelihood);
    (statement.status, likelihood, reliability as u8, credibility, Reverse(confidence))
}

fn reason(words: impl Into<String>, object: &Id) -> Reason {
    Reason { words: words.into(), object: object.clone() }
}

/// The reasons that came with the rejection: those before it spoke for what was rejected.
fn why_rejected(graph: &Graph, said: &Said) -> Vec<String> {
    let versions = graph.versions(&said.relationship).iter().rev();
    let mut statements = versions.filter_map(extension::read::<Statement>);
    let before = statements.find(|statement| statement.status != Status::Rejected);
    let before = before.map(|statement| statement.reasons).unwrap_or_default();
    let reasons = said.statement.reasons.iter();
    reasons.filter(|words| !before.contains(words)).cloned().collect()
}

/// What a statement says against itself.
fn weak(said: &Said) -> impl Iterator<Item = Reason> {
    let statement = &said.statement;
    let unlikely = statement.likelihood.filter(|likelihood| *likelihood <= Likelihood::Unlikely);
    let unlikely = unlikely.map(|likelihood| format!("it is said to be {}", likelihood.words()));
    let doubtful =
        |reliability: &Reliability| matches!(reliability, Reliability::D | Reliability::E);
    let source = statement.source_reliability.filter(doubtful);
    let source = source.map(|reliability| format!("its source is {}", reliability.words()));
    let doubtful = |credibility: &Credibility| matches!(credibility.digit(), 4 | 5);
    let information = statement.information_credibility.filter(doubtful);
    let information =
        information.map(|credibility| format!("its information is {}", credibility.words()));
    let words = [unlikely, source, information].into_iter().flatten();
    words.map(|words| reason(words, &said.relationship))
}

/// What others think of a statement.
fn opinions(graph: &Graph, said: &Said, pro: &mut Vec<Reason>, con: &mut Vec<Reason>) {
    for (_, object) in graph.said(&said.relationship, "object_refs", Direction::In) {
        let Ok(opinion) = object.read::<Opinion>() else { continue };
        let side = match opinion.opinion.as_deref() {
            Some("agree" | "strongly-agree") => &mut *pro,
            Some("disagree" | "strongly-disagree") => &mut *con,
            _ => continue,
        };
        let word = opinion.opinion.unwrap_or_default().replace('-', " ");
        let why = opinion.explanation.map(|why| format!(": {why}")).unwrap_or_default();
        side.push(reason(format!("somebody {word}s{why}"), object.id()));
    }
}

/// What the campaign shares with each actor beyond itself, from the rarest on.
fn shared(graph: &Graph, campaign: &Id, hypotheses: &[Hypothesis]) -> Vec<Vec<Reason>> {
    let actors: Vec<&Id> = hypotheses.iter().map(|hypothesis| &hypothesis.actor).collect();
    let common = graph.shared_with(campaign, &actors);
    let words = |shared: crate::graph::Common| {
        let (users, actors) = (shared.users, shared.actors);
        let words = format!("both use {}, which {users} of {actors} actors use", shared.name);
        reason(words, &shared.id)
    };
    common.into_iter().map(|list| list.into_iter().take(SHARED_MAX).map(words).collect()).collect()
}

/// Whether a hypothesis is still one.
fn is_alive(hypothesis: &Hypothesis) -> bool {
    matches!(hypothesis.status, Status::Held | Status::Competing)
}

/// Others that cannot be true too speak against a hypothesis.
fn compared(graph: &Graph, hypotheses: &mut [Hypothesis]) {
    let alive: Vec<(Id, String, Id)> = hypotheses
        .iter()
        .filter(|hypothesis| is_alive(hypothesis))
        .filter_map(|hypothesis| {
            let said = hypothesis.statements.first()?;
            let how = said.likelihood.clone().unwrap_or_else(|| "likelihood not said".to_owned());
            let words = format!("{} is held too: {how}", hypothesis.name);
            Some((hypothesis.actor.clone(), words, said.relationship.clone()))
        })
        .collect();
    for hypothesis in hypotheses.iter_mut().filter(|hypothesis| is_alive(hypothesis)) {
        let others = alive.iter().filter(|(actor, ..)| *actor != hypothesis.actor);
        let others = others.map(|(_, words, id)| reason(words, id));
        hypothesis.against.extend(others);
        let known = |id: &Id| graph.get(id).is_some_and(|object| !object.head().is_revoked);
        for said in &mut hypothesis.statements {
            said.statement.competes_with.retain(known);
        }
    }
}

fn concluded(hypotheses: &[Hypothesis]) -> Conclusion {
    let alive: Vec<&Hypothesis> =
        hypotheses.iter().filter(|hypothesis| is_alive(hypothesis)).collect();
    let at_least = |least: Likelihood| {
        alive.iter().filter(move |hypothesis| hypothesis.likelihood >= Some(least))
    };
    let possible = at_least(Likelihood::RoughlyEvenChance).count();
    let mut likely = at_least(Likelihood::Likely);
    match (likely.next(), possible) {
        // What competed with it may have been rejected since.
        (Some(only), 1) if only.status == Status::Held || alive.len() == 1 => {
            Conclusion::Attributed(only.actor.clone())
        }
        (Some(_), 1) | (_, 2..) => Conclusion::Contested,
        _ => Conclusion::Unattributed,
    }
}
