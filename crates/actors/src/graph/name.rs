//! Looking objects up by what people call them: an id, the start of one, a name, an alias,
//! however it is spaced and capitalised.

use super::{Found, Graph, How};
use serde::Deserialize;
use std::borrow::Cow;
use std::collections::BTreeMap;
use stix::Id;

/// So many are listed of what a text leads to; whoever sees as many types more of it.
const FOUND_MAX: usize = 100;
/// The start of a UUID, or of a name, leads somewhere from so many characters on: fewer
/// lead everywhere.
const PREFIX_CHARS_MIN: usize = 3;

/// What an object is called, in the order in which it is looked for.
#[derive(Deserialize)]
struct Called<'a> {
    #[serde(borrow, default)]
    name: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    value: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    r#abstract: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    account_login: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    user_id: Option<Cow<'a, str>>,
}

/// Without what people write differently: capitals, blanks, hyphens and underscores.
pub(crate) fn folded(text: &str) -> String {
    let kept = |char: &char| !char.is_whitespace() && !matches!(char, '-' | '_' | '‐' | '–');
    text.chars().filter(kept).flat_map(char::to_lowercase).collect()
}

impl Graph {
    /// What `text` leads to: what its id or name is exactly, or, if there is none, what
    /// starts so. One that is found is the answer, several are to be chosen from, from the
    /// surest way on and then by id.
    pub fn find(&self, text: &str) -> Vec<Found> {
        let mut exact: BTreeMap<u32, How> = BTreeMap::new();
        if let Some(node) = self.ids.find(&self.objects, text.trim()) {
            exact.insert(node, How::Id);
        }
        let folded = folded(text);
        for node in self.named(&folded, |name| name == folded) {
            let is_name = self::folded(&self.name(node)) == folded;
            exact.entry(node).or_insert(if is_name { How::Name } else { How::Alias });
        }
        if exact.is_empty() && folded.chars().count() >= PREFIX_CHARS_MIN {
            exact.extend(self.starting(text.trim(), &folded));
        }
        let mut found: Vec<Found> =
            exact.into_iter().map(|(node, how)| self.found(node, how)).collect();
        found.sort_by(|x, y| x.how.cmp(&y.how).then_with(|| x.id.cmp(&y.id)));
        found.truncate(FOUND_MAX);
        found
    }

    fn named(&self, folded: &str, is_it: impl Fn(&str) -> bool) -> impl Iterator<Item = u32> {
        let from = self.names.partition_point(|(name, _)| **name < *folded);
        self.names[from..].iter().take_while(move |(name, _)| is_it(name)).map(|(_, node)| *node)
    }

    /// What has an id, a UUID or a name that starts so.
    fn starting(&self, text: &str, folded: &str) -> BTreeMap<u32, How> {
        let mut found: BTreeMap<u32, How> = BTreeMap::new();
        let from = self.ids.from(&self.objects, text);
        let ids =
            (from..self.ids.len()).take_while(|node| self.id(*node).as_str().starts_with(text));
        found.extend(ids.take(FOUND_MAX).map(|node| (node, How::IdPrefix)));
        if text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-') {
            let uuids = self.nodes().filter(|node| {
                let id = self.id(*node).as_str();
                id.split_once("--").is_some_and(|(_, uuid)| uuid.starts_with(text))
            });
            found.extend(uuids.take(FOUND_MAX).map(|node| (node, How::IdPrefix)));
        }
        for node in self.named(folded, |name| name.starts_with(folded)).take(FOUND_MAX) {
            found.entry(node).or_insert(How::NamePrefix);
        }
        found
    }

    fn found(&self, node: u32, how: How) -> Found {
        let survivor = self.survivor(node);
        let merged_into = (survivor != node).then(|| self.id(survivor).clone());
        Found { id: self.id(node).clone(), name: self.name(node), how, merged_into }
    }

    /// What an object is called; its id where it has no name, or is not known.
    pub fn name_of(&self, id: &Id) -> String {
        self.node(id).map_or_else(|| id.to_string(), |node| self.name(node))
    }

    /// What a node is called; its id where it has no name.
    pub(super) fn name(&self, node: u32) -> String {
        let called = self.current(node).and_then(|object| {
            let called = serde_json::from_str::<Called<'_>>(object.text()).ok()?;
            let named = called.name.or(called.value).or(called.r#abstract);
            named.or(called.account_login).or(called.user_id)
        });
        called.map_or_else(|| self.id(node).to_string(), Cow::into_owned)
    }
}
