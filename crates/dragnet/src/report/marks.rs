//! Small drawings beside words: swatch, sparkline, hours of the day, pair of
//! bars. Inline SVG without any style attribute, which the policy would refuse;
//! each says in words what it shows, for those who do not see it.

use super::words::{expected, grouped};
use maud::{Markup, PreEscaped, html};
use std::fmt::Write;

/// Most bars in a small drawing; more would be hairlines.
pub(super) const BARS_MAX: usize = 40;

/// A square in a campaign's colour.
pub(super) fn swatch(class: &str) -> Markup {
    html! { svg.swatch.(class) viewBox="0 0 10 10" aria-hidden="true" { rect width="10" height="10" rx="2" {} } }
}

/// Counts as bars, at most [`BARS_MAX`], as high as the largest; `label` says it in words.
pub(super) fn sparkline(counts: &[u64], class: &str, label: &str) -> Markup {
    let bars = merged(counts, BARS_MAX);
    let most = bars.iter().copied().max().unwrap_or(0).max(1);
    let mut path = String::new();
    for (i, count) in bars.iter().enumerate().filter(|(_, count)| **count > 0) {
        // Never under one unit: a day with one account must not look empty.
        let height = (*count as f64 / most as f64 * 20.0).max(1.0);
        let _ = write!(path, "M{} {}V20", i * 10 + 5, short(20.0 - height));
    }
    html! {
        svg.spark.(class) viewBox={ "0 0 " (bars.len().max(1) * 10) " 20" } preserveAspectRatio="none" role="img" aria-label=(label) {
            path d=(path) {}
        }
    }
}

/// Sums neighbours until no more than `bars_max` are left.
pub(super) fn merged(counts: &[u64], bars_max: usize) -> Vec<u64> {
    let width = counts.len().div_ceil(bars_max).max(1);
    counts.chunks(width).map(|chunk| chunk.iter().sum()).collect()
}

/// Twenty-four cells, midnight to midnight UTC; the darker, the more.
pub(super) fn hours(counts: &[u64; 24]) -> Markup {
    let most = counts.iter().copied().max().unwrap_or(0).max(1);
    html! {
        svg.hours role="img" aria-label={ "Accounts by hour of the day, UTC. " (busiest(counts)) } {
            svg viewBox="0 0 24 1" preserveAspectRatio="none" width="100%" height="20" {
                @for (hour, count) in counts.iter().enumerate() {
                    rect x=(hour) width=".92" height="1" fill-opacity=(short(0.07 + 0.93 * *count as f64 / most as f64)) {
                        title { (format!("{hour:02}:00–{:02}:00 UTC: {}", hour + 1, grouped(*count))) }
                    }
                }
            }
            @for (x, anchor, label) in [("0%", "start", "00"), ("25%", "middle", "06"), ("50%", "middle", "12"), ("75%", "middle", "18"), ("100%", "end", "24 UTC")] {
                text x=(x) y="33" text-anchor=(anchor) { (label) }
            }
        }
    }
}

/// The shortest stretch of the clock that holds half of the accounts, in words.
pub(super) fn busiest(counts: &[u64; 24]) -> String {
    let all: u64 = counts.iter().sum();
    let held =
        |start: usize, length: usize| (0..length).map(|i| counts[(start + i) % 24]).sum::<u64>();
    let stretches = (1..=24).flat_map(|length| (0..24).map(move |start| (length, start)));
    let half = stretches.into_iter().find(|(length, start)| held(*start, *length) * 2 >= all);
    match half {
        Some((length, start)) if all > 0 && length <= 9 => {
            format!(
                "Half of them between {start:02}:00 and {:02}:00 UTC.",
                (start + length - 1) % 24 + 1
            )
        }
        _ => "Spread over the day.".to_owned(),
    }
}

/// Seen beside expected, as two bars on one logarithmic scale up to `most`.
pub(super) fn pair(observed: u64, expectation: f64, most: u64) -> Markup {
    let length = |count: f64| {
        // Of one plus the count: zero is then a bar of no length, and one has some.
        let share = count.max(0.0).ln_1p() / (most.max(1) as f64).ln_1p();
        PreEscaped(format!("{}%", short(share.clamp(0.0, 1.0) * 100.0)))
    };
    html! {
        svg.pair role="img" aria-label={ (grouped(observed)) " seen, " (expected(expectation)) " expected" } {
            rect.seen y="0" height="9" width=(length(observed as f64)) {}
            rect.expected y="11" height="5" width=(length(expectation)) {}
        }
    }
}

/// A share of a whole as one bar.
pub(super) fn gauge(share: f64) -> Markup {
    html! {
        svg.gauge aria-hidden="true" {
            rect.track width="100%" height="6" rx="3" {}
            rect.level width={ (short(share.clamp(0.0, 1.0) * 100.0)) "%" } height="6" rx="3" {}
        }
    }
}

/// Two decimals at most, without trailing zeros: drawings are most of the bytes.
pub(super) fn short(number: f64) -> String {
    let text = format!("{number:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
