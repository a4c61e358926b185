//! Policies in words and tables.

use super::{alarm, faint, heading, text, units};
use crate::commands::policy::{Checked, Understood};
use std::fmt::Write;
use verdicts::Policy;
use verdicts::policy::Group;

/// What was found in some files.
pub(crate) fn checked(files: &[Checked], width: usize) -> String {
    let mut shown = String::new();
    for one in files {
        let file = text::harmless(&one.file);
        if let Some(understood) = &one.understood {
            shown += &text::wrapped(&format!("{file}: "), &in_short(understood), width);
        }
        for problem in &one.problems {
            let first = format!("{file}:{}: {} ", problem.line, alarm("problem:"));
            shown +=
                &text::wrapped(&first, &format!("{}: {}", problem.place, problem.message), width);
        }
        for warning in &one.warnings {
            let first = format!("{file}:{}: warning: ", warning.line);
            shown +=
                &text::wrapped(&first, &format!("{}: {}", warning.place, warning.message), width);
        }
    }
    shown
}

fn in_short(of: &Understood) -> String {
    let levels = match of.act_on.is_empty() {
        true => "no level acts".to_owned(),
        false => format!("acts on {}", of.act_on.join(", ")),
    };
    let mode = match of.mode {
        "shadow" => "in shadow, always answers allow",
        _ => "its verdicts are answered",
    };
    format!(
        "{} revision {} ({}), {}, {} that decide, {}; {levels}; {mode}",
        of.name,
        of.revision,
        of.fingerprint,
        units::counted(of.rules as u64, "rule", "rules"),
        of.acting,
        units::counted(of.lists as u64, "list", "lists"),
    )
}

/// Everything that conditions may ask about.
pub(crate) fn names(groups: &[Group], width: usize) -> String {
    let mut shown = String::new();
    for group in groups {
        let _ = writeln!(shown, "{}", heading(group.title));
        for name in &group.names {
            let _ = writeln!(shown, "  {}  {}", name.name, faint(name.gives.name()));
            shown += &text::wrapped("      ", &name.meaning, width);
            shown += &text::wrapped("      ", &name.example, width);
        }
        shown.push('\n');
    }
    let kinds = "KIND and WHAT are the names of signals below; WINDOW is 1m, 10m, 1h, 24h or 7d.";
    shown + &text::wrapped("", kinds, width)
}

/// A policy, rule by rule.
pub(crate) fn policy(policy: &Policy, width: usize) -> String {
    let levels: Vec<&str> = policy.act_on().iter().map(|level| level.name()).collect();
    let fail_over = policy.fail_over();
    let mut shown = format!(
        "{}\n",
        heading(&text::harmless(&format!(
            "{} revision {} ({})",
            policy.name(),
            policy.revision(),
            policy.fingerprint()
        )))
    );
    let head = format!(
        "mode {}; acts on {}; past {} ms it answers {}",
        policy.mode().name(),
        if levels.is_empty() { "nothing".to_owned() } else { levels.join(", ") },
        fail_over.within_ms,
        fail_over.answer
    );
    shown += &text::wrapped("", &head, width);
    for (name, entries) in policy.lists() {
        let entries = units::counted(entries as u64, "entry", "entries");
        shown += &text::wrapped("", &format!("list {name}: {entries}"), width);
    }
    shown.push('\n');
    for (at, rule) in policy.rules().iter().enumerate() {
        let does = rule.verdict().map_or("labels", |verdict| verdict.name());
        let acts = match (rule.verdict(), rule.is_acting()) {
            (Some(_), false) => ", labels only",
            _ => "",
        };
        let _ = writeln!(
            shown,
            "{:>3}  {:<22} {does:<9} {}{acts}",
            at + 1,
            text::cut(rule.name(), 22),
            rule.level().name(),
        );
        shown += &text::wrapped("       when   ", rule.when(), width);
        if let Some(label) = rule.label() {
            shown += &text::wrapped("       label  ", label, width);
        }
        if let Some(why) = rule.why() {
            shown += &text::wrapped("       why    ", why, width);
        }
    }
    shown
}
