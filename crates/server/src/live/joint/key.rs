//! One key of a sign-up, as it is asked of Redis and as it is told.

use super::veil::Veil;
use redis::{Cmd, Script, Value};
use std::sync::LazyLock;
use verdicts::counters::{Alike, Key, LAST_MAX, OfKey, Window};

/// Counts and tells.
static COUNT: LazyLock<Script> = LazyLock::new(|| Script::new(TEXT));
const TEXT: &str = include_str!("count.lua");

/// Whether the sign-up is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Adds {
    Yes,
    No,
}

/// The script by its hash, which Redis knows if it was loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    Hash,
    Text,
}

/// A key, ready to be asked.
#[derive(Debug)]
pub(super) struct Ask {
    key: Key,
    /// Of what is kept behind it, in an order that another policy does not change.
    order: Vec<usize>,
    own: Vec<u32>,
    name: String,
    layout: String,
    second: u32,
    adds: Adds,
}

impl Ask {
    pub(super) fn of(key: Key, second: u32, adds: Adds, veil: &Veil) -> Self {
        let mut order: Vec<usize> = (0..key.behind.len()).collect();
        order.sort_by_key(|at| key.behind[*at].0 as usize);
        let behind = order.iter().map(|at| key.behind[*at]);
        let own = behind.clone().map(|(kind, value)| veil.short(kind.name(), value)).collect();
        let names: Vec<&str> = behind.map(|(kind, _)| kind.name()).collect();
        let layout = format!("{:08x}", veil.of_one(&names.join(" "), 0) as u32);
        let name = format!("dragnet:{{{:016x}}}", veil.of_one(key.kind.name(), key.value));
        Self { key, order, own, name, layout, second, adds }
    }

    pub(super) fn command(&self, by: By) -> Cmd {
        let Self { key, name, .. } = self;
        let mut command = match by {
            By::Hash => redis::cmd("EVALSHA").arg(COUNT.get_hash()).to_owned(),
            By::Text => redis::cmd("EVAL").arg(TEXT).to_owned(),
        };
        command.arg(2 + key.distinct.len());
        command.arg(format!("{name}:l{}", self.layout)).arg(format!("{name}:c"));
        for (at, window) in &key.distinct {
            command.arg(format!("{name}:d:{}:{window}", key.behind[*at].0.name()));
        }
        let flag = |is: bool| if is { "1" } else { "0" };
        command.arg(self.second).arg(flag(self.adds == Adds::Yes)).arg(flag(key.is_last_asked));
        command.arg(LAST_MAX).arg(self.entry()).arg(Window::Week.seconds());
        command.arg(key.counts.len());
        for window in &key.counts {
            command.arg(window.seconds());
        }
        for (at, window) in &key.distinct {
            command.arg(window.seconds()).arg(self.own_at(*at));
        }
        command
    }

    fn own_at(&self, at: usize) -> u32 {
        let place = self.order.iter().position(|own| *own == at);
        place.map_or(0, |place| self.own[place])
    }

    /// The sign-up, as it is kept: its second, and the values behind the key.
    fn entry(&self) -> Vec<u8> {
        let numbers = std::iter::once(&self.second).chain(&self.own);
        numbers.flat_map(|number| number.to_le_bytes()).collect()
    }

    /// What Redis told; nothing where it is not what was asked for.
    pub(super) fn told(&self, value: Value) -> Option<OfKey> {
        let Value::Array(told) = value else { return None };
        let mut told = told.into_iter().map(|value| match value {
            Value::BulkString(bytes) => Some(bytes),
            _ => None,
        });
        let mut number =
            || -> Option<f64> { std::str::from_utf8(&told.next()??).ok()?.parse().ok() };
        let counts = self.key.counts.iter().map(|window| Some((*window, number()?)));
        let counts = counts.collect::<Option<_>>()?;
        let distinct = self.key.distinct.iter().map(|asked| Some((*asked, number()?)));
        let distinct = distinct.collect::<Option<_>>()?;
        let alike = self.alike(told.flatten());
        Some(OfKey { by: self.key.by, counts, distinct, alike })
    }

    fn alike(&self, entries: impl Iterator<Item = Vec<u8>>) -> Alike {
        let mut found = Alike::default();
        for entry in entries {
            let words = entry
                .chunks_exact(4)
                .map(|four| u32::from_le_bytes(four.try_into().expect("chunks of four")));
            let words: Vec<u32> = words.collect();
            let Some((second, values)) = words.split_first() else { continue };
            let is_within = *second <= self.second
                && second.saturating_add(Window::Week.seconds()) > self.second;
            if is_within && values.len() == self.own.len() {
                found.add(&self.own, values);
            }
        }
        // They are told in their own order, and known in the plan's.
        let mut alike = Alike { others: found.others, ..Alike::default() };
        for (place, at) in self.order.iter().enumerate() {
            (alike.have[*at], alike.same[*at]) = (found.have[place], found.same[place]);
        }
        alike
    }
}
