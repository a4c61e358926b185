//! What a condition may ask about, by name.

use crate::counters::Window;
use signals::Kind;

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Name {
    /// A signal's text; empty where the sign-up does not have it.
    Signal(Kind),
    /// `count_ip_10m`: sign-ups with the same value.
    Count(Kind, Window),
    /// `distinct_device_by_ip_1h`: different values of the first among those with the same
    /// value of the second.
    Distinct(Kind, Kind, Window),
    /// `listed_NAME`: whether the sign-up's value is on a list, by its place.
    Listed(usize),
    /// The estimate that it is fraudulent, 0 to 1.
    Risk,
    /// The id of the campaign that it fits; empty where it fits none.
    Campaign,
    /// Whether that campaign was taken down, so that it has come back.
    Returned,
    /// The id of the signature that it meets; empty where it meets none.
    Signature,
    /// `before` or `after`.
    Phase,
}

/// What a name gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// A text.
    Text,
    /// A number.
    Number,
    /// True or false.
    Truth,
}

/// Names without parts.
const PLAIN: &[(&str, Name)] = &[
    ("risk", Name::Risk),
    ("campaign", Name::Campaign),
    ("returned", Name::Returned),
    ("signature", Name::Signature),
    ("phase", Name::Phase),
];

impl Name {
    /// What `text` stands for; `lists` by name.
    pub fn parse(text: &str, lists: &[String]) -> Option<Self> {
        if let Some((_, name)) = PLAIN.iter().find(|(plain, _)| *plain == text) {
            return Some(*name);
        }
        if let Some(list) = text.strip_prefix("listed_") {
            return lists.iter().position(|name| name == list).map(Self::Listed);
        }
        if let Some(rest) = text.strip_prefix("count_") {
            let (kind, window) = rest.rsplit_once('_')?;
            return Some(Self::Count(Kind::parse(kind)?, window.parse().ok()?));
        }
        if let Some(rest) = text.strip_prefix("distinct_") {
            let (rest, window) = rest.rsplit_once('_')?;
            let (what, by) = rest.split_once("_by_")?;
            return Some(Self::Distinct(
                Kind::parse(what)?,
                Kind::parse(by)?,
                window.parse().ok()?,
            ));
        }
        Kind::parse(text).map(Self::Signal)
    }

    /// What it gives.
    pub fn type_of(self) -> Type {
        match self {
            Self::Signal(_) | Self::Campaign | Self::Signature | Self::Phase => Type::Text,
            Self::Count(..) | Self::Distinct(..) | Self::Risk => Type::Number,
            Self::Listed(_) | Self::Returned => Type::Truth,
        }
    }

    /// Whether it tells of where somebody is from: by itself never a reason to act.
    pub fn is_origin(self) -> bool {
        use Kind::{Country, Language, PhoneHome};
        matches!(self, Self::Signal(Country | Language | PhoneHome))
    }
}

/// The names that are nearest to one that is none, for whoever mistyped it.
pub(super) fn nearest(text: &str, lists: &[String]) -> Vec<String> {
    let plain = PLAIN.iter().map(|(name, _)| (*name).to_owned());
    let kinds = Kind::ALL.iter().map(|kind| kind.name().to_owned());
    let listed = lists.iter().map(|list| format!("listed_{list}"));
    let counts = Kind::ALL
        .iter()
        .flat_map(|kind| Window::ALL.map(|window| format!("count_{}_{window}", kind.name())));
    let mut near: Vec<(usize, String)> = plain
        .chain(kinds)
        .chain(listed)
        .chain(counts)
        .chain(distinct(text))
        .map(|name| (distance(text, &name), name))
        .filter(|(distance, _)| *distance <= text.len() / 3)
        .collect();
    near.sort();
    near.into_iter().take(3).map(|(_, name)| name).collect()
}

/// The kind of signal that is nearest to what is none.
pub(super) fn nearest_kind(text: &str) -> Option<&'static str> {
    let near = Kind::ALL.iter().map(|kind| (distance(text, kind.name()), kind.name()));
    near.filter(|(distance, _)| *distance <= text.len() / 3).min().map(|(_, name)| name)
}

/// `distinct_…`: thousands, of which only those with a kind and a window of their own are
/// tried.
fn distinct(text: &str) -> Vec<String> {
    let parts = text.strip_prefix("distinct_").and_then(|rest| {
        let (rest, window) = rest.rsplit_once('_')?;
        let (what, by) = rest.split_once("_by_")?;
        Some((what, by, window))
    });
    let Some((what, by, window)) = parts else { return Vec::new() };
    let kind = |text: &str| {
        let known = Kind::parse(text).map(Kind::name);
        known.or_else(|| nearest_kind(text))
    };
    let (Some(what), Some(by)) = (kind(what), kind(by)) else { return Vec::new() };
    let windows = Window::ALL.map(|one| one.to_string());
    let windows = match windows.iter().find(|one| *one == window) {
        Some(known) => vec![known.clone()],
        None => windows.to_vec(),
    };
    windows.iter().map(|window| format!("distinct_{what}_by_{by}_{window}")).collect()
}

/// Letters to change, put in or leave out (Levenshtein 1966).
fn distance(x: &str, y: &str) -> usize {
    let mut row: Vec<usize> = (0..=y.len()).collect();
    for (i, a) in x.bytes().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in y.bytes().enumerate() {
            let change = diagonal + usize::from(a != b);
            diagonal = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[y.len()]
}
