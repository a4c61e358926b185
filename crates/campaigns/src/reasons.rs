//! Why: the cells that best tell what a campaign's accounts share. Every
//! figure is a count of sign-ups that its conditions select again.

use crate::assembly;
use crate::cells::families::{Behaviour, behaviour};
use crate::cells::{Cell, Cells};
use crate::evidence::weight;
use crate::finding::{Reason, Tie, What};
use signals::{Kind, Values};

/// More reasons than this are not read.
const REASONS_MAX: usize = 6;

/// Cells looked at for one campaign, strongest first.
const CELLS_MAX: usize = 400;

/// A cell speaks for a campaign if at least this share of it is in it.
const PURITY_MIN: f64 = 0.5;

/// The cells that speak best for `members` (ascending), best first: strong,
/// covering, and each telling something new.
pub fn choose(cells: &Cells, community: &[u32], members: &[u32]) -> Vec<u32> {
    let mut strongest: Vec<u32> = community.to_vec();
    let force = |cell: u32| {
        let cell = &cells.cells[cell as usize];
        f64::from(weight(cell)) * f64::from(cell.observed).sqrt()
    };
    strongest.sort_unstable_by(|x, y| force(*y).total_cmp(&force(*x)).then(x.cmp(y)));
    strongest.truncate(CELLS_MAX);
    let scored: Vec<(f64, f64, u32)> = strongest
        .into_iter()
        .map(|index| {
            let cell = &cells.cells[index as usize];
            let shared = shared(cells.rows(cell), members) as f64;
            let cover = (shared / members.len() as f64).sqrt();
            (cover * f64::from(weight(cell)), shared / f64::from(cell.observed), index)
        })
        .collect();
    // A campaign that no cell has to itself is still shown what holds it.
    let purity_min =
        if scored.iter().any(|(_, purity, _)| *purity >= PURITY_MIN) { PURITY_MIN } else { 0.0 };
    let mut scored: Vec<(f64, u32)> = scored
        .into_iter()
        .filter(|(score, purity, _)| *purity >= purity_min && *score > 0.0)
        .map(|(score, _, index)| (score, index))
        .collect();
    scored.sort_unstable_by(|x, y| y.0.total_cmp(&x.0).then(x.1.cmp(&y.1)));
    let mut told: Vec<(Kind, Behaviour)> = Vec::new();
    let mut pairs: Vec<[Kind; 2]> = Vec::new();
    let mut chosen = Vec::new();
    for (_, index) in scored {
        let cell = &cells.cells[index as usize];
        let tells = (cell.resource, behaviour(cell.behaviour));
        // Two of a resource, two of a behaviour: the third says it again.
        let repeats =
            |of: &dyn Fn(&(Kind, Behaviour)) -> bool| told.iter().filter(|t| of(t)).count();
        let mut pair = [cell.resource, cell.behaviour];
        pair.sort_unstable();
        if told.contains(&tells)
            || pairs.contains(&pair)
            || repeats(&|t| t.0 == tells.0) >= 2
            || repeats(&|t| t.1 == tells.1) >= 2
        {
            continue;
        }
        told.push(tells);
        pairs.push(pair);
        chosen.push(index);
        if chosen.len() == REASONS_MAX {
            break;
        }
    }
    chosen
}

/// How many values two ascending lists share.
fn shared(x: &[u32], y: &[u32]) -> usize {
    let (mut i, mut j, mut n) = (0, 0, 0);
    while i < x.len() && j < y.len() {
        match x[i].cmp(&y[j]) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => (i, j, n) = (i + 1, j + 1, n + 1),
        }
    }
    n
}

/// A cell in words.
pub fn reason(cell: &Cell, values: &Values) -> Reason {
    let text = |kind, value| values.text(kind, value).unwrap_or("(unknown)").to_owned();
    let (a, b) = (text(cell.resource, cell.a), text(cell.behaviour, cell.b));
    let words = format!(
        "{} accounts {} and {}; {} expected",
        grouped(cell.observed),
        shared_words(cell.resource, &a),
        shared_words(cell.behaviour, &b),
        expected_words(cell.expected)
    );
    Reason {
        code: format!("{}×{}", cell.resource.name(), cell.behaviour.name()),
        words,
        observed: u64::from(cell.observed),
        expected: cell.expected,
        log_p: cell.log_p,
        conditions: vec![
            (cell.resource.name().to_owned(), a),
            (cell.behaviour.name().to_owned(), b),
        ],
    }
}

/// A tie between two campaigns in words.
pub fn tie(tie: &assembly::Tie, values: &Values) -> Tie {
    let value = tie.value.and_then(|(kind, value)| Some((kind, values.text(kind, value)?)));
    let percent = |share: f64| format!("{} %", (100.0 * share).round());
    let both = format!("{} here and {} there", percent(tie.here), percent(tie.there));
    let clause = match (tie.what, &value) {
        (_, Some((kind, text))) => shared_words(*kind, text),
        (What::Machines, _) => "are on devices or browsers of both".into(),
        (What::Rhythm, _) => "were made in the same hours of the day".into(),
        _ => format!("agree in {}", tie.what.words()),
    };
    let usual = match tie.what {
        What::Machines | What::Rhythm => String::new(),
        _ if tie.usual < 0.0005 => ", hardly anyone else".into(),
        _ => format!(", {:.1} % of everyone else", 100.0 * tie.usual),
    };
    Tie {
        what: tie.what,
        value: value.map(|(kind, text)| (kind.name().to_owned(), text.to_owned())),
        here: tie.here,
        there: tie.there,
        usual: tie.usual,
        words: format!("{both} {clause}{usual}"),
    }
}

/// What sharing a value of a kind is, as a clause. Values that identify a
/// person or a device stay out of sentences.
fn shared_words(kind: Kind, value: &str) -> String {
    match kind {
        Kind::Ip => "share one address".into(),
        Kind::Net => format!("come from network {value}"),
        Kind::Asn => format!("come from operator {value}"),
        Kind::NetworkKind => format!("come from {value}"),
        Kind::Device => "share one device".into(),
        Kind::Fingerprint => "share one browser fingerprint".into(),
        Kind::Ja4 => format!("share TLS client {value}"),
        Kind::Agent | Kind::AgentText => format!("announce browser “{}”", short(value)),
        Kind::Language => format!("ask for language {value}"),
        Kind::Domain => format!("use mail domain {value}"),
        Kind::Mailbox => "deliver to one mailbox".into(),
        Kind::MailShape | Kind::MailGrammar => format!("have mail names of shape {value}"),
        Kind::NameShape => format!("have names of shape {value}"),
        Kind::NameGrammar => format!("have names of pattern {value}"),
        Kind::DisplayShape => format!("have display names of shape {value}"),
        Kind::Client => format!("announce browser and TLS client “{}”", short(value)),
        Kind::Stem => format!("have names that begin with “{}”", short(value)),
        Kind::Texture => format!("have names of {value}"),
        Kind::Nature => format!("have {value} names"),
        Kind::Relation => value.into(),
        Kind::Phone => "share one phone number".into(),
        Kind::PhoneBlock => format!("have phone numbers from block {value}"),
        Kind::PhoneHome => format!("have phone numbers {value}"),
        Kind::IssueNet => format!("had challenges fetched by network {value}"),
        Kind::Redeem => format!("redeemed CAPTCHA tokens {value}"),
        Kind::Solve => format!("solved the CAPTCHA in {}", value.trim_end()),
        Kind::Referrer => format!("came from {}", short(value)),
        Kind::TenMinutes => format!("signed up in the ten minutes from {value}"),
        Kind::Hour => format!("signed up in the hour from {value}"),
        Kind::Day => format!("signed up on {value}"),
        Kind::Country | Kind::Platform => format!("have {} {value}", kind.words()),
        Kind::Extra1 | Kind::Extra2 | Kind::Extra3 | Kind::Extra4 => {
            format!("have {} {}", kind.words(), short(value))
        }
    }
}

/// Longest value shown in a sentence, in characters.
const VALUE_CHARS_MAX: usize = 48;

fn short(value: &str) -> String {
    if value.chars().count() <= VALUE_CHARS_MAX {
        return value.to_owned();
    }
    value.chars().take(VALUE_CHARS_MAX - 1).chain(['…']).collect()
}

fn expected_words(expected: f64) -> String {
    match expected {
        e if e < 0.01 => "less than 0.01".into(),
        e if e < 0.95 => format!("{e:.2}"),
        e if e < 9.95 => format!("{e:.1}"),
        e => grouped(e.round() as u32),
    }
}

/// 12345 as `12,345`.
fn grouped(n: u32) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// The rule behind a signature in words.
pub fn rule_words(conditions: &[(Kind, String)]) -> String {
    let clauses: Vec<String> = conditions
        .iter()
        .map(|(kind, value)| format!("{} is {}", kind.words(), short(value)))
        .collect();
    clauses.join(" and ")
}
