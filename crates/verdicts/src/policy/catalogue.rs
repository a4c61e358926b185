//! What conditions may ask about, for those who write them: every name, what it gives, what
//! it means, and a condition that uses it.

use super::name::Type;
use crate::counters::Window;
use signals::Kind;

/// Names of one sort.
#[derive(Clone, Debug)]
pub struct Group {
    /// What they have in common, for people.
    pub title: &'static str,
    /// One by one.
    pub names: Vec<Described>,
}

/// A name, or many of one pattern.
#[derive(Clone, Debug)]
pub struct Described {
    /// The name; of a pattern with KIND, WHAT, WINDOW and LIST in the place of what
    /// differs.
    pub name: String,
    /// Every name that the pattern stands for, but for those of lists, which the policy
    /// has names for.
    pub stands_for: Vec<String>,
    /// What it gives.
    pub gives: Type,
    /// What it means, for people.
    pub meaning: String,
    /// A condition that asks for it.
    pub example: String,
}

impl Type {
    /// As people call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "number",
            Self::Truth => "true or false",
        }
    }
}

/// Everything that a condition may ask about.
pub fn groups() -> Vec<Group> {
    let mut groups = vec![known(), counted()];
    groups.extend(SIGNALS.iter().map(|(title, signals)| Group {
        title,
        names: signals.iter().map(|(kind, like)| signal(*kind, like)).collect(),
    }));
    groups
}

fn described(name: &str, gives: Type, meaning: &str, example: &str) -> Described {
    Described {
        name: name.to_owned(),
        stands_for: vec![name.to_owned()],
        gives,
        meaning: meaning.to_owned(),
        example: example.to_owned(),
    }
}

fn known() -> Group {
    let names = vec![
        described(
            "risk",
            Type::Number,
            "the estimate that it is fraudulent, 0 to 1; 0 until something was scanned",
            "risk >= 0.9",
        ),
        described(
            "campaign",
            Type::Text,
            "the id of the campaign that it fits; empty where it fits none",
            "campaign != ''",
        ),
        described(
            "returned",
            Type::Truth,
            "whether that campaign was taken down, so that it has come back",
            "returned && risk >= 0.5",
        ),
        described(
            "signature",
            Type::Text,
            "the id of the campaign whose signature it meets; empty where it meets none",
            "signature != ''",
        ),
        described(
            "phase",
            Type::Text,
            "'before' the account exists, or 'after'",
            "phase == 'before' && risk >= 0.5",
        ),
    ];
    Group { title: "What is known of it", names }
}

fn counted() -> Group {
    let each = |of: &dyn Fn(Kind, Window) -> Vec<String>| -> Vec<String> {
        let windows = Window::ALL.into_iter();
        windows.flat_map(|window| kinds().flat_map(move |kind| of(kind, window))).collect()
    };
    let count = |kind: Kind, window| vec![format!("count_{}_{window}", kind.name())];
    let distinct = |kind: Kind, window| {
        let others = kinds().filter(move |other| *other != kind);
        let name =
            move |what: Kind| format!("distinct_{}_by_{}_{window}", what.name(), kind.name());
        others.map(name).collect()
    };
    let names = vec![
        Described {
            name: "count_KIND_WINDOW".to_owned(),
            stands_for: each(&count),
            gives: Type::Number,
            meaning: "sign-ups with its value of a kind, itself among them once it exists; \
                      windows are 1m, 10m, 1h, 24h, 7d"
                .to_owned(),
            example: "count_ip_10m > 20".to_owned(),
        },
        Described {
            name: "distinct_WHAT_by_KIND_WINDOW".to_owned(),
            stands_for: each(&distinct),
            gives: Type::Number,
            meaning: "different values of one kind among the sign-ups with its value of \
                      another; large ones are estimates"
                .to_owned(),
            example: "distinct_device_by_ip_1h < 3".to_owned(),
        },
        Described {
            name: "listed_LIST".to_owned(),
            stands_for: Vec::new(),
            gives: Type::Truth,
            meaning: "whether its value is on the policy's own [lists.LIST]".to_owned(),
            example: "listed_blocked_domains".to_owned(),
        },
    ];
    Group { title: "What is counted and listed", names }
}

/// Columns of somebody's own are not among the sign-ups that are judged.
fn kinds() -> impl Iterator<Item = Kind> {
    Kind::ALL.iter().copied().filter(|kind| !Kind::EXTRA.contains(kind))
}

fn signal(kind: Kind, like: &str) -> Described {
    let meaning = format!("its {}; empty where there is none", kind.words());
    let example = format!("{} == '{like}'", kind.name());
    let example = match kind {
        // By themselves they are never a reason.
        Kind::Country | Kind::Language | Kind::PhoneHome => format!("{example} && risk >= 0.9"),
        _ => example,
    };
    described(kind.name(), Type::Text, &meaning, &example)
}

/// Every kind, and what its values are like.
const SIGNALS: &[(&str, &[(Kind, &str)])] = &[
    (
        "Its network",
        &[
            (Kind::Ip, "198.51.100.7"),
            (Kind::Net, "198.51.100.0/24"),
            (Kind::Asn, "AS64496"),
            (Kind::NetworkKind, "Tor"),
            (Kind::Country, "CH"),
        ],
    ),
    (
        "Its client",
        &[
            (Kind::Device, "aefd40f94d0aa56a"),
            (Kind::Fingerprint, "95097a228341ab65"),
            (Kind::Ja4, "t13d1516h2_382e25e74a53_4f9c8034a2a5"),
            (Kind::Agent, "Chrome 127 on Windows"),
            (Kind::Client, "Chrome 127 on Windows by t13d1516h2_382e25e74a53_4f9c8034a2a5"),
            (Kind::AgentText, "curl/8.5.0"),
            (Kind::Platform, "Windows"),
            (Kind::Language, "de-ch"),
            (Kind::Referrer, "https://example.com/invite"),
        ],
    ),
    (
        "Its mail and names",
        &[
            (Kind::Domain, "example.com"),
            (Kind::Mailbox, "somebody@example.com"),
            (Kind::MailShape, "lllll0000"),
            (Kind::MailGrammar, "lllll0000@example.com"),
            (Kind::NameShape, "Llllll0000"),
            (Kind::NameGrammar, "Ll0"),
            (Kind::Stem, "shop"),
            (Kind::Texture, "8 letters, 2 digits, random-looking"),
            (Kind::Nature, "random-looking"),
            (Kind::Relation, "handle is the mail name"),
            (Kind::DisplayShape, "Lllll Llllll"),
        ],
    ),
    (
        "Its phone",
        &[
            (Kind::Phone, "+41791234567"),
            (Kind::PhoneBlock, "+4179123xxxx"),
            (Kind::PhoneHome, "of another country"),
        ],
    ),
    (
        "Its challenge",
        &[
            (Kind::IssueNet, "198.51.100.0/24"),
            (Kind::Redeem, "issued elsewhere"),
            (Kind::Solve, "8.00–9.51 s provider"),
        ],
    ),
    (
        "Its time, in UTC",
        &[
            (Kind::TenMinutes, "2026-01-31T08:10Z"),
            (Kind::Hour, "2026-01-31T08:00Z"),
            (Kind::Day, "2026-01-31T00:00Z"),
        ],
    ),
];
