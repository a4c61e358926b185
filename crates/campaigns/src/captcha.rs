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
use tokens::{Elsewhere, Paths};

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
    /// Tokens issued elsewhere than where they were redeemed.
    IssuedElsewhere(Elsewhere),
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

/// What a campaign was found by. A group of honest people whose tokens happen to
/// come from elsewhere is all that a detector of such groups can find by tokens
/// alone: there the same tokens are no second piece of evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Founding {
    /// It is shown as an organisation, and not looked at.
    Organisation,
    /// Its reasons are all about tokens.
    Tokens,
    /// It has other reasons.
    Other,
}

impl Founding {
    /// By the kinds of a factory's reasons: resource and behaviour of each.
    pub fn of(reasons: impl IntoIterator<Item = (Kind, Kind)>) -> Self {
        let is_token = |kind| matches!(kind, Kind::IssueNet | Kind::Redeem);
        let mut reasons = reasons.into_iter().peekable();
        let has_any = reasons.peek().is_some();
        match has_any && reasons.all(|(a, b)| is_token(a) || is_token(b)) {
            true => Self::Tokens,
            false => Self::Other,
        }
    }
}

/// A chance finding in one of a thousand scans, over all that is asked of all
/// campaigns: OAT-009 is an accusation, and a false one is worse than a missed one.
const FALSE_ALARM_RATE: f64 = 0.001;

/// Questions asked of each campaign.
const QUESTIONS: f64 = 8.0;

/// What bounds the search.
struct Bar {
    /// Logarithm of the probability below which a count is no chance.
    log_p: f64,
}

/// Looks at every campaign that is no organisation; `campaign` says which one each
/// row of the table is in, `foundings` what each was found by.
pub fn defeats(table: &Table, campaign: &[Option<u32>], foundings: &[Founding]) -> Defeats {
    let has_tokens = table.present(Kind::Redeem) > 0;
    let has_solves = table.present(Kind::Solve) > 0;
    if foundings.is_empty() || !(has_tokens || has_solves) {
        return Defeats::default();
    }
    let (members, background) = sorted_out(campaign, foundings);
    let bar = Bar { log_p: (FALSE_ALARM_RATE / QUESTIONS / foundings.len() as f64).ln() };
    let networks = Paths::of(table, &background, Elsewhere::Network);
    let paths = Paths::of(table, &background, Elsewhere::Version);
    let laws = Laws::of(table, &background);
    let hours = rhythm::Hours::of(table, &background);
    let issuers: Vec<_> = members.iter().map(|rows| paths.issuers(rows)).collect();
    let clues: Vec<Vec<Clue>> = (0..members.len())
        .map(|index| {
            let rows = &members[index];
            let relayed = networks.elsewhere(rows, &bar).or_else(|| paths.elsewhere(rows, &bar));
            let issuer = relayed.as_ref().and_then(|_| paths.one_issuer(index, &issuers, &bar));
            let pace = laws.clues(rows, &bar);
            let is_alone = issuer.is_none() && pace.is_empty();
            let relayed = relayed.filter(|_| !(is_alone && foundings[index] == Founding::Tokens));
            let mut found: Vec<Clue> = relayed.into_iter().chain(pace).chain(issuer).collect();
            if !found.is_empty() {
                found.extend(hours.clue(rows, &bar));
            }
            found
        })
        .collect();
    let relays =
        |index: &usize| clues[*index].iter().any(|c| matches!(c.what, What::IssuedElsewhere(_)));
    let relaying: Vec<usize> = (0..clues.len()).filter(relays).collect();
    let families = Families { paths: &paths, laws: &laws, members: &members, issuers: &issuers };
    Defeats { families: families.named(&relaying), clues }
}

/// Rows by campaign, and the background: rows in none.
fn sorted_out(campaign: &[Option<u32>], foundings: &[Founding]) -> (Vec<Vec<u32>>, Vec<u32>) {
    let mut members: Vec<Vec<u32>> = vec![Vec::new(); foundings.len()];
    let mut background = Vec::new();
    for (row, campaign) in campaign.iter().enumerate() {
        match campaign {
            Some(c) if foundings[*c as usize] == Founding::Organisation => {}
            Some(c) => members[*c as usize].push(row as u32),
            None => background.push(row as u32),
        }
    }
    (members, background)
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
