//! What was done, in numbers, for whoever watches the service.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use verdicts::counters::Counters;
use verdicts::{Answer, Verdict};

/// Counts since the start.
#[derive(Debug, Default)]
pub(super) struct Tallies {
    answered: [AtomicU64; Verdict::ALL.len()],
    decided: [AtomicU64; Verdict::ALL.len()],
    fail_overs: AtomicU64,
}

impl Tallies {
    pub(super) fn judged(&self, answer: &Answer) {
        self.answered[answer.verdict as usize].fetch_add(1, Ordering::Relaxed);
        self.decided[answer.decided as usize].fetch_add(1, Ordering::Relaxed);
        self.fail_overs.fetch_add(u64::from(answer.fail_over), Ordering::Relaxed);
    }

    /// In the text format of Prometheus.
    pub(super) fn written(&self, out: &mut String) {
        let counted = [
            ("dragnet_signups_answered_total", "Sign-ups by what was answered.", &self.answered),
            (
                "dragnet_signups_decided_total",
                "Sign-ups by what the policy decided.",
                &self.decided,
            ),
        ];
        for (name, help, by_verdict) in counted {
            // Writing to a text cannot fail.
            let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} counter");
            for verdict in Verdict::ALL {
                let count = by_verdict[verdict as usize].load(Ordering::Relaxed);
                let _ = writeln!(out, "{name}{{verdict=\"{verdict}\"}} {count}");
            }
        }
        let name = "dragnet_signups_fail_over_total";
        let fail_overs = self.fail_overs.load(Ordering::Relaxed);
        let _ = writeln!(
            out,
            "# HELP {name} Sign-ups answered without time to decide.\n# TYPE {name} counter\n{name} {fail_overs}"
        );
    }
}

/// What the counters hold.
pub(super) fn counters(counters: &Counters, out: &mut String) {
    let evicted = counters.evicted();
    let name = "dragnet_counters_evicted_total";
    let _ = write!(
        out,
        "# HELP dragnet_counters_keys Keys that are counted.\n\
         # TYPE dragnet_counters_keys gauge\n\
         dragnet_counters_keys {}\n\
         # HELP {name} Keys that made room: no window covered them, or memory is full.\n\
         # TYPE {name} counter\n\
         {name}{{why=\"over\"}} {}\n{name}{{why=\"full\"}} {}\n",
        counters.keys(),
        evicted.over,
        evicted.full,
    );
}
