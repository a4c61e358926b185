//! What labels say of the campaigns: agreement, sellers, and campaigns that may
//! be none. Names of sellers are foreign text.

use super::words::{grouped, shown};
use campaigns::labels::{Agreement, Lesson, Seller, Word};
use maud::{Markup, html};

/// Rows of the table of sellers, and ids in one of its cells; run.json has all.
const SELLERS_MAX: usize = 100;
const IDS_MAX: usize = 12;

/// The section, where labels were read.
pub(super) fn section(agreement: Option<&Agreement>) -> Markup {
    html! {
        @if let Some(agreement) = agreement {
            section #labels {
                h2 { "Labels" }
                p.note { "What was found out about some accounts, beside this scan." }
                (by_word(agreement))
                (lesson(agreement.lesson.as_ref()))
                @if !agreement.sellers.is_empty() { (sellers(&agreement.sellers)) }
                (doubtful(agreement))
            }
        }
    }
}

/// What was learned, and how it holds for what was kept back.
fn lesson(lesson: Option<&Lesson>) -> Markup {
    let Some(lesson) = lesson else {
        return html! { p { "Nothing was learned from them." } };
    };
    html! {
        p {
            "Learned from " (grouped(lesson.learned_from)) " labelled accounts: "
            (grouped(lesson.raised)) " accounts are now at risk and " (grouped(lesson.lowered))
            " no longer are. Labels that were learned from are no test of what was found."
        }
        @if !lesson.held_out.is_empty() {
            div.scroll role="region" aria-label="Labels held out" tabindex="0" {
                table {
                    thead { tr { th scope="col" { "Held out" } th.number scope="col" { "Accounts" } th.number scope="col" { "At risk" } th.number scope="col" { "Without learning" } } }
                    tbody {
                        @for (word, checked) in &lesson.held_out {
                            tr {
                                th scope="row" { (name(*word)) }
                                td.number { (grouped(checked.accounts)) }
                                td.number { (grouped(checked.at_risk)) }
                                td.number { (grouped(checked.at_risk_before)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn by_word(agreement: &Agreement) -> Markup {
    html! {
        div.scroll role="region" aria-label="Labels" tabindex="0" {
            table {
                thead { tr { th scope="col" { "Label" } th.number scope="col" { "Accounts" } th.number scope="col" { "In campaigns" } th.number scope="col" { "In organisations" } } }
                tbody {
                    @for (word, placed) in &agreement.by_word {
                        tr {
                            th scope="row" { (name(*word)) }
                            td.number { (grouped(placed.accounts)) }
                            td.number { (grouped(placed.in_campaigns)) }
                            td.number { (grouped(placed.in_organisations)) }
                        }
                    }
                }
            }
        }
    }
}

fn sellers(sellers: &[Seller]) -> Markup {
    html! {
        h3 { "Test purchases" }
        div.scroll role="region" aria-label="Sellers" tabindex="0" {
            table {
                thead { tr { th scope="col" { "Seller" } th.number scope="col" { "Purchased" } th.number scope="col" { "In campaigns" } th scope="col" { "Campaigns" } th.number scope="col" { "Further accounts there" } th.number scope="col" { "Recognised by a signature" } th.number scope="col" { "Mean risk there" } th.number scope="col" { "Made alike elsewhere" } } }
                tbody { @for seller in sellers.iter().take(SELLERS_MAX) { (seller_row(seller)) } }
            }
        }
    }
}

fn seller_row(seller: &Seller) -> Markup {
    html! {
        tr {
            th scope="row" { @if seller.seller.is_empty() { "no name" } @else { (shown(&seller.seller, 80)) } }
            td.number { (grouped(seller.purchased)) }
            td.number { (grouped(seller.in_campaigns)) }
            td {
                @for (i, id) in seller.campaigns.keys().take(IDS_MAX).enumerate() {
                    @if i > 0 { ", " }
                    span.id { (shown(id, 40)) }
                }
                @if seller.campaigns.len() > IDS_MAX { " and " (seller.campaigns.len() - IDS_MAX) " more" }
            }
            td.number { (grouped(seller.further_accounts)) }
            td.number { (grouped(seller.recognised_accounts)) }
            td.number { @if seller.campaigns.is_empty() { "–" } @else { (format!("{:.2}", seller.risk)) } }
            td.number { (grouped(seller.found_accounts)) }
        }
    }
}

fn doubtful(agreement: &Agreement) -> Markup {
    html! {
        @if !agreement.doubtful.is_empty() {
            h3 { "Campaigns that may be none" }
            p { "Several of their accounts were checked as genuine or had an appeal granted:" }
            ul {
                @for doubtful in agreement.doubtful.iter().take(SELLERS_MAX) {
                    li { span.id { (shown(&doubtful.campaign, 40)) } ": " (grouped(doubtful.good)) " good, " (grouped(doubtful.appealed)) " appealed" }
                }
            }
        }
    }
}

fn name(word: Word) -> &'static str {
    match word {
        Word::Banned => "Banned",
        Word::Appealed => "Appeal granted",
        Word::Good => "Good",
        Word::Purchased => "Purchased",
    }
}
