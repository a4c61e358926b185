//! Trends in words: what changed, how much, how sure.

use super::{faint, heading, text, units, width};
use actors::trends::{Kind, Trend, Verdict, Windows};
use std::collections::BTreeMap;

/// Trends of a verdict that are listed; --json has all.
const LISTED_MAX: usize = 15;

/// What changed between two windows, by verdict.
pub(crate) fn table(told: &[&Trend], looked_at: usize, windows: &Windows) -> String {
    let days = |periods: usize| units::span(windows.period_ms * periods as i64);
    let mut shown = format!(
        "{} before {} against {} from then on; {} looked at\n",
        days(windows.before),
        units::minute(windows.split.ms()),
        days(windows.after),
        units::counted(looked_at as u64, "series", "series"),
    );
    if told.is_empty() {
        shown += "nothing changed more than chance explains (--all shows what was looked at)\n";
        return shown;
    }
    let mut by_verdict: BTreeMap<Verdict, Vec<&Trend>> = BTreeMap::new();
    for trend in told {
        by_verdict.entry(trend.verdict).or_default().push(trend);
    }
    for (verdict, all) in by_verdict {
        shown += &format!("\n{}\n", heading(word(verdict)));
        for trend in all.iter().take(LISTED_MAX) {
            shown += &line(trend);
        }
        if all.len() > LISTED_MAX {
            shown += &faint(&format!("  and {} more\n", all.len() - LISTED_MAX));
        }
    }
    shown
        + &faint(
            "\n× is how many times as much, with its 95 % interval; q the share of such changes\nthat chance makes. --json says how each was tested, and by which objects.\n",
        )
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::New => "New",
        Verdict::Growing => "Growing",
        Verdict::Steady => "Steady",
        Verdict::Shrinking => "Shrinking",
        Verdict::Gone => "Gone",
        Verdict::TooLittleData => "Too little to tell",
    }
}

fn line(trend: &Trend) -> String {
    let what = format!("{}, {}", trend.what, of(trend.kind));
    let unit = unit(trend.kind);
    let mut parts = vec![format!("{} → {}{unit}", number(trend.before), number(trend.after))];
    if let Some(ratio) = trend.ratio {
        let mut times = format!("× {}", number(ratio));
        if let Some((low, high)) = trend.interval {
            let high = high.map_or("∞".to_owned(), number);
            times += &format!(" ({} to {high})", number(low));
        }
        parts.push(times);
    }
    if let Some(q) = trend.q {
        parts.push(if q < 0.001 { "q < 0.001".to_owned() } else { format!("q = {q:.3}") });
    }
    // How it was tested is said once, below; why it was not is said here.
    if trend.q.is_none() {
        parts.push(trend.how.clone());
    }
    text::wrapped("  ", &what, width()) + &text::wrapped("      ", &parts.join(", "), width())
}

/// Counts are by period; a price or stock is a median.
fn unit(kind: Kind) -> &'static str {
    match kind {
        Kind::Campaigns | Kind::Signups | Kind::Technique | Kind::Infrastructure => " a period",
        Kind::Price | Kind::LivePrice | Kind::Stock => "",
    }
}

fn number(n: f64) -> String {
    match n.abs() {
        a if a >= 100.0 => units::count(n.round() as u64),
        a if a >= 10.0 => format!("{n:.1}"),
        a if a >= 0.01 || a == 0.0 => format!("{n:.2}"),
        _ => format!("{n:.4}"),
    }
}

fn of(kind: Kind) -> &'static str {
    match kind {
        Kind::Campaigns => "campaigns",
        Kind::Signups => "sign-ups",
        Kind::Technique => "uses and sightings",
        Kind::Infrastructure => "uses",
        Kind::Price => "price",
        Kind::LivePrice => "price of 1,000 live hours",
        Kind::Stock => "stock",
    }
}
