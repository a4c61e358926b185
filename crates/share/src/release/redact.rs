//! What is taken out of an object before it leaves: parts that are marked for fewer
//! people than the audience, and what belongs to a person.

use super::personal::{self, Texts};
use super::{Personal, Policy};
use serde_json::{Map, Value};
use stix::marking::{self, Tlp};

/// Takes out what has to stay; says whether there was any.
pub(crate) fn redact(properties: &mut Map<String, Value>, policy: &Policy) -> bool {
    let is_cut = parts(properties, policy.tlp);
    let is_hidden = match policy.personal {
        Personal::Hidden => {
            let texts = if is_public(properties, policy) { Texts::Kept } else { Texts::Searched };
            personal::hide(properties, texts, &policy.key)
        }
        Personal::Clear => false,
    };
    is_cut | is_hidden
}

fn is_public(properties: &Map<String, Value>, policy: &Policy) -> bool {
    let creator = properties.get("created_by_ref").and_then(Value::as_str);
    let is_others =
        creator.is_some_and(|id| policy.creator.as_ref().is_none_or(|us| us.as_str() != id));
    is_others && marking::tlp(properties).unwrap_or(policy.unmarked) == Tlp::Clear
}

/// Takes out the parts that are marked stricter than `tlp`, and the markings of what is
/// not there any more.
fn parts(properties: &mut Map<String, Value>, tlp: Tlp) -> bool {
    let stays = |(id, selector): (&str, &str)| {
        Tlp::of(id).is_some_and(|marked| marked > tlp).then(|| selector.to_owned())
    };
    let selectors: Vec<String> = marking::granular(properties).filter_map(stays).collect();
    for selector in &selectors {
        remove(properties, selector);
    }
    if !selectors.is_empty() {
        tidy(properties);
    }
    !selectors.is_empty()
}

/// Takes out what a selector selects. Of a member of a list the whole list goes: the
/// places of the others, by which further selectors find them, would change.
fn remove(properties: &mut Map<String, Value>, selector: &str) {
    let mut steps: Vec<&str> = selector.split('.').collect();
    while steps.last().is_some_and(|step| step.starts_with('[')) {
        steps.pop();
    }
    let Some((last, way)) = steps.split_last() else { return };
    let Some((first, inner)) = way.split_first() else {
        properties.remove(*last);
        return;
    };
    let within = properties.get_mut(*first);
    let within = inner.iter().try_fold(within, |value, step| {
        let value = value?;
        let place = step.strip_prefix('[').and_then(|step| step.strip_suffix(']'));
        Some(match place.and_then(|place| place.parse::<usize>().ok()) {
            Some(at) => value.get_mut(at),
            None => value.get_mut(*step),
        })
    });
    if let Some(Value::Object(within)) = within.flatten() {
        within.remove(*last);
    }
}

/// Markings of what is gone, and lists of none, are not valid.
fn tidy(properties: &mut Map<String, Value>) {
    let Some(Value::Array(mut markings)) = properties.remove("granular_markings") else { return };
    for marking in &mut markings {
        if let Some(Value::Array(selectors)) = marking.get_mut("selectors") {
            let is_there = |selector: &Value| {
                selector.as_str().is_some_and(|text| marking::select(properties, text).is_some())
            };
            selectors.retain(is_there);
        }
    }
    let has_any = |marking: &Value| {
        marking.get("selectors").and_then(Value::as_array).is_some_and(|all| !all.is_empty())
    };
    markings.retain(has_any);
    if !markings.is_empty() {
        properties.insert("granular_markings".to_owned(), Value::Array(markings));
    }
}
