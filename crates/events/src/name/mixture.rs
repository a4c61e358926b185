//! Which scripts a text is written in, whether one word mixes scripts that
//! look alike, and the skeleton that look-alikes share (Unicode UTS 39).

use unicode_script::{Script, UnicodeScript};
use unicode_security::mixed_script::AugmentedScriptSet;

/// The scripts in the text, by name; digits, punctuation and combining marks
/// have none.
pub fn scripts(text: &str) -> Vec<Script> {
    let mut scripts: Vec<Script> = Vec::new();
    for c in text.chars() {
        let script = c.script();
        let none = matches!(script, Script::Common | Script::Inherited | Script::Unknown);
        if !none && !scripts.contains(&script) {
            scripts.push(script);
        }
    }
    scripts.sort_by_key(|script| script.full_name());
    scripts
}

/// Whether one word joins scripts that do not belong in one word: `Аlice` with
/// a Cyrillic `А`. Words of different scripts side by side are how bilingual
/// people write; Latin within Chinese, Thai or Arabic is ordinary, too
/// (UTS 39, "moderately restrictive").
pub fn is_mixed(text: &str) -> bool {
    !text.is_ascii() && text.split_whitespace().any(word_is_mixed)
}

fn word_is_mixed(word: &str) -> bool {
    let mut latin = false;
    let mut closed = false;
    let mut others = AugmentedScriptSet::default();
    for c in word.chars() {
        match c.script() {
            Script::Latin => latin = true,
            script => {
                closed |= !mixes_with_latin(script);
                others.intersect_with(AugmentedScriptSet::for_char(c));
            }
        }
    }
    others.is_empty() || (latin && closed)
}

/// The scripts in everyday use that share no look-alikes with Latin.
fn mixes_with_latin(script: Script) -> bool {
    use Script::*;
    matches!(
        script,
        Common
            | Inherited
            | Arabic
            | Bengali
            | Bopomofo
            | Devanagari
            | Ethiopic
            | Georgian
            | Gujarati
            | Gurmukhi
            | Han
            | Hangul
            | Hebrew
            | Hiragana
            | Kannada
            | Katakana
            | Khmer
            | Lao
            | Malayalam
            | Myanmar
            | Oriya
            | Sinhala
            | Tamil
            | Telugu
            | Thaana
            | Thai
            | Tibetan
    )
}

/// What a reader sees: texts that look alike have one skeleton, such as
/// `paypal` in Latin and with a Cyrillic `а`, or `rnicr0soft` and `Microsoft`.
/// Case is folded on both sides of UTS 39's own mapping, because platforms
/// fold it in handles and the mapping turns `0` into a capital `O`. A key for
/// comparing, not for showing.
pub fn skeleton(text: &str) -> String {
    let lower = text.to_lowercase();
    unicode_security::skeleton(&lower).flat_map(char::to_lowercase).collect()
}
