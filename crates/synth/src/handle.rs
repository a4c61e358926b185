//! Handles as people choose them: names and birth years, nicknames, lucky
//! numbers, gamer tags, coined words, the odd random string of a password manager.

use crate::atlas::Atlas;
use crate::dice::{Dice, Weights};
use crate::name::capital;
use crate::person::Who;

/// Styles with their usual weights; a world and a language bend them.
const STYLES: [(Style, f64); 26] = [
    (Style::GivenDotFamily, 7.0),
    (Style::GivenFamily, 8.0),
    (Style::GivenFamilyShortYear, 9.0),
    (Style::GivenFamilyYear, 4.0),
    (Style::GivenUnderscoreFamily, 5.0),
    (Style::GivenDigits, 8.0),
    (Style::InitialFamily, 4.0),
    (Style::InitialFamilyDigits, 4.0),
    (Style::FamilyGiven, 5.0),
    (Style::FamilyDigits, 2.5),
    (Style::NickDigits, 6.0),
    (Style::GamerTag, 4.0),
    (Style::TwoWords, 4.0),
    (Style::TwoWordsDigits, 4.0),
    (Style::InitialsDigits, 3.0),
    (Style::Random, 1.6),
    (Style::Native, 2.0),
    (Style::Hobby, 2.5),
    (Style::City, 1.5),
    (Style::Stretched, 1.5),
    (Style::AllDigits, 0.8),
    (Style::GivenLucky, 5.0),
    (Style::Coined, 5.0),
    (Style::CoinedDigits, 3.0),
    (Style::Prefixed, 2.0),
    (Style::WholeName, 3.0),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    GivenDotFamily,
    GivenFamily,
    GivenFamilyShortYear,
    GivenFamilyYear,
    GivenUnderscoreFamily,
    GivenDigits,
    InitialFamily,
    InitialFamilyDigits,
    FamilyGiven,
    FamilyDigits,
    NickDigits,
    GamerTag,
    TwoWords,
    TwoWordsDigits,
    InitialsDigits,
    Random,
    Native,
    Hobby,
    City,
    Stretched,
    AllDigits,
    GivenLucky,
    Coined,
    CoinedDigits,
    Prefixed,
    WholeName,
}

/// How the people of each language choose handles in one world.
pub(crate) struct Habits {
    by_tongue: Vec<Weights>,
}

impl Habits {
    pub(crate) fn draw(seed: u64) -> Self {
        let dice = &mut Dice::new(&[seed, 31]);
        let world: Vec<f64> = STYLES.iter().map(|_| dice.log_normal(1.0, 0.3)).collect();
        let by_tongue = Atlas::get()
            .tongues
            .iter()
            .map(|tongue| {
                let bent = STYLES.iter().zip(&world).map(|(&(style, usual), world)| {
                    usual * world * dice.log_normal(1.0, 0.3) * leaning(tongue.key, style)
                });
                Weights::new(bent.collect::<Vec<_>>())
            })
            .collect();
        Self { by_tongue }
    }

    /// A handle of this person's own choice.
    pub(crate) fn handle(&self, dice: &mut Dice, who: &Who) -> String {
        let style = STYLES[self.by_tongue[who.name.tongue].draw(dice)].0;
        let plain = spell(dice, who, style);
        let handle = if dice.chance(0.07) { leet(dice, &plain) } else { plain };
        shorten(handle)
    }
}

fn leaning(tongue: &str, style: Style) -> f64 {
    match (tongue, style) {
        ("zh" | "zht", Style::AllDigits) => 6.0,
        ("vi" | "hi" | "bn" | "ur" | "id" | "th", Style::GivenDigits | Style::GivenLucky) => 1.6,
        ("ru" | "uk" | "zh" | "zht" | "ja" | "ko" | "ar" | "th" | "vi", Style::Native) => 2.6,
        (_, Style::Native) => 0.3,
        ("zh" | "vi" | "ko" | "ja", Style::FamilyGiven) => 1.8,
        ("de" | "fr" | "sv" | "nl", Style::GivenDotFamily) => 1.5,
        _ => 1.0,
    }
}

/// Platforms cut handles.
fn shorten(handle: String) -> String {
    // A usual limit; longer handles are rare enough to be cut.
    const LETTERS_MAX: usize = 30;
    match handle.char_indices().nth(LETTERS_MAX) {
        Some((end, _)) if handle.len() > LETTERS_MAX => handle[..end].to_owned(),
        _ => handle,
    }
}

/// One style spelt out for one person.
pub(crate) fn spell(dice: &mut Dice, who: &Who, style: Style) -> String {
    let (given, family) = (who.name.given(), who.name.family());

    let year = who.birth_year;
    match style {
        Style::GivenDotFamily => [&given, ".", &family].concat(),
        Style::GivenFamily => case(dice, &given, &family),
        Style::GivenFamilyShortYear => format!("{}{:02}", case(dice, &given, &family), year % 100),
        Style::GivenFamilyYear => format!("{given}{family}{year}"),
        Style::GivenUnderscoreFamily => {
            format!("{given}_{family}{}", if dice.chance(0.3) { "_" } else { "" })
        }
        Style::GivenDigits => [&*given, &personal_digits(dice, year)].concat(),
        Style::InitialFamily => {
            [initial(&given), [".", "", "_"][dice.below(3) as usize], &family].concat()
        }
        Style::InitialFamilyDigits => {
            [initial(&given), &family, &personal_digits(dice, year)].concat()
        }
        Style::FamilyGiven => {
            let joint = [".", "", "", "_"][dice.below(4) as usize];
            [&family, joint, who.name.middle(), &given].concat()
        }
        Style::FamilyDigits => [&*family, &personal_digits(dice, year)].concat(),
        Style::NickDigits => nickname(dice, who, &given) + &personal_digits(dice, year),
        Style::GamerTag => gamer_tag(dice, who, &given),
        Style::TwoWords => two_words(dice, who),
        Style::TwoWordsDigits => two_words(dice, who) + &personal_digits(dice, year),
        Style::InitialsDigits => {
            let middle = who.name.middle().get(..1).unwrap_or("");
            [initial(&given), middle, initial(&family), &personal_digits(dice, year)].concat()
        }
        Style::Random => random(dice),
        Style::Native => native(dice, who),
        Style::Hobby => {
            let joint = ["", "_", "."][dice.below(3) as usize];
            [&*given, joint, *dice.pick(Atlas::get().words.list("en.thing"))].concat()
        }
        Style::City => {
            let joint = ["", "_", "_in_", "."][dice.below(4) as usize];
            [&*given, joint, *dice.pick(Atlas::get().words.list("cities"))].concat()
        }
        Style::Stretched => stretched(dice, &given),
        Style::AllDigits => all_digits(dice, year),
        Style::GivenLucky => [&given, *dice.popular(Atlas::get().words.list("lucky"))].concat(),
        Style::Coined => coined(dice),
        Style::CoinedDigits => coined(dice) + &personal_digits(dice, year),
        Style::Prefixed => {
            let before = *dice.pick(&[
                "its", "its.", "the", "real", "thereal", "iam_", "mr", "miss", "just", "x", "lil",
            ]);
            [before, &given].concat()
        }
        Style::WholeName => [&given, who.name.middle(), &family].concat(),
    }
}

fn initial(word: &str) -> &str {
    word.get(..1).unwrap_or_default()
}

fn case(dice: &mut Dice, given: &str, family: &str) -> String {
    if dice.chance(0.22) { capital(given) + &capital(family) } else { [given, family].concat() }
}

/// Digits as people add them: birth years, lucky numbers, and little else.
pub(crate) fn personal_digits(dice: &mut Dice, birth_year: i64) -> String {
    match dice.unit() {
        u if u < 0.34 => format!("{:02}", birth_year % 100),
        u if u < 0.46 => birth_year.to_string(),
        u if u < 0.64 => dice.popular(Atlas::get().words.list("lucky")).to_string(),
        u if u < 0.72 => format!("{:02}{:02}", dice.whole(1, 31), dice.whole(1, 12)),
        u if u < 0.80 => dice.whole(1, 9).to_string(),
        u if u < 0.92 => dice.whole(10, 99).to_string(),
        _ => dice.whole(100, 9_999).to_string(),
    }
}

fn nickname(dice: &mut Dice, who: &Who, given: &str) -> String {
    let short: String = given.chars().take(dice.whole(3, 5) as usize).collect();
    match dice.unit() {
        u if u < 0.35 => short,
        u if u < 0.55 => short + *dice.pick(&["y", "ie", "o", "i", "a", "ito", "chka"]),
        _ => (*dice.popular(Atlas::get().words.nouns(who.name.facts().key))).to_owned(),
    }
}

fn two_words(dice: &mut Dice, who: &Who) -> String {
    let words = &Atlas::get().words;
    let first = *dice.pick(words.list("en.adj"));
    let second = if dice.chance(0.7) {
        *dice.pick(words.list("en.noun"))
    } else {
        *dice.pick(words.nouns(who.name.facts().key))
    };
    match dice.below(4) {
        0 => capital(first) + &capital(second),
        1 => format!("{first}_{second}"),
        _ => format!("{first}{second}"),
    }
}

fn gamer_tag(dice: &mut Dice, who: &Who, given: &str) -> String {
    let noun = *dice.pick(Atlas::get().words.list("en.noun"));
    match dice.below(6) {
        0 => format!("xX{}Xx", capital(noun)),
        1 => format!("xX_{}_Xx", leet(dice, noun)),
        2 => format!("{}TTV", capital(given)),
        3 => {
            let words = two_words(dice, who);
            leet(dice, &words) + &personal_digits(dice, who.birth_year)
        }
        4 => format!("i{}x", capital(&coined(dice))),
        _ => format!("{}YT", capital(&coined(dice))),
    }
}

/// Letters as figures, here and there.
pub(crate) fn leet(dice: &mut Dice, word: &str) -> String {
    word.chars()
        .map(|letter| match letter {
            'a' if dice.chance(0.4) => '4',
            'e' if dice.chance(0.5) => '3',
            'i' if dice.chance(0.4) => '1',
            'o' if dice.chance(0.6) => '0',
            's' if dice.chance(0.2) => '5',
            other => other,
        })
        .collect()
}

/// A word that nobody has thought of yet: syllables, pronounceable.
pub(crate) fn coined(dice: &mut Dice) -> String {
    const OPEN: [&str; 28] = [
        "b", "br", "c", "ch", "d", "dr", "f", "g", "gr", "h", "j", "k", "kr", "l", "m", "n", "p",
        "r", "s", "sh", "st", "t", "tr", "v", "w", "y", "z", "zh",
    ];
    const VOWEL: [&str; 10] = ["a", "e", "i", "o", "u", "a", "o", "ai", "oo", "ee"];
    const CLOSE: [&str; 12] = ["", "", "", "n", "r", "x", "k", "l", "s", "th", "m", "zz"];
    let mut word = String::new();
    for _ in 0..dice.whole(2, 3) {
        word += *dice.popular(&OPEN);
        word += *dice.popular(&VOWEL);
    }
    word + *dice.popular(&CLOSE)
}

fn random(dice: &mut Dice) -> String {
    const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";
    let count = dice.whole(7, 16);
    // Half of them use letters alone.
    let letters = if dice.chance(0.5) { 26 } else { LETTERS.len() };
    (0..count).map(|_| char::from(LETTERS[dice.below(letters as u64) as usize])).collect()
}

fn native(dice: &mut Dice, who: &Who) -> String {
    let name =
        if dice.chance(0.5) { who.name.native().replace(' ', "") } else { who.name.native_given() };
    if dice.chance(0.5) { name + &personal_digits(dice, who.birth_year) } else { name }
}

fn stretched(dice: &mut Dice, given: &str) -> String {
    let last = given.chars().last().unwrap_or('a');
    given.to_owned()
        + &last.to_string().repeat(dice.whole(1, 4) as usize)
        + ["", "_", "x"][dice.below(3) as usize]
}

fn all_digits(dice: &mut Dice, year: i64) -> String {
    let mut text = if dice.chance(0.4) { year.to_string() } else { String::from("1") };
    let count = dice.whole(5, 9) as usize;
    dice.digits(count, &mut text);
    text
}

/// What the platform proposes when asked: the name and a number.
pub(crate) fn suggested(dice: &mut Dice, who: &Who) -> String {
    let mut text = capital(&who.name.given());
    if dice.chance(0.7) {
        text += &capital(&who.name.family());
    }
    let count = dice.whole(4, 6) as usize;
    dice.digits(count, &mut text);
    shorten(text)
}

/// Lower-case ASCII, as mailboxes want it.
pub(crate) fn ascii(handle: &str) -> String {
    let mut text = String::with_capacity(handle.len());
    for byte in handle.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-') {
            text.push(char::from(byte.to_ascii_lowercase()));
        }
    }
    text
}
