//! The Accept-Language header as each engine writes it.

use super::{Agent, Browser};
use crate::dice::Dice;

/// Bytes of a long header.
const HEADER_BYTES: usize = 56;

/// A header before it is spelt out: T in the form stands for the first language,
/// B for it without its region, O for another one.
#[derive(Clone, Copy)]
pub(crate) struct Header {
    form: &'static str,
    tag: &'static str,
    other: &'static str,
}

impl Header {
    /// The text of the header.
    pub(crate) fn text(self) -> String {
        let mut text = String::with_capacity(HEADER_BYTES);
        for letter in self.form.chars() {
            match letter {
                'T' => text.push_str(self.tag),
                'B' => text.push_str(base(self.tag)),
                'O' => text.push_str(self.other),
                letter => text.push(letter),
            }
        }
        text
    }
}

fn base(tag: &str) -> &str {
    &tag[..tag.find('-').unwrap_or(tag.len())]
}

/// The header of a browser whose first language is `tag`.
pub(crate) fn header(dice: &mut Dice, agent: &Agent, tag: &'static str) -> Header {
    let like = |form| Header { form, tag, other: "" };
    let english = base(tag) == "en";
    if tag == base(tag) {
        return like(if dice.chance(0.5) { "B" } else { "B,en-US;q=0.9,en;q=0.8" });
    }
    match agent.browser {
        Browser::App => like("T"),
        _ if agent.system.is_apple_phone() || agent.browser == Browser::Safari => {
            like(if english || dice.chance(0.75) {
                "T,B;q=0.9"
            } else {
                "T,B;q=0.9,en-US;q=0.8,en;q=0.7"
            })
        }
        Browser::Firefox if english => like("T,B;q=0.5"),
        Browser::Firefox => like("T,B;q=0.8,en-US;q=0.5,en;q=0.3"),
        _ => chromium(dice, tag, english),
    }
}

fn chromium(dice: &mut Dice, tag: &'static str, english: bool) -> Header {
    let like = |form| Header { form, tag, other: "" };
    let shape = dice.unit();
    if english {
        return match shape {
            u if u < 0.80 => like("T,B;q=0.9"),
            u if u < 0.90 => like("B"),
            u if u < 0.95 => {
                let other = if tag == "en-GB" { "en-US" } else { "en-GB" };
                Header { form: "T,O;q=0.9,B;q=0.8", tag, other }
            }
            _ => {
                let other = *dice.pick(&["es", "fr", "de", "zh-CN", "hi", "pt"]);
                Header { form: "T,B;q=0.9,O;q=0.8", tag, other }
            }
        };
    }
    like(match shape {
        u if u < 0.56 => "T,B;q=0.9,en-US;q=0.8,en;q=0.7",
        u if u < 0.80 => "T,B;q=0.9",
        u if u < 0.90 => "T,B;q=0.9,en;q=0.8",
        u if u < 0.95 => "B",
        u if u < 0.98 => "T,B;q=0.9,fr-FR;q=0.8,fr;q=0.7,en-US;q=0.6,en;q=0.5",
        _ => "en-US,en;q=0.9,T;q=0.8,B;q=0.7",
    })
}
