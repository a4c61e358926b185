//! All campaigns at a glance, and the organisations set apart from them. The
//! order is the findings' own; a script lets the reader change it.

use super::figures::{Figures, ROWS_MAX, Shown};
use super::later;
use super::marks::{gauge, sparkline, swatch};
use super::words::{clean, counted, day, days_between, grouped, rate, risk, sentence, shown};
use campaigns::Rank;
use maud::{Markup, html};

/// The columns, each with how the script sorts it.
const COLUMNS: [(&str, Option<&str>); 8] = [
    ("Campaign", Some("text")),
    ("Accounts", Some("number")),
    ("When", Some("number")),
    ("Rate", Some("number")),
    ("Risk", Some("number")),
    (HARM, Some("number")),
    ("Over time", None),
    ("Strongest reason", None),
];
/// A column only where harm is known.
const HARM: &str = "Harm";
/// A longer reason would make its row of the table a paragraph.
const REASON_CHARS_MAX: usize = 220;

/// The table of campaigns.
pub(super) fn section(figures: &Figures) -> Markup {
    if figures.factories.is_empty() {
        return html! {};
    }
    let is_shown = |column: &(&str, _)| column.0 != HARM || figures.input.harm.is_some();
    let columns = COLUMNS.into_iter().filter(is_shown);
    html! {
        section #campaigns {
            h2 { "Campaigns" }
            p.note {
                (order(figures)) " "
                @if figures.factories.len() > ROWS_MAX {
                    "The first " (grouped(ROWS_MAX as u64)) " of "
                    (counted(figures.factories.len() as u64, "campaign", "campaigns"))
                    "; all are in " code { "campaigns.jsonl" } ". "
                }
                "Every drawing under “Over time” spans the whole log, each to its own height. Days are UTC."
            }
            @if let Some(done) = figures.input.harm { (later::of_all(done)) }
            (later::solvers(&figures.factories.iter().map(|f| f.campaign).collect::<Vec<_>>()))
            table.campaigns #table {
                thead { tr { @for (name, sort) in columns { th scope="col" data-sort=[sort] { (name) } } } }
                tbody { @for factory in figures.factories.iter().take(ROWS_MAX) { (row(figures, factory)) } }
            }
        }
    }
}

fn order(figures: &Figures) -> &'static str {
    match figures.input.rank {
        Rank::Risk => "Riskiest and largest first.",
        Rank::Size => "Largest first.",
        Rank::Harm => "Those with most accounts that did harm first.",
    }
}

fn row(figures: &Figures, factory: &Shown) -> Markup {
    let campaign = factory.campaign;
    let span_ms = campaign.last_ms.saturating_sub(campaign.first_ms);
    let per_hour = campaign.accounts as f64 / (span_ms as f64 / 3_600_000.0).max(1.0);
    html! {
        tr {
            th scope="row" data-v=(clean(&campaign.id, 40)) { (swatch(&factory.class())) " " (name(factory)) }
            td.number data-v=(campaign.accounts) data-label="Accounts" { (grouped(campaign.accounts)) }
            td.when data-v=(campaign.first_ms) data-label="When" { (days_between(campaign.first_ms, campaign.last_ms)) }
            td.number data-v=(format!("{per_hour:.3}")) data-label="Rate" { (rate(campaign.accounts, span_ms)) }
            td.risk data-v=(format!("{:.4}", campaign.risk)) data-label="Risk" { (risk(campaign.risk)) (gauge(campaign.risk)) }
            @if figures.input.harm.is_some() {
                td.number data-v=(campaign.harm.as_ref().map_or(0, |harm| harm.accounts)) data-label=(HARM) { (later::cell(campaign)) }
            }
            td.time data-label="Over time" { (over_time(figures, factory)) }
            td.reason data-label="Strongest reason" {
                @if let Some(reason) = campaign.reasons.first() { (sentence(&reason.words, REASON_CHARS_MAX)) }
            }
        }
    }
}

fn name(shown_campaign: &Shown) -> Markup {
    let id = shown(&shown_campaign.campaign.id, 40);
    html! {
        @if shown_campaign.has_section { a.id href={ "#" (shown_campaign.anchor()) } { (id) } }
        @else { span.id { (id) } }
    }
}

fn over_time(figures: &Figures, factory: &Shown) -> Markup {
    let counts = figures.counts(factory);
    let buckets = figures.input.volume.buckets;
    let most =
        counts.iter().copied().enumerate().max_by_key(|(i, count)| (*count, std::cmp::Reverse(*i)));
    html! {
        @if let Some((peak, _)) = most {
            (sparkline(counts, &factory.class(), &format!("most on {}", day(buckets.start_of(peak)))))
        }
    }
}

/// Groups that were recognised as one organisation's own accounts.
pub(super) fn organisations(figures: &Figures) -> Markup {
    if figures.organisations.is_empty() {
        return html! {};
    }
    html! {
        section #organisations {
            h2 { "Organisations" }
            p {
                "These groups are as alike as a factory's, but in the way in which one organisation's own "
                "accounts are: a company, a school or a test team enrolling its people. They are listed so that "
                "nobody takes them for a discovery. They count in none of the figures above and carry no risk."
            }
            div.scroll role="region" aria-label="Organisations" tabindex="0" {
                table {
                    thead { tr { th scope="col" { "Group" } th.number scope="col" { "Accounts" } th scope="col" { "When (UTC)" } th scope="col" { "Why it looks like one organisation’s own accounts" } } }
                    tbody { @for organisation in figures.organisations.iter().take(ROWS_MAX) { (organisation_row(organisation)) } }
                }
            }
        }
    }
}

fn organisation_row(organisation: &Shown) -> Markup {
    let group = organisation.campaign;
    html! {
        tr {
            th scope="row" { (name(organisation)) }
            td.number { (grouped(group.accounts)) }
            td.when { (days_between(group.first_ms, group.last_ms)) }
            td.reason { @for reason in group.reasons.iter().take(3) { p { (sentence(&reason.words, REASON_CHARS_MAX)) } } }
        }
    }
}
