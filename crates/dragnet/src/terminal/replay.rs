//! What a dry run of a policy tells, in tables.

use super::{faint, heading, text, units};
use crate::replay::{
    Against, CampaignsTold, DayTold, Example, Named, Report, RuleTold, Share, Sums, TruthTold,
    Verdicts,
};
use std::fmt::Write;

/// Days that are shown in full: two months; beyond, the JSON has them.
const DAYS_MAX: usize = 62;
/// Examples of a rule that are shown.
const EXAMPLES_MAX: usize = 2;
/// Words of an example that are shown.
const WHY_MAX: usize = 2;

/// All of it.
pub(crate) fn words(report: &Report, width: usize) -> String {
    let mut shown = head(report, width);
    shown += &verdicts(report);
    if let Some(truth) = &report.truth {
        shown += &truth_told("How right it was", truth, width);
    }
    shown += &rules(&report.rules, report.truth.is_some());
    shown += &days(&report.days, report.truth.is_some());
    let who = if report.truth.is_some() { "Good people stopped" } else { "Stopped" };
    shown += &shares(&format!("{who}, by crowd"), &report.crowds);
    shown += &shares(&format!("{who}, by kind of network"), &report.networks);
    let check = format!("{who}, by country (to see that none is treated otherwise)");
    shown += &shares(&check, &report.countries);
    shown += &examples(&report.rules, width);
    if let Some(against) = &report.against {
        shown += &of_against(against, width);
    }
    shown
}

fn named(policy: &Named) -> String {
    text::harmless(&format!("{} revision {} ({})", policy.name, policy.revision, policy.mode))
}

fn head(report: &Report, width: usize) -> String {
    let log = &report.log;
    let time = |time: jiff::Timestamp| units::minute(time.as_millisecond());
    let mut words = format!(
        "{} from {} to {}; {}",
        units::counted(log.signups, "sign-up", "sign-ups"),
        time(log.first),
        time(log.last),
        match log.scans {
            0 => "nothing was scanned, so that no campaign is known".to_owned(),
            n => units::counted(n, "scan", "scans"),
        }
    );
    if log.before > 0 {
        let _ = write!(words, "; {} before that counted and scanned", units::count(log.before));
    }
    if log.repeated > 0 {
        let _ = write!(words, "; {} told twice", units::count(log.repeated));
    }
    if log.rejected > 0 {
        let rows = units::counted(log.rejected, "row is", "rows are");
        let _ = write!(words, "; {rows} no sign-up");
    }
    format!("{}\n{}\n", heading(&named(&report.policy)), text::wrapped("", &words, width))
}

fn list(of: &Verdicts) -> [(&'static str, u64); 4] {
    [("allow", of.allow), ("challenge", of.challenge), ("review", of.review), ("deny", of.deny)]
}

fn verdicts(report: &Report) -> String {
    let mut shown = format!("{}\n", heading("What would have happened"));
    let all = report.log.signups.max(1) as f64;
    for (name, count) in list(&report.decided) {
        let share = units::percent(count as f64 / all);
        let _ = writeln!(shown, "  {name:<10} {:>12}  {share:>8}", units::count(count));
    }
    if report.policy.mode == "shadow" {
        let _ = writeln!(shown, "  {}", faint("in shadow: all are answered allow"));
    }
    shown.push('\n');
    shown
}

fn truth_told(title: &str, truth: &TruthTold, width: usize) -> String {
    let mut shown = format!("{}\n", heading(title));
    let precision = truth.precision.map_or("–".to_owned(), units::percent);
    let _ = writeln!(shown, "  of those stopped, fraud     {precision:>9}");
    for (what, share) in
        [("of fraud, stopped", &truth.fraud), ("of good people, stopped", &truth.good)]
    {
        let _ = writeln!(shown, "  {what:<26} {}", share_words(share));
    }
    if truth.unknown > 0 {
        let _ = writeln!(shown, "  {} are not known to be either", units::count(truth.unknown));
    }
    if let Some(campaigns) = &truth.campaigns {
        shown += &of_campaigns(campaigns, width);
    }
    shown.push('\n');
    shown
}

fn of_campaigns(of: &CampaignsTold, width: usize) -> String {
    let words = format!(
        "{} of 100 accounts and more, of {}; stopped of their accounts:",
        units::counted(of.large, "campaign", "campaigns"),
        units::count(of.campaigns),
    );
    let mut shown = text::wrapped("  ", &words, width);
    for stage in &of.stages {
        let _ = writeln!(shown, "    {:<24} {}", stage.name, share_words(stage));
    }
    let median = match of.recognised_after_median {
        Some(n) => format!(
            "{} before the first at risk, in the median",
            units::counted(n, "account", "accounts")
        ),
        None => "half of them or more were never recognised".to_owned(),
    };
    let never = format!("; {} never", units::count(of.never_recognised));
    shown + &text::wrapped("    ", &format!("{median}{never}"), width)
}

fn share_words(share: &Share) -> String {
    format!(
        "{:>9}  {} of {} ({} – {})",
        units::percent(share.rate),
        units::count(share.stopped),
        units::count(share.signups),
        units::percent(share.low),
        units::percent(share.high)
    )
}

fn rules(rules: &[RuleTold], is_known: bool) -> String {
    let known = if is_known { "     fraud      good" } else { "" };
    let mut shown = format!(
        "{}\n{}\n",
        heading("By rule"),
        faint(&format!("  {:<22} {:<7} {:>10} {:>10}{known}", "rule", "level", "met", "decided"))
    );
    for rule in rules {
        let known = match is_known {
            true => {
                format!("{:>10}{:>10}", units::count(rule.met_fraud), units::count(rule.met_good))
            }
            false => String::new(),
        };
        let decided = if rule.acts { units::count(rule.decided) } else { "labels".to_owned() };
        let _ = writeln!(
            shown,
            "  {:<22} {:<7} {:>10} {decided:>10}{known}",
            text::cut(&rule.rule, 22),
            rule.level,
            units::count(rule.met),
        );
    }
    shown.push('\n');
    shown
}

fn days(days: &[DayTold], is_known: bool) -> String {
    let known = if is_known { "   fraud   good" } else { "" };
    let title = format!(
        "  {:<10} {:>9} {:>9} {:>7} {:>7}{known}",
        "day", "allow", "challenge", "review", "deny"
    );
    let mut shown = format!("{}\n{}\n", heading("By day"), faint(&title));
    let share = |some: u64, all: u64| match all {
        0 => "–".to_owned(),
        _ => units::percent(some as f64 / all as f64),
    };
    for day in days.iter().take(DAYS_MAX) {
        let known = match is_known {
            true => format!(
                "{:>8}{:>7}",
                share(day.fraud_stopped, day.fraud),
                share(day.good_stopped, day.good)
            ),
            false => String::new(),
        };
        let _ = writeln!(
            shown,
            "  {:<10} {:>9} {:>9} {:>7} {:>7}{known}",
            day.day,
            units::count(day.decided.allow),
            units::count(day.decided.challenge),
            units::count(day.decided.review),
            units::count(day.decided.deny),
        );
    }
    if let Some(more @ 1..) = days.len().checked_sub(DAYS_MAX) {
        let _ = writeln!(shown, "  … and {more} more days (--json has all)");
    }
    shown.push('\n');
    shown
}

fn shares(title: &str, shares: &[Share]) -> String {
    if shares.is_empty() {
        return String::new();
    }
    let mut shown = format!("{}\n", heading(title));
    for share in shares {
        let _ = writeln!(shown, "  {:<20} {}", text::cut(&share.name, 20), share_words(share));
    }
    shown.push('\n');
    shown
}

fn examples(rules: &[RuleTold], width: usize) -> String {
    let mut shown = format!("{}\n", heading("Examples, good people who were stopped first"));
    for rule in rules.iter().filter(|rule| !rule.examples.is_empty()) {
        let _ = writeln!(shown, "  {}", text::harmless(&rule.rule));
        rule.examples.iter().take(EXAMPLES_MAX).for_each(|one| shown += &example(one, width));
    }
    match rules.iter().all(|rule| rule.examples.is_empty()) {
        true => "No rule was met.\n".to_owned(),
        false => shown + "\n",
    }
}

fn example(one: &Example, width: usize) -> String {
    let from = one.before.map(|before| format!("{before} → ")).unwrap_or_default();
    let words = format!(
        "{} at {}: {from}{}, risk {:.2}, {}",
        one.account,
        units::minute(one.at.as_millisecond()),
        one.verdict,
        one.risk,
        one.known
    );
    let mut shown = text::wrapped("    ", &words, width);
    one.why.iter().take(WHY_MAX).for_each(|why| shown += &text::wrapped("      ", why, width));
    shown
}

fn of_against(against: &Against, width: usize) -> String {
    let mut shown = format!("{}\n", heading(&format!("Against {}", named(&against.policy))));
    let title = format!(
        "  {:<12} {:>10} {:>10} {:>10} {:>10}",
        "it → this", "allow", "challenge", "review", "deny"
    );
    let _ = writeln!(shown, "{}", faint(&title));
    for (from, to) in &against.changes {
        let to = list(to).map(|(_, count)| format!("{:>10}", units::count(count)));
        let _ = writeln!(shown, "  {from:<12} {}", to.join(" "));
    }
    let sums = |of: &Sums| {
        format!(
            "{} fraud, {} good, {} not known",
            units::count(of.fraud),
            units::count(of.good),
            units::count(of.unknown)
        )
    };
    let _ = writeln!(shown, "  stopped by this one only  {}", sums(&against.stopped));
    let _ = writeln!(shown, "  stopped by it only        {}", sums(&against.released));
    against.examples.iter().for_each(|one| shown += &example(one, width));
    shown.push('\n');
    if let Some(truth) = &against.truth {
        shown += &truth_told("How right it was", truth, width);
    }
    shown
}
