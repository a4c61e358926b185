//! Words that handles, brands and domains are made of.

use std::collections::BTreeMap;

/// Word lists by their name in the table, such as `en.noun`.
pub(crate) struct Words {
    lists: BTreeMap<&'static str, Vec<&'static str>>,
    /// By language.
    nouns: BTreeMap<&'static str, Vec<&'static str>>,
}

impl Words {
    /// A list that every world needs; empty only if the table lost it.
    pub(crate) fn list(&self, name: &str) -> &[&'static str] {
        self.lists.get(name).map_or(&[], Vec::as_slice)
    }

    /// The nouns of a language, or everyone's.
    pub(crate) fn nouns(&self, tongue: &str) -> &[&'static str] {
        let key = match tongue {
            "zht" => "zh",
            "uk" => "ru",
            "ms" => "id",
            "ur" | "bn" => "hi",
            other => other,
        };
        self.nouns.get(key).map_or_else(|| self.list("en.noun"), Vec::as_slice)
    }
}

pub(super) fn parse(text: &'static str) -> Words {
    let lists: BTreeMap<&str, Vec<&str>> = super::lines(text)
        .map(|line| {
            let mut words = line.split_whitespace();
            (words.next().unwrap_or_default(), words.collect())
        })
        .collect();
    let nouns = lists
        .iter()
        .filter_map(|(name, list)| Some((name.strip_suffix(".noun")?, list.clone())))
        .collect();
    Words { lists, nouns }
}
