//! The Accept-Language header as each engine writes it.

use super::{Agent, Browser};
use crate::dice::Dice;

/// The header of a browser whose first language is `tag`.
pub(crate) fn header(dice: &mut Dice, agent: &Agent, tag: &str) -> String {
    let base = &tag[..tag.find('-').unwrap_or(tag.len())];
    let english = base == "en";
    if tag == base {
        return if dice.chance(0.5) {
            base.to_owned()
        } else {
            format!("{base},en-US;q=0.9,en;q=0.8")
        };
    }
    match agent.browser {
        Browser::App => tag.to_owned(),
        _ if agent.system.is_apple_phone() || agent.browser == Browser::Safari => {
            if english || dice.chance(0.75) {
                format!("{tag},{base};q=0.9")
            } else {
                format!("{tag},{base};q=0.9,en-US;q=0.8,en;q=0.7")
            }
        }
        Browser::Firefox if english => format!("{tag},{base};q=0.5"),
        Browser::Firefox => format!("{tag},{base};q=0.8,en-US;q=0.5,en;q=0.3"),
        _ => chromium(dice, tag, base, english),
    }
}

fn chromium(dice: &mut Dice, tag: &str, base: &str, english: bool) -> String {
    let shape = dice.unit();
    if english {
        return match shape {
            u if u < 0.80 => format!("{tag},{base};q=0.9"),
            u if u < 0.90 => base.to_owned(),
            u if u < 0.95 => {
                let other = if tag == "en-GB" { "en-US" } else { "en-GB" };
                format!("{tag},{other};q=0.9,{base};q=0.8")
            }
            _ => format!(
                "{tag},{base};q=0.9,{};q=0.8",
                dice.pick(&["es", "fr", "de", "zh-CN", "hi", "pt"])
            ),
        };
    }
    match shape {
        u if u < 0.56 => format!("{tag},{base};q=0.9,en-US;q=0.8,en;q=0.7"),
        u if u < 0.80 => format!("{tag},{base};q=0.9"),
        u if u < 0.90 => format!("{tag},{base};q=0.9,en;q=0.8"),
        u if u < 0.95 => base.to_owned(),
        u if u < 0.98 => format!("{tag},{base};q=0.9,fr-FR;q=0.8,fr;q=0.7,en-US;q=0.6,en;q=0.5"),
        _ => format!("en-US,en;q=0.9,{tag};q=0.8,{base};q=0.7"),
    }
}
