//! Patterns of indicators, built and not pasted: what stands in a value never becomes a
//! part of the pattern.

use stix::pattern::{Comparison, Literal, Operator, Path, Pattern, Step, Test};

/// `path = 'value'`, where a path is written `type:property.'Inner-Key'`.
pub(crate) fn equal(path: &str, value: &str) -> Comparison {
    test(path, Operator::Equal, Literal::Text(value.to_owned()))
}

/// `path operator literal`.
pub(crate) fn test(path: &str, operator: Operator, literal: Literal) -> Comparison {
    let path = self::path(path);
    Comparison::Test(Test { path, is_negated: false, operator, literals: vec![literal] })
}

/// An observation of which all of this is true.
pub(crate) fn all(tests: &[(&str, &str)]) -> String {
    let mut tests: Vec<_> = tests.iter().map(|(path, value)| equal(path, value)).collect();
    let comparison = match tests.len() {
        1 => tests.remove(0),
        _ => Comparison::And(tests),
    };
    Pattern::Observed(comparison).to_string()
}

/// An address within a block.
pub(crate) fn within(path: &str, block: &str) -> String {
    let literal = Literal::Text(block.to_owned());
    Pattern::Observed(test(path, Operator::IsSubset, literal)).to_string()
}

/// A request by a client that calls itself so.
pub(crate) fn user_agent(value: &str) -> String {
    all(&[(USER_AGENT, value)])
}

/// A client's hello that has this JA4.
pub(crate) fn ja4(value: &str) -> String {
    all(&[(&signal("network-traffic", "ja4"), value)])
}

/// The path of what the specification has no place for: a property of the house's own
/// extension on an observable of this type.
pub(crate) fn signal(type_name: &str, name: &str) -> String {
    format!("{type_name}:extensions.'{}'.{name}", crate::extension::ID)
}

pub(crate) const USER_AGENT: &str =
    "network-traffic:extensions.'http-request-ext'.request_header.'User-Agent'";

/// A path as this crate writes it: quoted keys have no quotes inside.
fn path(text: &str) -> Path {
    let (type_name, rest) = text.split_once(':').expect("a path names its type");
    let mut steps = Vec::new();
    let mut rest = rest;
    while !rest.is_empty() {
        let (step, after) = match rest.strip_prefix('\'') {
            Some(quoted) => quoted.split_once('\'').expect("a quoted key ends"),
            None => rest.find(['.', '\'']).map_or((rest, ""), |end| rest.split_at(end)),
        };
        match step.strip_suffix("[*]") {
            Some(list) => steps.extend([Step::Key(list.to_owned()), Step::Each]),
            None => steps.push(Step::Key(step.to_owned())),
        }
        rest = after.strip_prefix('.').unwrap_or(after);
    }
    Path { type_name: type_name.to_owned(), steps }
}
