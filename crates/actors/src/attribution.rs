//! Who is behind a campaign, as graded statements: each an `attributed-to` relationship
//! that says how likely it is, how good its source is, and how it stands among others.
//! Statements compete, are rejected, superseded and withdrawn; none is overwritten.

mod standing;

pub use standing::{Conclusion, Hypothesis, Reason, Said, Standing, standing};

use crate::act::{Act, Refused, known};
use crate::estimate::Confidence;
use crate::extension::{self, Event, Statement, Status};
use crate::graph::{Direction, Graph};
use crate::lineage;
use serde_json::json;
use stix::{Id, Object, version};

/// What is said of an attribution, beside who and whom.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Claim {
    /// Likelihood, source, standing, reasons.
    pub statement: Statement,
    /// The `confidence` of STIX: a third thing.
    pub confidence: Option<Confidence>,
}

/// (what, to what it can be attributed), by the tables of relationships of STIX 2.1.
const ENDS: [(&str, &[&str]); 3] = [
    ("campaign", &["intrusion-set", "threat-actor"]),
    ("intrusion-set", &["threat-actor"]),
    ("threat-actor", &["identity"]),
];

/// Attributes a campaign to an actor, or says it anew with another claim: a version, then.
pub fn attribute(
    graph: &Graph,
    campaign: &Id,
    actor: &Id,
    claim: &Claim,
    act: &Act,
) -> Result<Vec<Object>, Refused> {
    let campaign = known(graph, campaign)?;
    let actor = known(graph, graph.resolve(known(graph, actor)?.id()))?;
    fits(campaign.id(), actor.id())?;
    let made = relationship(graph, campaign.id(), actor.id(), claim, act)?;
    let refs = vec![actor.id().clone(), made.id().clone()];
    let told = lineage::told(campaign, Event::Attributed, refs, act)?;
    Ok([Some(made), told].into_iter().flatten().collect())
}

fn fits(campaign: &Id, actor: &Id) -> Result<(), Refused> {
    let Some((_, to)) = ENDS.iter().find(|(from, _)| *from == campaign.type_name()) else {
        return Err(Refused::Type { id: campaign.clone(), wanted: "campaign or actor" });
    };
    match to.contains(&actor.type_name()) {
        true => Ok(()),
        false => {
            Err(Refused::Type { id: actor.clone(), wanted: "actor that this is attributed to" })
        }
    }
}

fn relationship(
    graph: &Graph,
    campaign: &Id,
    actor: &Id,
    claim: &Claim,
    act: &Act,
) -> Result<Object, Refused> {
    let mut made = act.relationship_anew(graph, campaign, "attributed-to", actor);
    let mut statement = claim.statement.clone();
    statement.reasons.extend(act.reason().filter(|why| !claim.statement.reasons.contains(why)));
    let before = graph.get(made.id()).filter(|before| !before.head().is_revoked);
    if let Some(before) = before {
        made = before.clone();
    }
    let mut changes = extension::change(&made, &statement);
    let confidence = claim.confidence.map(Confidence::value);
    changes.insert("confidence".to_owned(), json!(confidence));
    if before.is_some() {
        return Ok(act.changed(&made, changes)?);
    }
    let mut properties = made.properties();
    properties.extend(changes.into_iter().filter(|(_, value)| !value.is_null()));
    Ok(Object::from_properties(&properties).expect("a relationship with a claim is an object"))
}

/// Says of attributions that they cannot all be true. Those of who acts get a version that
/// names the others; what somebody else said stays as they said it.
pub fn compete(graph: &Graph, statements: &[Id], act: &Act) -> Result<Vec<Object>, Refused> {
    let mut made = Vec::new();
    for id in statements {
        let object = attributed(graph, id)?;
        if !act.owns(object) {
            continue;
        }
        let mut statement = extension::read::<Statement>(object).unwrap_or_default();
        let others = statements.iter().filter(|other| *other != id).cloned();
        statement.competes_with.extend(others);
        statement.competes_with.sort_unstable();
        statement.competes_with.dedup();
        statement.status = Status::Competing;
        statement.reasons.extend(act.reason());
        if statement.competes_with.is_empty() {
            return Err(Refused::Alone);
        }
        made.push(act.changed(object, extension::change(object, &statement))?);
    }
    match (made.is_empty(), statements) {
        (true, [one, other, ..]) => {
            let (one, other) = (one.clone(), other.clone());
            Err(Refused::NotOurs { by: act.by.clone(), one, other })
        }
        (true, _) => Err(Refused::Alone),
        (false, _) => Ok(made),
    }
}

/// Says that an attribution was found wrong, and why.
pub fn reject(graph: &Graph, statement: &Id, act: &Act) -> Result<Vec<Object>, Refused> {
    let object = attributed(graph, statement)?;
    Ok(vec![restated(object, Status::Rejected, act)?])
}

/// Says that a later attribution took the place of an earlier one. The later one no longer
/// competes with it.
pub fn supersede(
    graph: &Graph,
    earlier: &Id,
    later: &Id,
    act: &Act,
) -> Result<Vec<Object>, Refused> {
    let (earlier, later) = (attributed(graph, earlier)?, attributed(graph, later)?);
    let mut made = vec![restated(earlier, Status::Superseded, act)?];
    let mut statement = extension::read::<Statement>(later).unwrap_or_default();
    if act.owns(later) && statement.competes_with.contains(earlier.id()) {
        statement.competes_with.retain(|other| other != earlier.id());
        if statement.competes_with.is_empty() {
            statement.status = Status::Held;
        }
        made.push(act.changed(later, extension::change(later, &statement))?);
    }
    Ok(made)
}

/// Takes an attribution back: it is revoked, which only who made it can do, and is final.
pub fn withdraw(graph: &Graph, statement: &Id, act: &Act) -> Result<Vec<Object>, Refused> {
    let object = attributed(graph, statement)?;
    let made = version::revoked(object, &act.by, crate::act::written(act.at))?;
    let refs = object.refs().into_iter();
    let end = |name: &str| refs.clone().find(|(path, _)| **path == *name).map(|(_, id)| id);
    let campaign = end("source_ref").and_then(|id| known(graph, &id).ok());
    let refs = end("target_ref").into_iter().chain([object.id().clone()]).collect();
    let told = match campaign {
        Some(campaign) => lineage::told(campaign, Event::Withdrawn, refs, act)?,
        None => None,
    };
    Ok([Some(made), told].into_iter().flatten().collect())
}

/// A campaign goes from an actor to a part of it: what who acts said of the whole is
/// superseded, and said of the part.
pub(crate) fn moved(
    graph: &Graph,
    campaign: &Id,
    from: &Id,
    to: &Id,
    act: &Act,
) -> Result<Vec<Object>, Refused> {
    let campaign = known(graph, campaign)?;
    fits(campaign.id(), to)?;
    let said = graph.related(campaign.id(), "attributed-to", Direction::Out);
    let ours = said.into_iter().find(|(id, object)| *id == from && act.owns(object));
    let mut made = Vec::new();
    let mut claim = Claim::default();
    if let Some((_, object)) = ours {
        claim.statement = extension::read(object).unwrap_or_default();
        claim.confidence = confidence(object);
        made.push(restated(object, Status::Superseded, act)?);
    }
    let said = relationship(graph, campaign.id(), to, &claim, act)?;
    let refs = vec![to.clone(), said.id().clone()];
    made.push(said);
    made.extend(lineage::told(campaign, Event::Attributed, refs, act)?);
    Ok(made)
}

fn confidence(object: &Object) -> Option<Confidence> {
    let value = object.properties().get("confidence")?.as_u64()?;
    Confidence::new(u8::try_from(value).ok()?)
}

fn attributed<'g>(graph: &'g Graph, id: &Id) -> Result<&'g Object, Refused> {
    let object = known(graph, id)?;
    let verb = object.properties().remove("relationship_type");
    match verb.as_ref().and_then(|verb| verb.as_str()) {
        Some("attributed-to") => Ok(object),
        _ => Err(Refused::Type { id: id.clone(), wanted: "attributed-to relationship" }),
    }
}

/// A version that stands otherwise.
fn restated(object: &Object, status: Status, act: &Act) -> Result<Object, Refused> {
    let mut statement = extension::read::<Statement>(object).unwrap_or_default();
    statement.status = status;
    statement.reasons.extend(act.reason());
    Ok(act.changed(object, extension::change(object, &statement))?)
}
