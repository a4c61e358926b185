//! The head of the report: what was found, in one sentence and a few figures,
//! and the table of contents. Whoever stops reading here has been told the truth.

use super::figures::Figures;
use super::words::{
    clean, counted, day, days_between, grouped, minute, percent, percent_digits, sentence,
};
use campaigns::Share;
use maud::{Markup, html};

/// The title of the window, and of the file that a browser prints.
pub(super) fn title(figures: &Figures) -> String {
    let found = figures.factories.len() as u64;
    let found = if found == 0 {
        "no campaign found".to_owned()
    } else {
        counted(found, "campaign", "campaigns")
    };
    format!("Dragnet report, {}: {found}", day(figures.input.run.generated_ms))
}

/// A line that no page of a revealed report may lack.
pub(super) fn personal_data() -> Markup {
    html! {
        p.personal role="note" {
            strong { "Personal data." }
            " Sample accounts are shown in clear. Keep, share and delete this file accordingly."
        }
    }
}

/// Where to go; a quiet column beside the text, or a row above it.
pub(super) fn contents(figures: &Figures) -> Markup {
    let links = [
        ("summary", "Summary", true),
        ("nothing", "What to try", figures.factories.is_empty()),
        ("volume", "Over time", figures.input.volume.buckets.count > 0),
        ("campaigns", "Campaigns", !figures.factories.is_empty()),
        ("labels", "Labels", figures.input.labels.is_some()),
        ("evidence", "Evidence", !figures.factories.is_empty()),
        ("organisations", "Organisations", !figures.organisations.is_empty()),
        ("missing", "What the log lacks", true),
        ("method", "How it works", true),
        ("inputs", "Inputs and run", true),
        ("numbers", "The numbers", figures.input.volume.buckets.count > 0),
    ];
    html! {
        nav.contents aria-label="Contents" {
            p.brand { "Dragnet" }
            ul {
                @for (anchor, label, _) in links.into_iter().filter(|(_, _, present)| *present) {
                    li { a href={ "#" (anchor) } { (label) } }
                }
            }
        }
    }
}

/// The headline and the key figures.
pub(super) fn summary(figures: &Figures) -> Markup {
    html! {
        header.summary #summary {
            p.eyebrow {
                "Sign-up report · "
                (minute(figures.input.run.generated_ms))
                @if let Some(name) = source(figures) { " · " bdi { (name) } }
            }
            h1 { (headline(figures)) }
            @if figures.sign_ups > 0 {
                p.lede { (lede(figures)) }
                (key_figures(figures))
            }
            @if let Some(caveat) = &figures.input.findings.share.caveat {
                p.caveat { strong { "Read the estimate with care. " } bdi { (sentence(caveat, 400)) "." } }
            }
        }
    }
}

/// The name of the one file read, or how many there were.
fn source(figures: &Figures) -> Option<String> {
    match figures.input.run.inputs.as_slice() {
        [] => None,
        [file] => Some(clean(&file.name, 80)),
        files => Some(counted(files.len() as u64, "file", "files")),
    }
}

fn headline(figures: &Figures) -> String {
    let read = counted(figures.sign_ups, "sign-up", "sign-ups");
    match (figures.sign_ups, figures.factories.len() as u64) {
        (0, _) => "No sign-up could be read".to_owned(),
        (_, 0) => format!("No campaign was found in {read}"),
        (_, found) => {
            let campaigns = counted(found, "campaign", "campaigns");
            format!("{campaigns} opened {} of {read}", grouped(figures.accounts))
        }
    }
}

fn lede(figures: &Figures) -> Markup {
    let share = &figures.input.findings.share;
    let about = (share.estimate * figures.sign_ups as f64).max(0.0).round() as u64;
    html! {
        @if let Some((first_ms, last_ms)) = figures.span_ms() {
            "The sign-ups date from " (days_between(first_ms, last_ms)) ". "
        }
        @if figures.factories.is_empty() {
            "No group of accounts stood out enough to be named. "
        } @else {
            "A campaign is a set of accounts that one operation opened in bulk. "
        }
        @if is_least(share) {
            "At least " strong { (percent(share.low)) } " of the sign-ups are fraudulent."
        } @else {
            "Counting also what belongs to no named campaign, about "
            strong { (counted(about, "sign-up", "sign-ups")) " (" (percent(share.estimate)) ")" }
            " are estimated to be fraudulent; the 90\u{a0}% interval is "
            (percent_digits(share.low)) "–" (percent(share.high)) "."
        }
    }
}

/// Whether no more than the least that the share can be is known.
fn is_least(share: &Share) -> bool {
    share.high >= 1.0
}

fn key_figures(figures: &Figures) -> Markup {
    let share = &figures.input.findings.share;
    let of_all = figures.accounts as f64 / figures.sign_ups.max(1) as f64;
    let interval = match is_least(share) {
        true => "no more can be told from this log".to_owned(),
        false => {
            format!("90\u{a0}% interval {}–{}", percent_digits(share.low), percent(share.high))
        }
    };
    let estimate = match is_least(share) {
        true => format!("at least {}", percent(share.low)),
        false => percent(share.estimate),
    };
    let members = format!("{} of all sign-ups", percent(of_all));
    html! {
        dl.figures {
            (figure("Campaigns", grouped(figures.factories.len() as u64), &organisations(figures)))
            (figure("Accounts in campaigns", grouped(figures.accounts), &members))
            (figure("Estimated fraudulent share", estimate, &interval))
            @if let Some(people) = figures.false_alarms {
                (figure(
                    "Probable false alarms",
                    format!("about {}", grouped(people.round() as u64)),
                    &format!("{} of the accounts in campaigns", percent(people / figures.accounts.max(1) as f64)),
                ))
            }
            (figure("Sign-ups read", grouped(figures.sign_ups), &set_aside(figures)))
        }
    }
}

fn figure(name: &str, value: String, note: &str) -> Markup {
    html! { div { dt { (name) } dd { span.value { (value) } span.note { (note) } } } }
}

fn organisations(figures: &Figures) -> String {
    match figures.organisations.len() as u64 {
        0 => "and no recognised organisation".to_owned(),
        count => {
            format!("and {} set apart as benign", counted(count, "organisation", "organisations"))
        }
    }
}

fn set_aside(figures: &Figures) -> String {
    match figures.rejected {
        0 => "no row set aside".to_owned(),
        rows => format!("{} set aside as unreadable", counted(rows, "row", "rows")),
    }
}
