//! What a column's name says: which column of the record it is, and whether it
//! tells how the story ended. Case and separators never matter; a dotted or
//! JSON-pointer name (`user.email`, `/context/ip`) is read from its end.

use super::Column;

/// Objects that only wrap: `context.ip` is an `ip`. `billing` or `session` are
/// not here, since their `email` or `createdAt` is not that of the sign-up.
const WRAPPERS: &[&str] = &[
    "account",
    "attributes",
    "body",
    "browser",
    "captcha",
    "challenge",
    "client",
    "context",
    "customer",
    "data",
    "device",
    "event",
    "geo",
    "header",
    "headers",
    "identification",
    "ipinfo",
    "member",
    "network",
    "payload",
    "profile",
    "properties",
    "registration",
    "request",
    "signup",
    "tls",
    "user",
];

/// Names that tell how the story ended. A detector that reads them would be
/// marking its own homework.
const OUTCOMES: &[&str] = &[
    "actor",
    "approved",
    "blocked",
    "bot",
    "campaign",
    "campaignid",
    "class",
    "crowd",
    "decision",
    "deleted",
    "deletedat",
    "disposition",
    "evasion",
    "evasionlevel",
    "factory",
    "factoryid",
    "isbad",
    "isblocked",
    "isbot",
    "isdeleted",
    "isfake",
    "outcome",
    "rejected",
    "reported",
    "review",
    "reviewed",
    "risk",
    "riskscore",
    "score",
    "status",
    "target",
    "truth",
    "y",
];

/// Parts of names that tell the same in any company.
const OUTCOME_PARTS: &[&str] = &[
    "abuse",
    "banned",
    "banreason",
    "chargeback",
    "fraud",
    "groundtruth",
    "label",
    "spam",
    "suspend",
    "verdict",
];

/// A column of the record, and how good the name is: 0 is the canonical name
/// itself, more is worse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Known {
    pub(crate) rank: u32,
    pub(crate) column: Column,
}

/// A name without case and separators: `E-Mail Address` is `emailaddress`.
pub(crate) fn fold(name: &str) -> String {
    name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The column of the record that a source column's name stands for.
pub(crate) fn known(name: &str) -> Option<Known> {
    // Whoever writes for us writes our names: nothing has to be folded then.
    if let Some(column) = Column::ALL.iter().find(|column| column.name() == name) {
        return Some(Known { rank: 0, column: *column });
    }
    let segments: Vec<String> =
        name.split(['.', '/']).map(fold).filter(|s| !s.is_empty()).collect();
    for depth in 0..segments.len() {
        if let Some(found) = known_folded(&segments[depth..].concat()) {
            // A name further in is a worse one: `email` wins over `user.email`.
            let rank = found.rank + 100 * depth as u32;
            return Some(Known { rank, ..found });
        }
        if !WRAPPERS.contains(&segments[depth].as_str()) {
            return None;
        }
    }
    None
}

/// Whether a name tells the outcome of a sign-up (a label, a ban, a score) rather
/// than its circumstances: such a column is never taken as a signal.
pub fn is_outcome(name: &str) -> bool {
    let last = name.rsplit(['.', '/']).next().unwrap_or(name);
    let folded = fold(last);
    OUTCOMES.contains(&folded.as_str()) || OUTCOME_PARTS.iter().any(|part| folded.contains(part))
}

fn known_folded(folded: &str) -> Option<Known> {
    let exact = Column::ALL.iter().find(|column| fold(column.name()) == folded);
    if let Some(&column) = exact {
        return Some(Known { rank: 0, column });
    }
    Column::ALL.iter().find_map(|&column| {
        let place = column.aliases().iter().position(|alias| *alias == folded)?;
        Some(Known { rank: place as u32 + 1, column })
    })
}
