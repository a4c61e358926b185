//! A result in a form that a reviewer reads line by line: what would be noise,
//! such as the last digits of a risk, is left out.

use crate::room::Room;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Risk at which an account counts as flagged.
const FLAGGED: f64 = 0.5;

/// Campaigns with reasons and members, and who is flagged beside them.
pub(super) fn of_story(room: &Room, dir: &str) -> String {
    let accounts = Accounts::read(room, dir);
    let mut text = accounts.counts();
    for campaign in campaigns(room, dir) {
        text += &head(&campaign);
        if let Some(words) = campaign["signature"]["words"].as_str() {
            writeln!(text, "  known by: {words}").unwrap();
        }
        for reason in campaign["reasons"].as_array().unwrap() {
            writeln!(text, "  {}", reason["words"].as_str().unwrap()).unwrap();
        }
        // An organisation's members are nobody's business: they are not listed.
        if let Some(members) = accounts.of.get(campaign["id"].as_str().unwrap()) {
            writeln!(text, "  accounts {}", ranges(members)).unwrap();
        }
    }
    text
}

/// Campaigns in a line or two each, and what tells whether anything else moved.
pub(super) fn of_world(room: &Room, dir: &str) -> String {
    let mut text = Accounts::read(room, dir).counts();
    let bytes = room.read(&format!("{dir}/accounts.csv"));
    let digest: String =
        Sha256::digest(bytes).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    writeln!(text, "accounts.csv {digest}").unwrap();
    for campaign in campaigns(room, dir) {
        text += &head(&campaign);
        if let Some(conditions) = campaign["signature"]["conditions"].as_array() {
            let words: Vec<String> = conditions.iter().map(condition).collect();
            writeln!(text, "  known by: {}", words.join(", ")).unwrap();
        }
    }
    text
}

/// Kind and value, without the values that look like somebody's: a generated
/// address or number is nobody's by chance only.
fn condition(condition: &Value) -> String {
    const HIDDEN: [&str; 6] = ["ip", "net", "device", "fingerprint", "phone", "phone_block"];
    let (kind, value) = (condition[0].as_str().unwrap(), condition[1].as_str().unwrap());
    format!("{kind} {}", if HIDDEN.contains(&kind) { "…" } else { value })
}

fn campaigns(room: &Room, dir: &str) -> Vec<Value> {
    let lines = room.read(&format!("{dir}/campaigns.jsonl"));
    lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn head(campaign: &Value) -> String {
    let text = |key: &str| campaign[key].as_str().unwrap().to_owned();
    let risk = campaign["risk"].as_f64().unwrap();
    let mut head = format!(
        "{} {} {} accounts, risk {risk:.2}",
        text("id"),
        text("kind"),
        campaign["accounts"]
    );
    if let Some(defeat) = campaign["captcha_defeat"]["technique"].as_str() {
        write!(head, ", {defeat}").unwrap();
    }
    head + "\n"
}

/// The rows of `accounts.csv` that say something.
struct Accounts {
    all: usize,
    /// Members by campaign, in order of their names.
    of: BTreeMap<String, Vec<String>>,
    flagged: usize,
    /// Flagged without a campaign.
    alone: Vec<String>,
}

impl Accounts {
    fn read(room: &Room, dir: &str) -> Self {
        let text = room.read(&format!("{dir}/accounts.csv"));
        let mut accounts = Self { all: 0, of: BTreeMap::new(), flagged: 0, alone: Vec::new() };
        for line in text.lines().skip(1) {
            let [account, campaign, risk] = line.split(',').take(3).collect::<Vec<_>>()[..] else {
                panic!("{line}");
            };
            accounts.all += 1;
            let is_flagged = risk.parse::<f64>().unwrap() >= FLAGGED;
            accounts.flagged += usize::from(is_flagged);
            if !campaign.is_empty() {
                accounts.of.entry(campaign.to_owned()).or_default().push(account.to_owned());
            } else if is_flagged {
                accounts.alone.push(account.to_owned());
            }
        }
        accounts.of.values_mut().for_each(|members| members.sort());
        accounts.alone.sort();
        accounts
    }

    fn counts(&self) -> String {
        let mut text = format!("{} sign-ups, {} flagged", self.all, self.flagged);
        if !self.alone.is_empty() {
            write!(text, ", {} of them in no campaign", self.alone.len()).unwrap();
        }
        text + "\n"
    }
}

/// `kit01 kit02 kit03 p7` is `kit01..03 p7`.
fn ranges(accounts: &[String]) -> String {
    let mut words: Vec<(&str, &str, &str)> = Vec::new();
    for account in accounts {
        let (name, number) = account.split_at(account.trim_end_matches(char::is_numeric).len());
        match words.last_mut() {
            Some((known, _, last)) if *known == name && follows(last, number) => *last = number,
            _ => words.push((name, number, number)),
        }
    }
    let word = |(name, first, last): &(&str, &str, &str)| {
        if first == last { format!("{name}{first}") } else { format!("{name}{first}..{last}") }
    };
    words.iter().map(word).collect::<Vec<_>>().join(" ")
}

fn follows(last: &str, number: &str) -> bool {
    let of = |text: &str| text.parse::<u64>().ok();
    of(last).zip(of(number)).is_some_and(|(last, number)| last + 1 == number)
}

#[test]
fn neighbours_become_a_range() {
    let accounts = ["a08", "a09", "a10", "b11", "c"].map(str::to_owned);
    assert_eq!(ranges(&accounts), "a08..10 b11 c");
}
