//! How a kit makes handles. Each has its law; what gives even the better ones
//! away is that the law is one, and that digits are drawn rather than lived.

use crate::atlas::Atlas;
use crate::dice::Dice;
use crate::handle::{self, Style};
use crate::name::capital;
use crate::person::Who;

/// One way of making handles.
#[derive(Clone, Debug)]
pub(crate) enum Grammar {
    /// A stem and a counter: `kinglotus0041`.
    Counter { width: usize },
    /// A stem and random digits.
    StemDigits { digits: usize },
    /// Letters at random.
    Letters { least: i64, most: i64 },
    /// Letters and digits at random.
    Mixed { least: i64, most: i64 },
    /// Hexadecimal digits.
    Hex { count: usize },
    /// Pronounceable: consonant, vowel, consonant, vowel.
    Syllables { count: i64, digits: usize },
    /// Two words and digits.
    Words { digits: usize, joint: &'static str },
    /// Given name and digits.
    GivenDigits { digits: usize },
    /// Given and family name, and digits.
    NameDigits { joint: &'static str, digits: usize, capitals: bool },
    /// Family and given name and a year from a range.
    NameYear { from: i64, to: i64 },
    /// Initial, family name, digits.
    InitialDigits { digits: usize },
    /// What the platform proposes.
    Suggested,
    /// A person's own style, but only these.
    Styles(Vec<Style>),
}

impl Grammar {
    /// A crude one.
    pub(crate) fn crude(dice: &mut Dice) -> Self {
        match dice.below(8) {
            0 | 1 => Self::Counter { width: dice.whole(2, 5) as usize },
            2 | 3 => Self::StemDigits { digits: dice.whole(3, 7) as usize },
            4 => Self::Letters { least: dice.whole(7, 9), most: dice.whole(9, 12) },
            5 => Self::Mixed { least: dice.whole(8, 10), most: dice.whole(10, 14) },
            6 => Self::Hex { count: dice.whole(8, 14) as usize },
            _ => Self::GivenDigits { digits: dice.whole(3, 6) as usize },
        }
    }

    /// One that a listing would pass; `proposals` says whether the platform makes any.
    pub(crate) fn common(dice: &mut Dice, proposals: bool) -> Self {
        if proposals && dice.chance(0.15) {
            return Self::Suggested;
        }
        let digits = dice.whole(2, 6) as usize;
        match dice.below(9) {
            0 => Self::Syllables { count: dice.whole(3, 4), digits: dice.whole(0, 4) as usize },
            1 | 2 => Self::Words { digits, joint: dice.pick::<&str>(&["", "", "_"]) },
            3 => Self::GivenDigits { digits },
            4 | 5 => Self::NameDigits {
                joint: dice.pick::<&str>(&["", "", ".", "_"]),
                digits,
                capitals: dice.chance(0.4),
            },
            6 => Self::Letters { least: dice.whole(7, 9), most: dice.whole(10, 13) },
            7 => Self::Mixed { least: dice.whole(8, 10), most: dice.whole(10, 14) },
            _ => Self::InitialDigits { digits },
        }
    }

    /// One from lists of real names: one style, digits from a generator.
    pub(crate) fn lifelike(dice: &mut Dice) -> Self {
        match dice.below(7) {
            0 | 1 => Self::NameDigits {
                joint: dice.pick::<&str>(&["", ".", "_"]),
                digits: dice.whole(2, 4) as usize,
                capitals: dice.chance(0.25),
            },
            2 => Self::NameYear { from: dice.whole(1950, 1985), to: dice.whole(1996, 2008) },
            3 => Self::InitialDigits { digits: dice.whole(2, 4) as usize },
            4 => Self::GivenDigits { digits: dice.whole(2, 4) as usize },
            5 => Self::Styles(styles(dice, 2)),
            _ => Self::Words { digits: dice.whole(1, 3) as usize, joint: "" },
        }
    }

    /// A few human styles and no others.
    pub(crate) fn narrow(dice: &mut Dice) -> Self {
        let count = dice.whole(2, 4) as usize;
        Self::Styles(styles(dice, count))
    }

    /// A handle; the stem comes from the key of the campaign.
    pub(crate) fn handle(&self, dice: &mut Dice, who: &Who, key: u64, member: u32) -> String {
        match self {
            Self::Counter { width } => {
                format!("{}{:0width$}", stem(key), member + 1 + (key % 40) as u32)
            }
            Self::StemDigits { digits } => with_digits(dice, stem(key), *digits),
            Self::Letters { least, most } => letters(dice, *least, *most, 26),
            Self::Mixed { least, most } => letters(dice, *least, *most, 36),
            Self::Hex { count } => (0..*count)
                .map(|_| char::from(b"0123456789abcdef"[dice.below(16) as usize]))
                .collect(),
            Self::Syllables { count, digits } => {
                let word = syllables(dice, *count);
                with_digits(dice, word, *digits)
            }
            Self::Words { digits, joint } => {
                let words = &Atlas::get().words;
                let both = format!(
                    "{}{joint}{}",
                    dice.pick(words.list("en.adj")),
                    dice.pick(words.list("en.noun"))
                );
                with_digits(dice, both, *digits)
            }
            Self::GivenDigits { digits } => {
                with_digits(dice, who.name.given().into_owned(), *digits)
            }
            Self::NameDigits { joint, digits, capitals } => {
                let (given, family) = (who.name.given(), who.name.family());
                let both = if *capitals {
                    [&capital(&given), *joint, &capital(&family)].concat()
                } else {
                    [&given, *joint, &family].concat()
                };
                with_digits(dice, both, *digits)
            }
            Self::NameYear { from, to } => {
                format!("{}{}{}", who.name.family(), who.name.given(), dice.whole(*from, *to))
            }
            Self::InitialDigits { digits } => {
                let initial: String = who.name.given().chars().take(1).collect();
                with_digits(dice, initial + &who.name.family(), *digits)
            }
            Self::Suggested => handle::suggested(dice, who),
            Self::Styles(styles) => {
                let style = *dice.pick(styles);
                handle::spell(dice, who, style)
            }
        }
    }

    pub(crate) fn word(&self) -> &'static str {
        match self {
            Self::Counter { .. } => "stem and counter",
            Self::StemDigits { .. } => "stem and digits",
            Self::Letters { .. } => "random letters",
            Self::Mixed { .. } => "random letters and digits",
            Self::Hex { .. } => "hexadecimal",
            Self::Syllables { .. } => "syllables",
            Self::Words { .. } => "two words",
            Self::GivenDigits { .. } => "given name and digits",
            Self::NameDigits { .. } => "name and digits",
            Self::NameYear { .. } => "name and year",
            Self::InitialDigits { .. } => "initial, family name, digits",
            Self::Suggested => "platform's proposal",
            Self::Styles(_) => "few human styles",
        }
    }
}

fn styles(dice: &mut Dice, count: usize) -> Vec<Style> {
    const LIFELIKE: [Style; 10] = [
        Style::GivenDotFamily,
        Style::GivenFamily,
        Style::GivenFamilyShortYear,
        Style::GivenFamilyYear,
        Style::GivenUnderscoreFamily,
        Style::GivenDigits,
        Style::InitialFamilyDigits,
        Style::FamilyGiven,
        Style::TwoWordsDigits,
        Style::NickDigits,
    ];
    (0..count).map(|_| *dice.pick(&LIFELIKE)).collect()
}

fn stem(key: u64) -> String {
    let dice = &mut Dice::new(&[key, 111]);
    let words = &Atlas::get().words;
    match dice.below(4) {
        0 => handle::coined(dice),
        1 => format!("{}{}", dice.pick(words.list("en.adj")), dice.pick(words.list("en.noun"))),
        2 => dice.pick(words.list("en.noun")).to_string(),
        _ => syllables(dice, 3),
    }
}

fn with_digits(dice: &mut Dice, mut word: String, digits: usize) -> String {
    dice.digits(digits, &mut word);
    word
}

fn letters(dice: &mut Dice, least: i64, most: i64, alphabet: u64) -> String {
    const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";
    (0..dice.whole(least, most.max(least)))
        .map(|_| char::from(LETTERS[dice.below(alphabet) as usize]))
        .collect()
}

fn syllables(dice: &mut Dice, count: i64) -> String {
    (0..count)
        .flat_map(|_| {
            let consonant = b"bcdfghjklmnprstvwz"[dice.below(18) as usize];
            let vowel = b"aeiou"[dice.below(5) as usize];
            [char::from(consonant), char::from(vowel)]
        })
        .collect()
}
