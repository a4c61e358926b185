//! Names and handles as people write them: Unicode in NFKC, without the
//! characters that nobody sees, with their scripts and look-alikes named.
//! Scripts are kept as they are: nothing is transliterated or stripped of its
//! accents, since `Nguyễn` and `Nguyen` are two names.

mod invisible;
mod mixture;
mod shape;

pub use invisible::is_invisible;
pub use mixture::{is_mixed, scripts, skeleton};
pub use shape::{push_shape, shape};
pub use unicode_script::Script;

use unicode_normalization::{UnicodeNormalization, is_nfkc};

/// A name in normal form.
#[derive(Clone, PartialEq, Eq)]
pub struct Normal {
    /// NFKC, white space folded to single spaces, invisible characters gone.
    pub text: String,
    /// Whether there were invisible characters (controls, direction overrides,
    /// zero-width, fillers) that the script does not call for. Copying leaves
    /// one now and then; a generator that makes handles "unique" leaves many.
    pub hidden: bool,
}

/// A name points to a person: only its length is shown.
impl std::fmt::Debug for Normal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Normal({} characters, hidden: {})", self.text.chars().count(), self.hidden)
    }
}

/// Puts a name into normal form. Doing it twice changes nothing more.
pub fn normal(text: &str) -> Normal {
    if text.is_ascii() && !text.bytes().any(|b| b.is_ascii_control()) {
        let text = if is_folded(text) { text.to_owned() } else { folded(text) };
        return Normal { text, hidden: false };
    }
    let mut hidden = false;
    let mut text = nfkc(text);
    loop {
        // What stood on both sides of a character that went may combine now,
        // and then call for less itself. Every round but the last takes a
        // character away, so that there is a last one.
        let (visible, some_hidden) = invisible::without(&text);
        if !some_hidden {
            return Normal { text: folded(&text), hidden };
        }
        hidden = true;
        text = nfkc(&visible);
    }
}

fn nfkc(text: &str) -> String {
    if is_nfkc(text) { text.to_owned() } else { text.nfkc().collect() }
}

/// Whether ASCII without controls is what [`folded`] would make of it.
fn is_folded(text: &str) -> bool {
    !text.starts_with(' ')
        && !text.ends_with(' ')
        && !text.as_bytes().windows(2).any(|w| w == b"  ")
}

/// White space of any kind becomes one space; none is left at the ends.
fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.push_str(word);
    }
    folded
}
