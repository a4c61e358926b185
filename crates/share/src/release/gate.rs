//! What may not leave as a whole, and why.

use super::{Candidate, Policy};
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use stix::marking::{self, Tlp};

/// Why something stays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "why")]
pub enum Why {
    /// Its marking allows fewer people than the audience.
    Tlp {
        /// What it is marked with.
        marked: &'static str,
        /// What the audience may see at most.
        audience: &'static str,
    },
    /// It carries a marking whose meaning is not known here.
    Marking {
        /// The marking's id.
        marking: String,
    },
    /// Readers may differ about what it says: a name stands twice in it.
    Ambiguous {
        /// Where, and how.
        finding: String,
    },
    /// It came under a licence that does not let it go on.
    Licence {
        /// The licence, as it was given.
        licence: String,
    },
    /// It is held.
    Hold {
        /// For what.
        reason: String,
    },
    /// It tells of a legal step that is under seal.
    Sealed,
    /// It tells of something that stays.
    About {
        /// What that is.
        id: String,
    },
    /// Without the parts that stay it would not be valid.
    Incomplete {
        /// What it would lack.
        finding: String,
    },
    /// Network addresses stay, by the policy.
    Address,
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tlp { marked, audience } => {
                write!(f, "it is marked {marked}, and the audience may see {audience} at most")
            }
            Self::Marking { marking } => write!(f, "what its {marking} allows is not known here"),
            Self::Licence { licence } => write!(f, "its licence, {licence}, is not one to pass on"),
            Self::Hold { reason } => write!(f, "it is held: {reason}"),
            Self::Sealed => f.write_str("it tells of a legal step under seal"),
            Self::About { id } => write!(f, "it tells of {id}, which stays"),
            Self::Ambiguous { finding } => write!(f, "readers may differ about it: {finding}"),
            Self::Incomplete { finding } => {
                write!(f, "without what stays it would not be valid: {finding}")
            }
            Self::Address => f.write_str("network addresses stay, by the policy"),
        }
    }
}

/// Markings other than the Traffic Light Protocol that are known: statements, which ask
/// to be passed on and no more.
pub(crate) fn statements(candidates: &[Candidate]) -> BTreeSet<&str> {
    let is_statement = |candidate: &&Candidate| {
        candidate.object.type_name() == "marking-definition"
            && candidate.object.properties().get("definition_type").and_then(Value::as_str)
                == Some("statement")
    };
    candidates.iter().filter(is_statement).map(|candidate| candidate.object.id().as_str()).collect()
}

/// Why an object stays; none if nothing keeps it.
pub(crate) fn why(
    candidate: &Candidate,
    properties: &Map<String, Value>,
    policy: &Policy,
    statements: &BTreeSet<&str>,
) -> Option<Why> {
    if let Some(reason) = &candidate.hold {
        return Some(Why::Hold { reason: reason.clone() });
    }
    if is_sealed(candidate, properties) {
        return Some(Why::Sealed);
    }
    if policy.addresses == super::Addresses::Withheld
        && (is_address(candidate.object.type_name()) || properties.values().any(tells_address))
    {
        return Some(Why::Address);
    }
    licence(candidate, policy)
        .or_else(|| markings(candidate, properties, policy, statements))
        .or_else(|| ambiguous(&candidate.object))
}

/// What was looked at here may not be what others read.
fn ambiguous(object: &stix::Object) -> Option<Why> {
    let finding = object.plain_properties().err()?.to_string();
    Some(Why::Ambiguous { finding })
}

fn is_address(type_name: &str) -> bool {
    matches!(type_name, "ipv4-addr" | "ipv6-addr" | "mac-addr")
}

/// Whether a network address stands anywhere in a value: in a pattern, a name, a text.
fn tells_address(value: &Value) -> bool {
    match value {
        Value::String(text) => {
            // As analysts write what nobody is to click on.
            let text = text.replace("[.]", ".").replace("(.)", ".").replace("[:]", ":");
            let is_part = |c: char| c.is_ascii_hexdigit() || c == ':' || c == '.';
            let mut words = text.split(|c: char| !is_part(c));
            words.any(|word| is_network(word.trim_end_matches(['.', ':'])))
        }
        Value::Array(values) => values.iter().any(tells_address),
        Value::Object(inner) => inner
            .iter()
            .any(|(name, value)| tells_address(&name.as_str().into()) || tells_address(value)),
        _ => false,
    }
}

/// A word as an address, alone or with its port.
fn is_network(word: &str) -> bool {
    // `::` and the like are paths in programs more often than addresses.
    const CHARS_MIN: usize = 7;
    let is_mac = || {
        let mut pairs = word.split(':');
        pairs.clone().count() == 6 && pairs.all(|pair| pair.len() == 2 && !pair.contains('.'))
    };
    let is_one = || word.parse::<IpAddr>().is_ok() || word.parse::<SocketAddr>().is_ok();
    word.len() >= CHARS_MIN && (is_one() || is_mac())
}

/// A legal action is public once it was unsealed, not before.
fn is_sealed(candidate: &Candidate, properties: &Map<String, Value>) -> bool {
    candidate.object.type_name() == "legal-action"
        && properties.get("sealed").and_then(Value::as_bool).unwrap_or(false)
}

/// One licence that lets it go on is enough: it could have been had under that alone.
fn licence(candidate: &Candidate, policy: &Policy) -> Option<Why> {
    let allows = |licence: &&String| {
        policy.licences.iter().any(|allowed| allowed.eq_ignore_ascii_case(licence))
    };
    let first = candidate.licences.first()?;
    let is_allowed = candidate.licences.iter().any(|licence| allows(&licence));
    (!is_allowed).then(|| Why::Licence { licence: first.clone() })
}

fn markings(
    candidate: &Candidate,
    properties: &Map<String, Value>,
    policy: &Policy,
    statements: &BTreeSet<&str>,
) -> Option<Why> {
    if matches!(candidate.object.type_name(), "marking-definition" | "extension-definition") {
        return None;
    }
    let refs = properties.get("object_marking_refs").and_then(Value::as_array);
    let refs = refs.into_iter().flatten().filter_map(Value::as_str);
    let (mut strictest, mut is_marked) = (Tlp::Clear, false);
    for id in refs {
        match Tlp::of(id) {
            Some(tlp) => {
                is_marked = true;
                strictest = strictest.max(tlp);
            }
            None if statements.contains(id) => {}
            None => return Some(Why::Marking { marking: id.to_owned() }),
        }
    }
    let unknown = marking::granular(properties)
        .map(|(id, _)| id)
        .find(|id| Tlp::of(id).is_none() && !statements.contains(id));
    if let Some(id) = unknown {
        return Some(Why::Marking { marking: id.to_owned() });
    }
    // Who we are stands in all that we made, and is no secret unless it is marked.
    let is_us = policy.creator.as_ref() == Some(candidate.object.id());
    let tlp = match (is_marked, is_us) {
        (true, _) | (false, true) => strictest,
        (false, false) => policy.unmarked,
    };
    let stays = tlp > policy.tlp;
    stays.then(|| Why::Tlp { marked: tlp.label(), audience: policy.tlp.label() })
}
