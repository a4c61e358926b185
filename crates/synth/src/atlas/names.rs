//! Names by language: lists for the common ones, heads × tails for the long tail.

use super::figure;

/// A piece of a name in Latin letters (lower case) and in its own script.
#[derive(Clone, Copy)]
pub(crate) struct Part {
    pub(crate) latin: &'static str,
    pub(crate) native: &'static str,
}

/// The names of one language.
#[derive(Default)]
pub(crate) struct Tongue {
    pub(crate) key: &'static str,
    pub(crate) family_first: bool,
    /// Share of people who show the name in its own script.
    pub(crate) native: f64,
    pub(crate) given: Vec<Part>,
    pub(crate) family: Vec<Part>,
    pub(crate) middle: Vec<Part>,
    /// Syllables: one or two make a given name.
    pub(crate) syllables: Vec<Part>,
    pub(crate) heads: Vec<Part>,
    pub(crate) tails: Vec<Part>,
}

impl Tongue {
    #[cfg(test)]
    pub(super) fn parts(&self) -> impl Iterator<Item = &Part> {
        let lists =
            [&self.given, &self.family, &self.middle, &self.syllables, &self.heads, &self.tails];
        lists.into_iter().flatten()
    }

    /// Whether the script is one without capital letters and joins its names.
    pub(crate) fn joins_names(&self) -> bool {
        matches!(self.key, "zh" | "zht" | "ja" | "ko")
    }
}

pub(super) fn parse(text: &'static str) -> Vec<Tongue> {
    let mut tongues: Vec<Tongue> = Vec::new();
    for line in super::lines(text) {
        if let Some(head) = line.strip_prefix('@') {
            tongues.push(tongue(head));
        } else if let Some(tongue) = tongues.last_mut() {
            add_list(tongue, line);
        }
    }
    tongues
}

fn tongue(head: &'static str) -> Tongue {
    let mut words = head.split_whitespace();
    let mut tongue = Tongue { key: words.next().unwrap_or_default(), ..Tongue::default() };
    for (key, value) in words.filter_map(|word| word.split_once('=')) {
        match key {
            "order" => tongue.family_first = value == "family",
            _ => tongue.native = figure(value),
        }
    }
    tongue
}

fn add_list(tongue: &mut Tongue, line: &'static str) {
    let mut words = line.split_whitespace();
    let list = match words.next() {
        Some("given") => &mut tongue.given,
        Some("family") => &mut tongue.family,
        Some("middle") => &mut tongue.middle,
        Some("gs") => &mut tongue.syllables,
        Some("fh") => &mut tongue.heads,
        _ => &mut tongue.tails,
    };
    list.extend(words.map(|word| match word.split_once(':') {
        Some((latin, native)) => Part { latin, native },
        None => Part { latin: word, native: word },
    }));
}
