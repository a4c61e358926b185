//! What stands beside a campaign's reasons: who else is of the same actor, how its
//! challenges were got past, and what its accounts did later. None is part of the risk.

use super::words::{clean, counted, grouped, sentence, shown};
use campaigns::harm::{Done, Lift};
use campaigns::{Actor, Campaign, Defeat, Harm};
use maud::{Markup, html};

/// Kinds of harm in one table; a file with more has texts for kinds.
const KINDS_MAX: usize = 12;
const WORDS_CHARS_MAX: usize = 400;

/// All, as far as they are known of a campaign.
pub(super) fn of_campaign(campaign: &Campaign) -> Markup {
    html! {
        @if let Some(actor) = &campaign.actor { (same_actor(actor)) }
        @if let Some(defeat) = &campaign.captcha_defeat { (captcha(defeat)) }
        @if let Some(harm) = &campaign.harm { (harm_done(harm)) }
        @if campaign.labels.as_ref().is_some_and(|labels| labels.is_doubtful) {
            p.caveat { strong { "It may be none. " } "Several of its accounts were checked as genuine or had an appeal granted." }
        }
    }
}

/// The surest link with what ties, and the others: they are tied by much the same.
fn same_actor(actor: &Actor) -> Markup {
    html! {
        div.actor {
            h4 { "Actor " span.id { (shown(&actor.id, 40)) } }
            @for (i, link) in actor.links.iter().enumerate() {
                @if i == 0 {
                    p { "Made " span.id { (shown(&link.campaign, 40)) } " as well (" (link.grade.words()) "):" }
                    ul { @for tie in &link.ties { li { (sentence(&tie.words, WORDS_CHARS_MAX)) "." } } }
                } @else {
                    @if i == 1 { "Also " } @else { ", " }
                    span.id { (shown(&link.campaign, 40)) } " (" (link.grade.words()) ")"
                }
            }
            @if actor.links.len() > 1 { "." }
        }
    }
}

fn captcha(defeat: &Defeat) -> Markup {
    html! {
        div.captcha {
            h4 { "CAPTCHA defeat (" (clean(&defeat.technique, 20)) ")" }
            @if let Some(family) = &defeat.solver_family {
                p { "Solved by the service " strong { (shown(family, 40)) } ", which other campaigns use too." }
            }
            ul { @for evidence in &defeat.evidence { li { (sentence(&evidence.words, WORDS_CHARS_MAX)) "." } } }
        }
    }
}

fn harm_done(harm: &Harm) -> Markup {
    html! {
        div.harm {
            h4 { "Harm" }
            @if harm.accounts == 0 { p.note { "No account is known to have done harm." } }
            @else {
                p {
                    strong { (counted(harm.accounts, "account", "accounts")) } " did harm, "
                    (format!("{:.1}", harm.per_thousand)) " per 1,000"
                    @if let Some(lift) = &harm.lift { (times(lift)) }
                    ". It is no part of the risk."
                }
                p.note {
                    @for (i, (kind, count)) in harm.by_kind.iter().take(KINDS_MAX).enumerate() {
                        @if i > 0 { ", " }
                        (shown(kind, 64)) " " (grouped(*count))
                    }
                    @if harm.by_kind.len() > KINDS_MAX { " and " (harm.by_kind.len() - KINDS_MAX) " more kinds" }
                    @if let Some(amount) = harm.amount { "; amounts come to " (format!("{amount:.2}")) }
                    "."
                }
            }
        }
    }
}

fn times(lift: &Lift) -> Markup {
    html! {
        @match (lift.ratio, lift.high) {
            (Some(ratio), Some(high)) => {
                ": " (number(ratio)) " times as often as accounts in no campaign (90\u{a0}% interval "
                (number(lift.low)) "–" (number(high)) ")"
            },
            _ => {
                "; no account outside of campaigns did any, so at least " (number(lift.low))
                " times as often (with 95\u{a0}% confidence)"
            },
        }
    }
}

fn number(ratio: f64) -> String {
    if ratio < 9.95 { format!("{ratio:.1}") } else { grouped(ratio.round() as u64) }
}

/// A cell of the table of campaigns: accounts with harm, and per 1,000.
pub(super) fn cell(campaign: &Campaign) -> Markup {
    html! {
        @match &campaign.harm {
            Some(harm) if harm.accounts > 0 => {
                (grouped(harm.accounts)) " " span.note { "(" (format!("{:.0}", harm.per_thousand)) " ‰)" }
            },
            _ => "–",
        }
    }
}

/// Where all harm was done.
pub(super) fn of_all(done: &Done) -> Markup {
    html! {
        p.note {
            "Of " (counted(done.accounts, "account", "accounts")) " of this log that are known to have done harm, "
            (grouped(done.accounts_in_campaigns)) " are in campaigns."
        }
    }
}

/// Which campaigns share a solving service.
pub(super) fn solvers(campaigns: &[&Campaign]) -> Markup {
    let mut families: std::collections::BTreeMap<&str, (u64, u64)> = Default::default();
    for campaign in campaigns {
        let family = campaign.captcha_defeat.as_ref().and_then(|d| d.solver_family.as_deref());
        if let Some(family) = family {
            let (count, accounts) = families.entry(family).or_default();
            *count += 1;
            *accounts += campaign.accounts;
        }
    }
    let defeats = campaigns.iter().filter(|c| c.captcha_defeat.is_some()).count() as u64;
    html! {
        @if defeats > 0 {
            p.note {
                "CAPTCHAs were solved on behalf of " (counted(defeats, "campaign", "campaigns")) " (OAT-009)."
                @for (i, (family, (count, accounts))) in families.iter().enumerate() {
                    @if i == 0 { " Services that several of them share: " } @else { ", " }
                    (shown(family, 40)) " (" (counted(*count, "campaign", "campaigns")) ", " (counted(*accounts, "account", "accounts")) ")"
                }
                @if !families.is_empty() { "." }
            }
        }
    }
}
