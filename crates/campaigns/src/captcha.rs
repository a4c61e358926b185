//! CAPTCHA defeat (OAT-009 of OWASP's Automated Threats): what the log shows of
//! challenges that somebody else, or something, solved for a campaign. Every
//! figure is a count beside what the sign-ups in no campaign make one expect.
//!
//! Two kinds of evidence stand alone: where tokens were issued (`tokens`) and how
//! long solving took (`solving`). Which networks issued them and at what hours
//! (`rhythm`) is told only beside one of these, since honest people of one carrier
//! or one country are alike in that too. That a token is used twice cannot be
//! seen: the record has no token id.

mod families;
mod rhythm;
mod solving;
mod tokens;
mod words;

use families::Families;
use serde::{Deserialize, Serialize};
use signals::table::Hash;
use signals::{Kind, Table, Values};
use solving::Laws;
use tokens::Paths;

/// The technique, by OWASP's name for it.
pub const TECHNIQUE: &str = "OAT-009";

/// How a campaign's challenges were got past.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Defeat {
    /// [`TECHNIQUE`].
    pub technique: String,
    /// What shows it; what stands alone first.
    pub evidence: Vec<Evidence>,
    /// The solving service that it shares with other campaigns: those that use the
    /// same rare issuing networks and solve at the same pace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub solver_family: Option<String>,
}

/// One piece of evidence, with the numbers it stands on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// What kind of evidence, such as `issued_elsewhere`.
    pub code: String,
    /// A sentence for people.
    pub words: String,
    /// Sign-ups that show it.
    pub observed: u64,
    /// Sign-ups that would, were they like those in no campaign.
    pub expected: f64,
}

/// A piece of evidence, still in hashes.
#[derive(Clone, Debug, PartialEq)]
struct Clue {
    what: What,
    observed: u64,
    expected: f64,
    /// Sign-ups that could have shown it.
    of: u64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum What {
    /// Tokens issued to another network than redeemed them.
    IssuedElsewhere,
    /// Solve times within the band that holds half of everyone's.
    TooAlike,
    /// Solve times between two heaps, in milliseconds: too few.
    TwoHeaps { low_ms: u32, high_ms: u32 },
    /// Solve times below the floor that hardly anyone reaches.
    BelowFloor,
    /// Tokens issued to one network, which issues for so many campaigns.
    OneIssuer { net: Hash, campaigns: u64 },
    /// Challenges solved in the eight hours that its countries sleep.
    RoundTheClock { bits: f64, expected_bits: f64 },
    /// Challenges solved in its own eight hours.
    Shift { start: u8 },
}

/// What was found, by campaign.
#[derive(Clone, Debug, Default)]
pub struct Defeats {
    clues: Vec<Vec<Clue>>,
    families: Vec<Option<u32>>,
}

/// A chance finding in one of a thousand scans, over all that is asked of all
/// campaigns: OAT-009 is an accusation, and a false one is worse than a missed one.
const FALSE_ALARM_RATE: f64 = 0.001;

/// Questions asked of each campaign.
const QUESTIONS: f64 = 7.0;

/// What bounds the search.
struct Bar {
    /// Logarithm of the probability below which a count is no chance.
    log_p: f64,
}

/// Looks at every campaign that `is_factory`; `campaign` says which one each row
/// of the table is in.
pub fn defeats(table: &Table, campaign: &[Option<u32>], is_factory: &[bool]) -> Defeats {
    let has_tokens = table.present(Kind::Redeem) > 0;
    let has_solves = table.present(Kind::Solve) > 0;
    if is_factory.is_empty() || !(has_tokens || has_solves) {
        return Defeats::default();
    }
    let mut members: Vec<Vec<u32>> = vec![Vec::new(); is_factory.len()];
    let mut background = Vec::new();
    for (row, campaign) in campaign.iter().enumerate() {
        match campaign {
            Some(c) if is_factory[*c as usize] => members[*c as usize].push(row as u32),
            Some(_) => {}
            None => background.push(row as u32),
        }
    }
    let bar = Bar { log_p: (FALSE_ALARM_RATE / QUESTIONS / is_factory.len() as f64).ln() };
    let paths = Paths::of(table, &background);
    let laws = Laws::of(table, &background);
    let hours = rhythm::Hours::of(table, &background);
    let issuers: Vec<_> = members.iter().map(|rows| paths.issuers(rows)).collect();
    let mut clues: Vec<Vec<Clue>> = Vec::new();
    for rows in &members {
        let relayed = paths.elsewhere(rows, &bar);
        let is_relayed = relayed.is_some();
        let mut found: Vec<Clue> = relayed.into_iter().chain(laws.clues(rows, &bar)).collect();
        if is_relayed {
            found.extend(paths.one_issuer(clues.len(), &issuers, &bar));
        }
        if !found.is_empty() {
            found.extend(hours.clue(rows, &bar));
        }
        clues.push(found);
    }
    let relays = |index: &usize| clues[*index].iter().any(|c| c.what == What::IssuedElsewhere);
    let relaying: Vec<usize> = (0..clues.len()).filter(relays).collect();
    let families = Families { paths: &paths, laws: &laws, members: &members, issuers: &issuers };
    Defeats { families: families.named(&relaying), clues }
}

impl Defeats {
    /// Signal values whose texts the evidence cites.
    pub fn wanted(&self) -> Vec<(Kind, Hash)> {
        let issuers = self.clues.iter().flatten().filter_map(|clue| match clue.what {
            What::OneIssuer { net, .. } => Some((Kind::IssueNet, net)),
            _ => None,
        });
        issuers.collect()
    }

    /// The evidence on one campaign in words; none where there is none.
    pub fn of(&self, campaign: usize, values: &Values) -> Option<Defeat> {
        let clues = self.clues.get(campaign).filter(|clues| !clues.is_empty())?;
        let evidence = clues.iter().map(|clue| Evidence {
            code: clue.what.code().to_owned(),
            words: clue.words(values),
            observed: clue.observed,
            expected: clue.expected,
        });
        let family = self.families.get(campaign).copied().flatten();
        Some(Defeat {
            technique: TECHNIQUE.to_owned(),
            evidence: evidence.collect(),
            solver_family: family.map(|number| format!("Solver-{:02}", number + 1)),
        })
    }
}
