//! One campaign on half a page: what it is, when it ran, how sure we are and
//! why, the rule that recognises it, and accounts to look at.

use super::figures::{Figures, SECTIONS_MAX, Shown};
use super::input::Sample;
use super::later;
use super::marks::{busiest, gauge, hours, merged, pair, sparkline, swatch};
use super::words::{
    chance, clean, counted, day, day_short, duration, expected, grouped, lift, likely, minute,
    percent, rate, risk, second, sentence, shown,
};
use campaigns::{Campaign, Reason, Signature};
use maud::{Markup, html};

/// More reasons than this say the same thing again.
const REASONS_MAX: usize = 8;
/// A condition or a cell that is longer is cut: nobody reads on, and one hostile
/// handle must not fill a page.
const CELL_CHARS_MAX: usize = 64;
const WORDS_CHARS_MAX: usize = 400;
const CONDITIONS_MAX: usize = 8;
const ALIASES_MAX: usize = 6;
const DAY_MS: i64 = 86_400_000;

/// Evidence, campaign by campaign.
pub(super) fn sections(figures: &Figures) -> Markup {
    if figures.factories.is_empty() {
        return html! {};
    }
    html! {
        section #evidence {
            h2 { "Evidence, campaign by campaign" }
            @if figures.factories.len() > SECTIONS_MAX {
                p.note {
                    "The first " (grouped(SECTIONS_MAX as u64)) " of " (grouped(figures.factories.len() as u64))
                    " campaigns. The others are as fully described in " code { "campaigns.jsonl" } "."
                }
            }
            @for factory in figures.factories.iter().filter(|factory| factory.has_section) {
                (section(figures, factory))
            }
        }
    }
}

fn section(figures: &Figures, factory: &Shown) -> Markup {
    let campaign = factory.campaign;
    html! {
        article.campaign id=(factory.anchor()) {
            div.core {
                h3 { (swatch(&factory.class())) " " span.id { (shown(&campaign.id, 40)) } }
                (what(campaign))
                div.columns {
                    div.aside { (how_sure(campaign)) (when(figures, factory)) }
                    div.main { (why(campaign)) (later::of_campaign(campaign)) (rule(campaign)) }
                }
            }
            (samples(figures, factory))
        }
    }
}

fn what(campaign: &Campaign) -> Markup {
    let span_ms = campaign.last_ms.saturating_sub(campaign.first_ms);
    html! {
        p.what {
            strong { (counted(campaign.accounts, "account", "accounts")) }
            " in " (duration(span_ms)) ", from " (minute(campaign.first_ms)) " to " (minute(campaign.last_ms))
            @if span_ms >= 3_600_000 { ": " (rate(campaign.accounts, span_ms)) }
            ". It is " strong { (likely(campaign.risk)) } " that a factory opened them."
            @if !campaign.aliases.is_empty() { " Earlier ids: " (aliases(&campaign.aliases)) "." }
        }
    }
}

fn aliases(aliases: &[String]) -> Markup {
    html! {
        @for (i, alias) in aliases.iter().take(ALIASES_MAX).enumerate() {
            @if i > 0 { ", " }
            span.id { (shown(alias, 40)) }
        }
        @if aliases.len() > ALIASES_MAX { " and " (aliases.len() - ALIASES_MAX) " more" }
    }
}

fn how_sure(campaign: &Campaign) -> Markup {
    html! {
        h4 { "How sure" }
        p.sure { span.value { (risk(campaign.risk)) } " risk, " (likely(campaign.risk)) (gauge(campaign.risk)) }
    }
}

fn when(figures: &Figures, factory: &Shown) -> Markup {
    let campaign = factory.campaign;
    let (counts, unit) =
        short_spell(figures, factory).unwrap_or_else(|| filled_days(&campaign.days));
    let most = campaign.days.iter().max_by_key(|(day, count)| (*count, std::cmp::Reverse(*day)));
    html! {
        h4 { "When" }
        @if let Some((peak_ms, peak)) = most {
            @if counts.len() > 1 {
                div.days { (sparkline(&counts, &factory.class(), &format!("Accounts by {unit}"))) }
                p.ends { span { (day_short(campaign.first_ms)) } span { "by " (unit) } span { (day_short(campaign.last_ms)) } }
            }
            p.note {
                "Most on " (day(*peak_ms)) ": " (counted(*peak, "account", "accounts")) "."
            }
        }
        (hours(&campaign.hours))
        p.note { (busiest(&campaign.hours)) }
    }
}

/// A campaign of a few days shows more by the hours of the volume than by days:
/// the counts from its first bucket to its last, and what a bucket is.
fn short_spell(figures: &Figures, factory: &Shown) -> Option<(Vec<u64>, String)> {
    // A line of fewer points than this has no shape.
    const DAYS_MAX: usize = 10;
    let (buckets, counts) = (figures.input.volume.buckets, figures.counts(factory));
    let first = counts.iter().position(|count| *count > 0)?;
    let last = counts.iter().rposition(|count| *count > 0)?;
    let fits = last - first < super::marks::BARS_MAX && factory.campaign.days.len() <= DAYS_MAX;
    (buckets.width_ms < DAY_MS && fits).then(|| (counts[first..=last].to_vec(), buckets.unit()))
}

/// Accounts by day with the empty days filled in, in few enough bars; and what
/// a bar stands for.
fn filled_days(days: &[(i64, u64)]) -> (Vec<u64>, String) {
    // A century: whatever lies further apart is a mistake in the dates, and is drawn as if it followed.
    const DAYS_MAX: i64 = 36_525;
    let (Some((first, _)), Some((last, _))) = (days.first(), days.last()) else {
        return (Vec::new(), String::new());
    };
    let length = (last.saturating_sub(*first) / DAY_MS).clamp(0, DAYS_MAX) as usize + 1;
    let mut counts = vec![0u64; length];
    for (start, count) in days {
        let index = (start.saturating_sub(*first) / DAY_MS).clamp(0, length as i64 - 1);
        counts[index as usize] += count;
    }
    let bars_max = super::marks::BARS_MAX;
    let unit = match length.div_ceil(bars_max) {
        0 | 1 => "day".to_owned(),
        days => format!("{days} days"),
    };
    (merged(&counts, bars_max), unit)
}

fn why(campaign: &Campaign) -> Markup {
    let most = campaign.reasons.iter().map(|reason| reason.observed).max().unwrap_or(0);
    html! {
        h4 { "Why" }
        @if campaign.reasons.is_empty() { p.note { "No single reason is cited." } }
        @else {
            ol.reasons { @for reason in campaign.reasons.iter().take(REASONS_MAX) { (reason_item(reason, most)) } }
            @if campaign.reasons.len() > REASONS_MAX {
                p.note { (campaign.reasons.len() - REASONS_MAX) " weaker reasons are in " code { "campaigns.jsonl" } "." }
            }
        }
    }
}

fn reason_item(reason: &Reason, most: u64) -> Markup {
    html! {
        li {
            p.words { (sentence(&reason.words, WORDS_CHARS_MAX)) }
            div.measure {
                (pair(reason.observed, reason.expected, most))
                p {
                    strong { (grouped(reason.observed)) } " seen, " (expected(reason.expected)) " expected"
                    @if let Some(lift) = lift(reason.observed, reason.expected) { " (" (lift) " as many)" }
                    "; " (chance(reason.log_p)) "."
                }
            }
            (conditions(&reason.conditions))
        }
    }
}

fn conditions(conditions: &[(String, String)]) -> Markup {
    html! {
        @if !conditions.is_empty() {
            p.conditions {
                @for (i, (kind, value)) in conditions.iter().take(CONDITIONS_MAX).enumerate() {
                    @if i > 0 { span.and { " and " } }
                    code { (clean(kind, 40)) " = " (shown(value, CELL_CHARS_MAX)) }
                }
                @if conditions.len() > CONDITIONS_MAX { " and " (conditions.len() - CONDITIONS_MAX) " more" }
            }
        }
    }
}

fn rule(campaign: &Campaign) -> Markup {
    html! {
        div.signature {
            h4 { "Signature" }
            @match &campaign.signature {
                None => p.note { "No rule recognises this campaign precisely enough to be given." },
                Some(signature) => {
                    (conditions(&signature.conditions))
                    p { (sentence(&signature.words, WORDS_CHARS_MAX)) }
                    p.note { (matches(signature, campaign.accounts)) }
                }
            }
        }
    }
}

/// What the rule catches and what it catches by mistake. Where nothing was
/// caught by mistake, the bound is the rule of three: 3/n with 95 % confidence.
fn matches(signature: &Signature, accounts: u64) -> Markup {
    html! {
        "Matches " (grouped(signature.hits)) " of " (grouped(accounts)) " members and "
        (grouped(signature.false_hits)) " of " (counted(signature.background, "background sign-up", "background sign-ups"))
        @if signature.false_hits > 0 {
            ", a false-positive rate of " (percent(signature.false_positive_rate())) "."
        } @else if signature.background >= 300 {
            ": by mistake, at most one in " (grouped(signature.background / 3)) " (with 95 % confidence)."
        } @else { "." }
        " Rule version " (signature.version) "."
    }
}

/// What a sample shows, in order: heading and cell.
/// How wide it is where the page is too narrow for all of them.
type Column = (&'static str, Width, fn(&Sample) -> &str);

#[derive(Clone, Copy, PartialEq)]
enum Width {
    /// Never broken.
    Whole,
    /// Broken where paper is too narrow.
    Narrow,
    /// The same, but wide enough for most of its cells.
    Broad,
}

const COLUMNS: [Column; 7] = [
    ("Account", Width::Narrow, |s| &s.account),
    ("Handle", Width::Broad, |s| &s.username),
    ("E-mail", Width::Broad, |s| &s.email),
    ("Network", Width::Whole, |s| &s.network),
    ("Device", Width::Narrow, |s| &s.device),
    ("TLS client", Width::Broad, |s| &s.tls),
    ("CAPTCHA", Width::Whole, |s| &s.captcha),
];

fn samples(figures: &Figures, factory: &Shown) -> Markup {
    let samples = figures.samples(factory);
    if samples.is_empty() {
        return html! {};
    }
    let how = if figures.input.revealed { "in clear" } else { "pseudonymised" };
    let present = |column: &&Column| samples.iter().any(|sample| !column.2(sample).is_empty());
    let columns: Vec<&Column> = COLUMNS.iter().filter(present).collect();
    html! {
        details {
            summary { (counted(samples.len() as u64, "sample account", "sample accounts")) " of " (grouped(factory.campaign.accounts)) ", " (how) }
            div.scroll role="region" aria-label={ "Sample accounts of " (clean(&factory.campaign.id, 40)) } tabindex="0" {
                table.samples {
                    thead { tr { th scope="col" { "Time (UTC)" } @for (name, _, _) in &columns { th scope="col" { (name) } } } }
                    tbody { @for sample in samples { (sample_row(sample, &columns)) } }
                }
            }
        }
    }
}

fn sample_row(sample: &Sample, columns: &[&Column]) -> Markup {
    html! {
        tr {
            td.when { (second(sample.time_ms)) }
            @for (_, width, cell) in columns {
                td.breaking[*width != Width::Whole].broad[*width == Width::Broad] { @match cell(sample) { "" => "–", text => (shown(text, CELL_CHARS_MAX)) } }
            }
        }
    }
}
