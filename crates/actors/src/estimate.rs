//! How sure somebody is: three different things that are never mixed. How *likely* it is
//! (ICD 203), how good its *source and information* are (Admiralty code), and how much
//! *confidence* who says it has in it (STIX, 0 to 100). Each is read from words and shown
//! in words.

use serde::{Deserialize, Serialize};

/// How likely something is: the terms of Intelligence Community Directive 203, Analytic
/// Standards (2015), D.6.e.(2)(a).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Likelihood {
    /// 1–5 %.
    AlmostNoChance,
    /// 5–20 %.
    VeryUnlikely,
    /// 20–45 %.
    Unlikely,
    /// 45–55 %.
    RoughlyEvenChance,
    /// 55–80 %.
    Likely,
    /// 80–95 %.
    VeryLikely,
    /// 95–99 %.
    AlmostCertain,
}

/// (term, other term, from, to in percent) of each likelihood, in its order.
const LIKELIHOODS: [(&str, &str, u8, u8); 7] = [
    ("almost-no-chance", "remote", 1, 5),
    ("very-unlikely", "highly-improbable", 5, 20),
    ("unlikely", "improbable", 20, 45),
    ("roughly-even-chance", "roughly-even-odds", 45, 55),
    ("likely", "probable", 55, 80),
    ("very-likely", "highly-probable", 80, 95),
    ("almost-certain", "nearly-certain", 95, 99),
];

impl Likelihood {
    /// All, from the least likely.
    pub const ALL: [Self; 7] = [
        Self::AlmostNoChance,
        Self::VeryUnlikely,
        Self::Unlikely,
        Self::RoughlyEvenChance,
        Self::Likely,
        Self::VeryLikely,
        Self::AlmostCertain,
    ];

    /// Of words: either term of the directive, or the adverb, however they are spaced.
    pub fn parse(words: &str) -> Option<Self> {
        let folded = words.trim().to_lowercase().replace([' ', '_'], "-");
        let folded = match &folded[..] {
            "almost-certainly" => "almost-certain",
            "probably" => "probable",
            "improbably" => "improbable",
            "even-chance" => "roughly-even-chance",
            "even-odds" => "roughly-even-odds",
            other => other,
        };
        let is_it = |likelihood: &Self| {
            let (term, other, ..) = LIKELIHOODS[*likelihood as usize];
            folded == term || folded == other
        };
        Self::ALL.into_iter().find(is_it)
    }

    /// As it is written in objects, `very-likely`.
    pub fn as_str(self) -> &'static str {
        LIKELIHOODS[self as usize].0
    }

    /// From and to, in percent.
    pub fn percent(self) -> (u8, u8) {
        let (_, _, from, to) = LIKELIHOODS[self as usize];
        (from, to)
    }

    /// `very likely (80–95 %)`.
    pub fn words(self) -> String {
        let (from, to) = self.percent();
        format!("{} ({from}–{to} %)", self.as_str().replace('-', " "))
    }
}

/// How reliable a source is, by the Admiralty code (NATO AJP-2.1, STANAG 2511).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Reliability {
    /// Completely reliable.
    A,
    /// Usually reliable.
    B,
    /// Fairly reliable.
    C,
    /// Not usually reliable.
    D,
    /// Unreliable.
    E,
    /// Reliability cannot be judged.
    F,
}

/// (letter, words) of each reliability, in its order.
const RELIABILITIES: [(&str, &str); 6] = [
    ("A", "completely reliable"),
    ("B", "usually reliable"),
    ("C", "fairly reliable"),
    ("D", "not usually reliable"),
    ("E", "unreliable"),
    ("F", "reliability cannot be judged"),
];

impl Reliability {
    /// All, from the best.
    pub const ALL: [Self; 6] = [Self::A, Self::B, Self::C, Self::D, Self::E, Self::F];

    /// Of its letter or its words.
    pub fn parse(words: &str) -> Option<Self> {
        let folded = words.trim().to_lowercase();
        let is_it = |reliability: &Self| {
            let (letter, meaning) = RELIABILITIES[*reliability as usize];
            folded.eq_ignore_ascii_case(letter) || folded == meaning
        };
        Self::ALL.into_iter().find(is_it)
    }

    /// Its letter.
    pub fn as_str(self) -> &'static str {
        RELIABILITIES[self as usize].0
    }

    /// What the letter stands for.
    pub fn words(self) -> &'static str {
        RELIABILITIES[self as usize].1
    }
}

/// How credible an information is, by the Admiralty code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Credibility(u8);

/// What the digits stand for, from 1.
const CREDIBILITIES: [&str; 6] = [
    "confirmed by other sources",
    "probably true",
    "possibly true",
    "doubtful",
    "improbable",
    "truth cannot be judged",
];

impl Credibility {
    /// Of its digit, 1 to 6.
    pub fn new(digit: u8) -> Option<Self> {
        (1..=6).contains(&digit).then_some(Self(digit))
    }

    /// Of its digit or its words.
    pub fn parse(words: &str) -> Option<Self> {
        let folded = words.trim().to_lowercase();
        let of_words = CREDIBILITIES.iter().position(|meaning| *meaning == folded);
        let digit = of_words.map(|at| at as u8 + 1).or_else(|| folded.parse().ok());
        Self::new(digit?)
    }

    /// Its digit.
    pub fn digit(self) -> u8 {
        self.0
    }

    /// What the digit stands for.
    pub fn words(self) -> &'static str {
        CREDIBILITIES[usize::from(self.0) - 1]
    }
}

impl TryFrom<u8> for Credibility {
    type Error = &'static str;

    fn try_from(digit: u8) -> Result<Self, Self::Error> {
        Self::new(digit).ok_or("information credibility is a number from 1 to 6")
    }
}

impl From<Credibility> for u8 {
    fn from(credibility: Credibility) -> Self {
        credibility.0
    }
}

/// `B2` taken apart.
pub fn admiralty(code: &str) -> Option<(Reliability, Credibility)> {
    let code = code.trim();
    let mut chars = code.chars();
    let letter = chars.next()?;
    let reliability = Reliability::parse(letter.encode_utf8(&mut [0; 4]))?;
    Some((reliability, Credibility::parse(chars.as_str())?))
}

/// How much confidence who says something has in it: the `confidence` of STIX.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Confidence(u8);

/// A scale that STIX maps to and from its confidence (STIX 2.1, appendix on confidence scales).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// None, low, medium, high.
    LowMediumHigh,
    /// 0 to 10.
    ZeroToTen,
    /// Admiralty credibility, which says nothing of the source.
    Admiralty,
    /// Words of estimative probability.
    Estimative,
    /// The scale of the Director of National Intelligence.
    Dni,
}

/// (word, value, from, to).
type Step = (&'static str, u8, u8, u8);

const LOW_MEDIUM_HIGH: &[Step] =
    &[("none", 0, 0, 0), ("low", 15, 1, 29), ("medium", 50, 30, 69), ("high", 85, 70, 100)];
const ZERO_TO_TEN: &[Step] = &[
    ("0", 0, 0, 4),
    ("1", 10, 5, 14),
    ("2", 20, 15, 24),
    ("3", 30, 25, 34),
    ("4", 40, 35, 44),
    ("5", 50, 45, 54),
    ("6", 60, 55, 64),
    ("7", 70, 65, 74),
    ("8", 80, 75, 84),
    ("9", 90, 85, 94),
    ("10", 100, 95, 100),
];
const ADMIRALTY: &[Step] = &[
    ("5 - improbable", 10, 0, 19),
    ("4 - doubtful", 30, 20, 39),
    ("3 - possibly true", 50, 40, 59),
    ("2 - probably true", 70, 60, 79),
    ("1 - confirmed by other sources", 90, 80, 100),
];
const ESTIMATIVE: &[Step] = &[
    ("impossible", 0, 0, 0),
    ("highly unlikely/almost certainly not", 10, 1, 19),
    ("unlikely/probably not", 30, 20, 39),
    ("even chance", 50, 40, 59),
    ("likely/probable", 70, 60, 79),
    ("highly likely/almost certain", 90, 80, 99),
    ("certain", 100, 100, 100),
];
const DNI: &[Step] = &[
    ("almost no chance / remote", 5, 0, 9),
    ("very unlikely / highly improbable", 15, 10, 19),
    ("unlikely / improbable", 30, 20, 39),
    ("roughly even chance / roughly even odds", 50, 40, 59),
    ("likely / probable", 70, 60, 79),
    ("very likely / highly probable", 85, 80, 89),
    ("almost certain / nearly certain", 95, 90, 100),
];

impl Scale {
    /// All, in the order of the specification.
    pub const ALL: [Self; 5] =
        [Self::LowMediumHigh, Self::ZeroToTen, Self::Admiralty, Self::Estimative, Self::Dni];

    fn steps(self) -> &'static [Step] {
        match self {
            Self::LowMediumHigh => LOW_MEDIUM_HIGH,
            Self::ZeroToTen => ZERO_TO_TEN,
            Self::Admiralty => ADMIRALTY,
            Self::Estimative => ESTIMATIVE,
            Self::Dni => DNI,
        }
    }
}

impl Confidence {
    /// Of a number from 0 to 100.
    pub fn new(value: u8) -> Option<Self> {
        (value <= 100).then_some(Self(value))
    }

    /// Of a number, or of a word for it on the scale of low, medium and high. Words of
    /// likelihood are none of confidence: whoever means the other scales names them.
    pub fn parse(words: &str) -> Option<Self> {
        let folded = words.trim().to_lowercase();
        let folded = if folded == "med" { "medium" } else { &folded };
        let on_scale = || Self::on(Scale::LowMediumHigh, folded);
        folded.parse().ok().and_then(Self::new).or_else(on_scale)
    }

    /// Of a word of a scale.
    pub fn on(scale: Scale, word: &str) -> Option<Self> {
        let folded = word.trim().to_lowercase();
        let is_it = |step: &&Step| {
            step.0 == folded || step.0.split(['/', '-']).any(|part| part.trim() == folded)
        };
        scale.steps().iter().find(is_it).map(|step| Self(step.1))
    }

    /// 0 to 100.
    pub fn value(self) -> u8 {
        self.0
    }

    /// Its word on a scale.
    pub fn word(self, scale: Scale) -> &'static str {
        let within = |step: &&Step| (step.2..=step.3).contains(&self.0);
        scale.steps().iter().find(within).map_or("", |step| step.0)
    }

    /// `high (85)`.
    pub fn words(self) -> String {
        format!("{} ({})", self.word(Scale::LowMediumHigh), self.0)
    }
}
