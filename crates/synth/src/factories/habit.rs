//! What a factory can change about itself, what changing it costs, and which
//! published conditions are about it.

use serde::Serialize;

/// What another choice costs a factory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Cost {
    /// A line of a script, a file of names, a few domains.
    Cheap,
    /// Another tool or another contract.
    Fair,
    /// Real homes, real browsers, real phones.
    Dear,
}

impl Cost {
    /// The word for people.
    pub fn word(self) -> &'static str {
        match self {
            Self::Cheap => "cheap",
            Self::Fair => "fair",
            Self::Dear => "dear",
        }
    }
}

/// A part of a kit that is changed as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Habit {
    /// Lists of names and how handles are made of them.
    Names,
    /// Where mailboxes come from.
    Mail,
    /// What user agents say.
    Agents,
    /// What languages are asked for.
    Language,
    /// Countries that are played.
    Countries,
    /// Single addresses: the fixed ones, and proxies kept for longer.
    Addresses,
    /// The way in.
    Referrer,
    /// When it works.
    Hours,
    /// Device ids.
    Devices,
    /// Browser fingerprints.
    Fingerprints,
    /// Who solves the challenges.
    Solver,
    /// Who sells the lines.
    Lines,
    /// The stack that speaks TLS.
    Tls,
    /// Who sells the phone numbers.
    Numbers,
}

/// A habit, its words, its cost, and the kinds of signals that are about it.
type Entry = (Habit, &'static str, Cost, &'static [&'static str]);

/// Every habit, the cheap ones first.
const HABITS: [Entry; 14] = [
    (
        Habit::Names,
        "names",
        Cost::Cheap,
        &[
            "name_shape",
            "name_grammar",
            "stem",
            "texture",
            "nature",
            "relation",
            "display_shape",
            "mail_shape",
        ],
    ),
    (Habit::Mail, "mailboxes", Cost::Cheap, &["domain", "mailbox", "mail_grammar"]),
    (Habit::Agents, "user agents", Cost::Cheap, &["agent", "agent_text", "platform"]),
    (Habit::Language, "language", Cost::Cheap, &["language"]),
    (Habit::Countries, "countries", Cost::Cheap, &["country"]),
    (Habit::Addresses, "addresses", Cost::Cheap, &["ip", "net"]),
    (Habit::Referrer, "way in", Cost::Cheap, &["referrer"]),
    (Habit::Hours, "hours", Cost::Cheap, &["ten_minutes", "hour", "day"]),
    (Habit::Devices, "device ids", Cost::Fair, &["device"]),
    (Habit::Fingerprints, "fingerprints", Cost::Fair, &["fingerprint"]),
    (Habit::Solver, "CAPTCHA solver", Cost::Fair, &["issue_net", "redeem", "solve"]),
    (Habit::Lines, "seller of lines", Cost::Dear, &["asn", "network_kind"]),
    (Habit::Tls, "TLS stack", Cost::Dear, &["ja4", "client"]),
    (Habit::Numbers, "seller of numbers", Cost::Dear, &["phone", "phone_block", "phone_home"]),
];

impl Habit {
    /// Every habit, the cheap ones first.
    pub fn all() -> impl Iterator<Item = Self> {
        HABITS.iter().map(|entry| entry.0)
    }

    /// The habit that a kind of signal is about, by the kind's short name; none
    /// where a factory has nothing to change.
    pub fn of(kind: &str) -> Option<Self> {
        HABITS.iter().find(|entry| entry.3.contains(&kind)).map(|entry| entry.0)
    }

    /// What it is called in a table.
    pub fn words(self) -> &'static str {
        HABITS[self as usize].1
    }

    /// What another one costs.
    pub fn cost(self) -> Cost {
        HABITS[self as usize].2
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_the_order_of_the_habits() {
        for (place, habit) in Habit::all().enumerate() {
            assert_eq!(habit as usize, place);
        }
        assert_eq!(Habit::of("ja4").map(Habit::words), Some("TLS stack"));
        assert_eq!(Habit::of("extra1"), None);
    }
}
