//! What was read, what it comes to, and where the rest is.

use super::{alarm, harm, heading, labels, text, units};
use crate::output::{self, run::Run};
use std::path::Path;

/// Three tell what is wrong with a file; all of them are in rejected.jsonl.
const REASONS_SHOWN_MAX: usize = 3;
/// More inputs that failed than this scroll the result away.
const PROBLEMS_SHOWN_MAX: usize = 5;

/// The summary under the table.
pub(crate) fn words(run: &Run, dir: &Path, width: usize) -> String {
    let mut shown = Shown { text: format!("{}\n\n", heading("Summary")), width };
    signups(&mut shown, run);
    rejected(&mut shown, run);
    companions(&mut shown, run);
    problems(&mut shown, run);
    share(&mut shown, run);
    for missing in &run.missing {
        shown.line("missing", missing);
    }
    for note in &run.reference.notes {
        shown.line("tables", note);
    }
    shown.line("took", &took(run));
    shown.line("report", &dir.join(output::REPORT).display().to_string());
    shown.line("why", &format!("dragnet explain {} ACCOUNT_OR_CAMPAIGN", dir.display()));
    shown.text
}

struct Shown {
    text: String,
    width: usize,
}

impl Shown {
    fn line(&mut self, name: &str, words: &str) {
        self.text.push_str(&text::wrapped(&format!("  {name:<11}"), words, self.width));
    }
}

fn signups(shown: &mut Shown, run: &Run) {
    let inputs = units::counted(run.inputs.len() as u64, "file", "files");
    let bytes = units::bytes(run.inputs.iter().map(|input| input.bytes).sum());
    shown.line(
        "sign-ups",
        &format!("{} read from {inputs} ({bytes})", units::count(run.counts.signups)),
    );
    if let Some(windows) = &run.windows {
        let words = format!(
            "looked at in {} of about {} sign-ups each; reasons and signatures count a sample \
             of {}",
            units::counted(windows.windows, "window", "windows"),
            units::count(run.counts.signups / windows.windows.max(1)),
            units::count(windows.sample),
        );
        shown.line("windows", &words);
    }
    let outside = run.inputs.iter().map(|input| input.outside).sum();
    if outside > 0 {
        let rows = units::counted(outside, "row", "rows");
        shown.line("outside", &format!("{rows} of these files not of the time asked for"));
    }
}

fn rejected(shown: &mut Shown, run: &Run) {
    let (rows, fields) = (run.counts.rejected_rows, run.counts.rejected_fields);
    if rows == 0 && fields == 0 {
        return;
    }
    let what = match (rows, fields) {
        (rows, 0) => units::counted(rows, "row", "rows"),
        (0, fields) => units::counted(fields, "field", "fields"),
        (rows, fields) => {
            format!(
                "{} and {}",
                units::counted(rows, "row", "rows"),
                units::counted(fields, "field", "fields")
            )
        }
    };
    shown.line("rejected", &format!("{what}, all in {}", output::REJECTED));
    for reason in run.rejected_rows.iter().chain(&run.rejected_fields).take(REASONS_SHOWN_MAX) {
        shown.line(
            "",
            &format!(
                "{} × {} (first: {})",
                units::count(reason.count),
                reason.reason,
                reason.first
            ),
        );
    }
}

/// Files beside the sign-ups have bad rows of their own.
fn companions(shown: &mut Shown, run: &Run) {
    for companion in &run.companions {
        let mut words = format!(
            "{} read from {}",
            units::counted(companion.records, "row", "rows"),
            companion.name
        );
        if companion.rejected > 0 {
            let rejected = units::count(companion.rejected);
            words.push_str(&format!(", {rejected} rejected, all in {}", output::REJECTED));
        }
        shown.line(&companion.role, &words);
        let is_last = |role| run.companions.iter().rfind(|c| c.role == role) == Some(companion);
        if let Some(done) = run.harm.as_ref().filter(|_| is_last("harm")) {
            shown.line("", &harm::of_all(done));
        }
        if let Some(done) = run.labels.as_ref().filter(|_| is_last("labels")) {
            labels::of_all(done).iter().for_each(|line| shown.line("", line));
        }
    }
}

fn problems(shown: &mut Shown, run: &Run) {
    let all = run
        .inputs
        .iter()
        .filter_map(|input| input.problem.as_ref().map(|problem| (input, problem)));
    for (input, problem) in all.clone().take(PROBLEMS_SHOWN_MAX) {
        let read = match input.signups {
            0 => "not read".to_owned(),
            n => format!("only {} read", units::counted(n, "sign-up", "sign-ups")),
        };
        shown.line(&alarm("incomplete"), &format!(" {}: {problem} ({read})", input.name));
    }
    if let Some(more @ 1..) = all.count().checked_sub(PROBLEMS_SHOWN_MAX) {
        shown.line("", &format!("… and {more} more in {}", output::RUN));
    }
}

fn share(shown: &mut Shown, run: &Run) {
    let share = &run.share;
    let words = match (share.low, share.high) {
        (0.0, 0.0) => format!("{} of all sign-ups by estimate", units::percent(share.estimate)),
        (low, 1.0) => format!("{} of all sign-ups at least", units::percent(low)),
        (low, high) => format!(
            "{} of all sign-ups by estimate, between {} and {}",
            units::percent(share.estimate),
            units::percent(low),
            units::percent(high)
        ),
    };
    shown.line("fraudulent", &words);
    if let Some(caveat) = &share.caveat {
        shown.line("", caveat);
    }
}

fn took(run: &Run) -> String {
    let total: f64 = run.timings.iter().map(|timing| timing.seconds).sum();
    let steps = run
        .timings
        .iter()
        .map(|timing| format!("{} {}", timing.step, units::seconds(timing.seconds)));
    let steps = steps.collect::<Vec<_>>().join(", ");
    match run.peak_memory_bytes {
        Some(bytes) => {
            format!("{} ({steps}), {} of memory", units::seconds(total), units::bytes(bytes))
        }
        None => format!("{} ({steps})", units::seconds(total)),
    }
}
