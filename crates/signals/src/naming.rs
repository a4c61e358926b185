//! Naming: shape, pattern, stem and texture of a handle. Random handles have
//! scattered shapes but one texture; list-made ones the reverse.

use crate::written::decimal;
use crate::{Kind, Sink};
use events::SignUp;
use events::name::push_shape;
use std::sync::OnceLock;

/// Longest name that is looked at, in characters: what a longer one shares
/// with others, its beginning shows already.
const NAME_CHARS_MAX: usize = 48;

pub(crate) fn each(signup: &SignUp, sink: &mut Sink) {
    let local = signup.email.as_ref().map(|email| email.local());
    let handle = signup.username.as_ref().map(|handle| handle.as_str());
    let display = signup.display_name.as_ref().map(|name| name.as_str());
    let mut text = String::with_capacity(64);
    if let Some(name) = handle.or(display) {
        shape(name, &mut text);
        sink(Kind::NameShape, &text);
    }
    if let (Some(display), Some(_)) = (display, handle) {
        shape(display, &mut text);
        sink(Kind::DisplayShape, &text);
    }
    if let Some(name) = handle.or(local).or(display) {
        pattern(name, &mut text);
        sink(Kind::NameGrammar, &text);
        if stem(name, &mut text) {
            sink(Kind::Stem, &text);
        }
        let nature = nature(name);
        texture(name, nature, &mut text);
        sink(Kind::Texture, &text);
        sink(Kind::Nature, nature);
    }
    if let (Some(handle), Some(local)) = (handle, local) {
        sink(Kind::Relation, relation(handle, local, display));
    }
}

/// The part of a name that is looked at.
pub(crate) fn head(name: &str) -> &str {
    // No character is shorter than a byte.
    if name.len() <= NAME_CHARS_MAX {
        return name;
    }
    name.char_indices().nth(NAME_CHARS_MAX).map_or(name, |(end, _)| &name[..end])
}

/// Exact shape: `Ann.Lee77` is `Aaa.Aaa00`.
fn shape(name: &str, out: &mut String) {
    out.clear();
    push_shape(head(name), out);
}

/// Shape with runs of letters folded and digits counted: `Aa.Aa00`.
fn pattern(name: &str, out: &mut String) {
    shape(name, out);
    let mut last = '\0';
    out.retain(|c| {
        let keep = c != last || c == '0';
        last = c;
        keep
    });
}

/// Shorter stems are shared by chance too often to say anything.
const STEM_CHARS_MIN: usize = 4;

/// The first run of letters in lower case; false where it is too short.
fn stem(name: &str, out: &mut String) -> bool {
    out.clear();
    let letters = name.chars().skip_while(|c| !c.is_alphabetic()).take_while(|c| c.is_alphabetic());
    for c in letters.take(NAME_CHARS_MAX) {
        if c.is_ascii() {
            out.push(c.to_ascii_lowercase());
        } else {
            out.extend(c.to_lowercase());
        }
    }
    out.chars().count() >= STEM_CHARS_MIN
}

fn texture(name: &str, nature: &str, out: &mut String) {
    out.clear();
    let digits = name.bytes().filter(u8::is_ascii_digit).count().min(9);
    let letters = name.chars().filter(|c| c.is_alphabetic()).count().min(NAME_CHARS_MAX);
    decimal(out, letters as u64);
    out.push_str(" letters, ");
    decimal(out, digits as u64);
    out.push_str(" digits, ");
    out.push_str(nature);
}

/// How word-like a name's letters are, in words.
fn nature(name: &str) -> &'static str {
    naturalness(name).map_or("not Latin", |bits| Naturalness::of(bits).words())
}

/// How word-like a name's letters are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Naturalness {
    Random,
    Odd,
    Wordlike,
}

/// What [`Kind::Nature`] says of a name with scattered letters.
pub const RANDOM: &str = "random-looking";

impl Naturalness {
    // In bits a letter: uniformly drawn letters cost about 6 under the model
    // below, names in Latin script 4 to 4.6.
    fn of(bits: f64) -> Self {
        match bits {
            b if b >= 5.3 => Self::Random,
            b if b >= 4.7 => Self::Odd,
            _ => Self::Wordlike,
        }
    }
    fn words(self) -> &'static str {
        match self {
            Self::Random => RANDOM,
            Self::Odd => "unusual",
            Self::Wordlike => "word-like",
        }
    }
}

/// Mean cost in bits of a Latin letter given the one before it, under bigrams
/// of common names; none below four Latin letters.
pub fn naturalness(name: &str) -> Option<f64> {
    let table = bigrams();
    let (mut previous, mut bits, mut letters) = (0usize, 0.0, 0u32);
    for c in name.chars().take(NAME_CHARS_MAX) {
        let c = c.to_ascii_lowercase();
        if !c.is_ascii_lowercase() {
            previous = 0;
            continue;
        }
        let letter = (c as u8 - b'a') as usize + 1;
        bits += f64::from(table[previous][letter]);
        previous = letter;
        letters += 1;
    }
    (letters >= 4).then(|| bits / f64::from(letters))
}

type Bigrams = [[f32; 27]; 27];

fn bigrams() -> &'static Bigrams {
    static TABLE: OnceLock<Box<Bigrams>> = OnceLock::new();
    TABLE.get_or_init(|| Box::new(learn(include_str!("names.txt"))))
}

/// Costs in bits from counts, with add-a-fifth smoothing (a Jeffreys-like
/// prior, so that an unseen pair is dear but possible).
fn learn(words: &str) -> Bigrams {
    let mut counts = [[0.2f64; 27]; 27];
    for word in words.split_whitespace() {
        let mut previous = 0usize;
        for c in word.bytes().filter(u8::is_ascii_lowercase) {
            let letter = (c - b'a') as usize + 1;
            counts[previous][letter] += 1.0;
            previous = letter;
        }
    }
    let mut table = [[0f32; 27]; 27];
    for (costs, counts) in table.iter_mut().zip(&counts) {
        let total: f64 = counts[1..].iter().sum();
        for (cost, count) in costs.iter_mut().zip(counts) {
            *cost = -(count / total).log2() as f32;
        }
    }
    table
}

const UNRELATED: &str = "handle and mail name are unrelated";

fn relation(handle: &str, local: &str, display: Option<&str>) -> &'static str {
    let handle = handle.to_lowercase();
    if handle == local {
        return "handle is the mail name";
    }
    if handle.starts_with(local) || local.starts_with(&handle) {
        return "one of handle and mail name begins the other";
    }
    let word = |c: &char| c.is_alphabetic();
    if handle.chars().filter(word).eq(local.chars().filter(word)) {
        return "handle and mail name share their letters";
    }
    let first = display.and_then(|d| d.split_whitespace().next()).map(str::to_lowercase);
    let Some(first) = first.filter(|f| f.chars().count() >= 3) else {
        return UNRELATED;
    };
    let holds = |name: &str| name.chars().filter(word).collect::<String>().contains(&first);
    match (holds(&handle), holds(local)) {
        (true, true) => "handle and mail name both hold the first name",
        (true, false) => "handle holds the first name",
        (false, true) => "mail name holds the first name",
        (false, false) => UNRELATED,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, expected: expect_test::Expect) {
        let (mut a, mut b, mut c, mut d) = Default::default();
        shape(name, &mut a);
        pattern(name, &mut b);
        stem(name, &mut c);
        texture(name, nature(name), &mut d);
        expected.assert_eq(&format!("{a} | {b} | {c} | {d}"));
    }

    #[test]
    fn a_name_is_described_by_shape_pattern_stem_and_texture() {
        check(
            "Ann.Lee77",
            expect_test::expect!["Aaa.Aaa00 | Aa.Aa00 | ann | 6 letters, 2 digits, word-like"],
        );
        check(
            "xkqvzwpf",
            expect_test::expect!["aaaaaaaa | a | xkqvzwpf | 8 letters, 0 digits, random-looking"],
        );
        check(
            "nguyễn_văn",
            expect_test::expect!["aaaaaa_aaa | a_a | nguyễn | 9 letters, 0 digits, word-like"],
        );
        check(
            "李小龙88",
            expect_test::expect!["xxx00 | x00 | 李小龙 | 3 letters, 2 digits, not Latin"],
        );
    }
}
