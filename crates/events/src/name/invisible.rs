//! Characters that nobody sees, and when they belong to the text after all.
//! Persian and the scripts of India need joiners, emoji need joiners and
//! selectors, Japanese names need ideograph variants; anywhere else such a
//! character only makes two equal names differ.

use unicode_script::{Script, UnicodeScript};

/// Whether nothing is drawn for the character: controls, and Unicode's
/// Default_Ignorable_Code_Point, which holds the zero-width, the direction
/// marks and the fillers. White space is not meant.
pub fn is_invisible(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_control() && !c.is_whitespace();
    }
    match c {
        '\u{80}'..='\u{9f}' => c != '\u{85}',
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' => true,
        '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}' => true,
        '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' => true,
        // The blank Braille pattern is drawn as nothing, too.
        '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' => true,
        '\u{fff0}'..='\u{fffb}' => true,
        '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' => true,
        '\u{e0000}'..='\u{e0fff}' => true,
        _ => false,
    }
}

/// The text without its invisible characters, and whether any was out of place.
pub(super) fn without(text: &str) -> (String, bool) {
    let kept: Vec<char> =
        text.chars().filter(|&c| !is_invisible(c) || is_joiner(c) || is_selector(c)).collect();
    let mut hidden = kept.len() < text.chars().count();
    let mut visible = String::with_capacity(text.len());
    let mut previous = None;
    for (at, &c) in kept.iter().enumerate() {
        let next = kept.get(at + 1).copied();
        if belongs(previous, c, next) {
            visible.push(c);
            previous = Some(c);
        } else {
            hidden = true;
        }
    }
    (visible, hidden)
}

fn belongs(previous: Option<char>, c: char, next: Option<char>) -> bool {
    if is_joiner(c) {
        let after = previous.is_some_and(|c| takes_joiner(c) || is_selector(c));
        return after && next.is_some_and(takes_joiner);
    }
    if is_selector(c) {
        // The keycap of "1️⃣" is the one selector that follows ASCII.
        let base = previous.is_some_and(|c| c.is_ascii_digit() || c == '#' || c == '*');
        let keycap = base && next == Some('\u{20e3}');
        return keycap || previous.is_some_and(takes_selector);
    }
    true
}

fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

fn is_selector(c: char) -> bool {
    matches!(c, '\u{180b}'..='\u{180d}' | '\u{180f}' | '\u{fe00}'..='\u{fe0f}')
        || matches!(c, '\u{e0100}'..='\u{e01ef}')
}

/// Letters that change form when joined, and symbols (emoji are of them).
fn takes_joiner(c: char) -> bool {
    if c.is_ascii() || is_invisible(c) || c.is_whitespace() {
        return false;
    }
    match c.script() {
        Script::Latin | Script::Greek | Script::Cyrillic | Script::Armenian | Script::Georgian => {
            false
        }
        Script::Han | Script::Hiragana | Script::Katakana | Script::Hangul | Script::Thai => false,
        Script::Common => !c.is_alphanumeric(),
        _ => true,
    }
}

fn takes_selector(c: char) -> bool {
    takes_joiner(c) || c.script() == Script::Han
}
