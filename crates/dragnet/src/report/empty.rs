//! The report of a scan that named no campaign: what was looked at, and what
//! would let the next scan see more. An empty page would be taken for a clean bill.

use super::figures::Figures;
use super::words::counted;
use maud::{Markup, html};

/// Shown in place of the campaigns.
pub(super) fn section(figures: &Figures) -> Markup {
    html! {
        section #nothing {
            @if figures.sign_ups == 0 { (nothing_read(figures)) } @else { (nothing_found(figures)) }
        }
    }
}

fn nothing_read(figures: &Figures) -> Markup {
    html! {
        h2 { "What to try" }
        p {
            "Dragnet read " (counted(figures.input.run.inputs.len() as u64, "file", "files")) " and set "
            (counted(figures.rejected, "row", "rows")) " aside, so there is nothing to judge."
        }
        ul {
            li { "Look into " code { "rejected.jsonl" } ": it names line, field and reason for every row set aside." }
            li { "Two columns are required, the account and the time. Name them where they are called something else: " code { "--map account_id=user_id,timestamp=created" } "." }
        }
    }
}

fn nothing_found(figures: &Figures) -> Markup {
    html! {
        h2 { "What was looked at" }
        p {
            "All " (counted(figures.sign_ups, "sign-up", "sign-ups")) " were compared on every signal that the log gives. "
            "No group was so much more alike than chance allows, and so unlike an ordinary crowd, that it could be called a campaign."
        }
        p { "This is not a clean bill: campaigns of a few accounts, very slow ones, and ones that vary everything this log records leave no mark in it." }
        h2 { "What to try" }
        ul {
            li { "Scan more days together: slow campaigns show over weeks." }
            @if !figures.input.findings.missing.is_empty() {
                li { "Give more columns. " a href="#missing" { "What the log lacks" } " says what each would show." }
            }
            li { "See under " a href="#inputs" { "Inputs and run" } " whether each column was taken for what it is; " code { "--map" } " corrects it." }
            @if figures.rejected > 0 {
                li { (counted(figures.rejected, "row was", "rows were")) " set aside. " code { "rejected.jsonl" } " says why; a factory may be among them." }
            }
        }
    }
}
