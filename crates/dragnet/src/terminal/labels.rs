//! Labels in words: how they agree with the campaigns, and where purchases lead.

use super::{text, units};
use crate::output::run::LabelsDone;
use campaigns::labels::{Agreement, Checked, Labels, Lesson, Seller, Word};

/// Sellers and campaigns of a seller that a summary names; run.json has all.
const SELLERS_SHOWN_MAX: usize = 5;
const CAMPAIGNS_SHOWN_MAX: usize = 3;

/// What the labels of a campaign's accounts say of it; none where it is nothing.
pub(crate) fn of_campaign(labels: &Labels) -> String {
    let counts = labels.accounts.iter();
    let counts: Vec<String> =
        counts.map(|(word, n)| format!("{} {}", units::count(*n), name(*word))).collect();
    let sellers: Vec<String> = labels.sellers.keys().map(|seller| named(seller)).collect();
    let from = match sellers.is_empty() {
        true => String::new(),
        false => format!(" from {}", sellers.join(", ")),
    };
    let doubt = if labels.is_doubtful { "; several are genuine: look at it again" } else { "" };
    format!("labelled accounts: {}{from}{doubt}", counts.join(", "))
}

/// A line for the agreement and one for each seller and for the doubtful.
pub(crate) fn of_all(done: &LabelsDone) -> Vec<String> {
    let agreement = &done.agreement;
    let mut lines = vec![by_word(agreement)];
    lines.extend(agreement.lesson.iter().flat_map(lesson));
    lines.extend(agreement.sellers.iter().take(SELLERS_SHOWN_MAX).map(seller));
    if let Some(more @ 1..) = agreement.sellers.len().checked_sub(SELLERS_SHOWN_MAX) {
        lines.push(format!("… and {more} more sellers in run.json"));
    }
    if !agreement.doubtful.is_empty() {
        let ids = agreement.doubtful.iter().map(|doubtful| doubtful.campaign.as_str());
        lines.push(format!("several genuine accounts in {}", listed(&ids.collect::<Vec<_>>())));
    }
    if done.unknown_accounts > 0 {
        let unknown = units::counted(done.unknown_accounts, "account", "accounts");
        lines.push(format!("labels of {unknown} that the log does not have are left out"));
    }
    lines
}

fn by_word(agreement: &Agreement) -> String {
    let word = |(word, placed): (&Word, &campaigns::labels::Placed)| {
        let organisations = match placed.in_organisations {
            0 => String::new(),
            n => format!(" and {} in organisations", units::count(n)),
        };
        format!(
            "{} {}: {} in campaigns{organisations}",
            units::count(placed.accounts),
            name(*word),
            units::count(placed.in_campaigns)
        )
    };
    match agreement.by_word.is_empty() {
        true => "no label is of an account of this log".to_owned(),
        false => agreement.by_word.iter().map(word).collect::<Vec<_>>().join("; "),
    }
}

/// What was learned, and whether it holds for what was kept back.
fn lesson(lesson: &Lesson) -> Vec<String> {
    let mut lines = vec![format!(
        "learned from {}: {} now at risk and {} no longer; labels that were learned from are no test of this",
        units::counted(lesson.learned_from, "labelled account", "labelled accounts"),
        units::counted(lesson.raised, "account is", "accounts are"),
        units::count(lesson.lowered),
    )];
    let checked = |(word, checked): (&Word, &Checked)| {
        format!(
            "of {} {} that were held out, {} are at risk ({} without learning)",
            units::count(checked.accounts),
            name(*word),
            units::count(checked.at_risk),
            units::count(checked.at_risk_before)
        )
    };
    lines.extend(lesson.held_out.iter().map(checked));
    lines
}

/// `seller f003: 12 purchased, 11 in C-…, C-…, which hold 840 further accounts`.
fn seller(seller: &Seller) -> String {
    let ids: Vec<&str> = seller.campaigns.keys().map(String::as_str).collect();
    let found = match ids.is_empty() {
        true => "none in a campaign".to_owned(),
        false => format!(
            "{} in {}, which {} {}",
            units::count(seller.in_campaigns),
            listed(&ids),
            if ids.len() == 1 { "holds" } else { "hold" },
            units::counted(seller.further_accounts, "further account", "further accounts")
        ),
    };
    let alike = match seller.found_accounts {
        0 => String::new(),
        n => format!(
            "; {} made alike {}",
            units::counted(n, "account", "accounts"),
            match seller.found_in.len() {
                0 => "in no campaign".to_owned(),
                n => format!("elsewhere, in {}", units::counted(n as u64, "campaign", "campaigns")),
            }
        ),
    };
    format!(
        "{}: {} purchased, {found}{alike}",
        named(&seller.seller),
        units::count(seller.purchased)
    )
}

fn named(seller: &str) -> String {
    match seller {
        "" => "a seller without a name".to_owned(),
        seller => format!("seller {}", text::cut(seller, 40)),
    }
}

fn listed(ids: &[&str]) -> String {
    let shown = ids.iter().take(CAMPAIGNS_SHOWN_MAX).copied().collect::<Vec<_>>().join(", ");
    match ids.len().saturating_sub(CAMPAIGNS_SHOWN_MAX) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

fn name(word: Word) -> &'static str {
    match word {
        Word::Banned => "banned",
        Word::Appealed => "appealed",
        Word::Good => "good",
        Word::Purchased => "purchased",
    }
}
