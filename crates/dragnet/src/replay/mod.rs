//! A dry run of a policy over history: every sign-up of a log is judged once more, in the
//! order of its time, by what was counted and scanned before it and nothing later, as
//! `POST /v1/signups` would have judged it; what would have come of it is tallied.
//!
//! Memory is bounded by what a scan looks at, not by the log.

mod history;
mod lane;
mod past;
mod told;

mod known;
mod tally;

pub(crate) use told::{
    Against, CampaignsTold, DayTold, Example, Named, Report, RuleTold, Share, Sums, TruthTold,
    Verdicts,
};

use crate::commands::Usage;
use crate::config::Replay;
use crate::output::pseudonym::Pseudonyms;
use crate::progress::Progress;
use crate::refdata;
use anyhow::bail;
use events::SignUp;
use events::reference::Tables;
use history::History;
use known::Truth;
use lane::Lane;
use past::Past;
use signals::table::account_hash;
use std::collections::{HashSet, VecDeque};

/// Events of which a second telling is known again, as the service has it.
const EVENTS_MAX: usize = 500_000;

/// Goes through a log, and tells what would have happened.
pub(crate) fn run(replay: &Replay) -> anyhow::Result<Report> {
    let dir = refdata::folder_to_read(replay.reading.refdata.as_deref())?;
    let (tables, _) = refdata::open(dir.as_deref())?;
    let mut progress = Progress::new(replay.progress);
    let history = History::open(replay, &mut progress)?;
    let truth = history.truth(replay, &mut progress)?;
    let mut run = Run {
        replay,
        lane: Lane::new(replay.policy()?, replay.keys_max),
        against: replay.against()?.map(|policy| Lane::new(policy, replay.keys_max)),
        past: Past::new(replay.scans),
        truth,
        tables,
        seen: Seen::default(),
        changes: tally::Changes::new(),
        counts: tally::Counts::default(),
        pseudonyms: Pseudonyms::fresh(replay.names)?,
    };
    progress.rows("Replaying", history.rows());
    for window in history.windows() {
        let mut read = history.read(window)?;
        run.counts.rejected += read.rejected;
        // In the order of the log where the times are the same.
        read.signups.sort_by_key(|signup| signup.time_ms);
        let rows = read.signups.len() as u64;
        read.signups.into_iter().for_each(|signup| run.take(signup));
        progress.advance(rows, rows);
    }
    progress.clear();
    if run.counts.signups == 0 {
        bail!(Usage("the log has no sign-up of that time: look at --since and --until".to_owned()));
    }
    Ok(run.told())
}

/// A run under way.
struct Run<'a> {
    replay: &'a Replay,
    lane: Lane,
    /// The same by the other policy.
    against: Option<Lane>,
    past: Past,
    truth: Truth,
    tables: Tables,
    seen: Seen,
    changes: tally::Changes,
    counts: tally::Counts,
    pseudonyms: Pseudonyms,
}

impl Run<'_> {
    /// Judges a sign-up, which is not earlier than the one before it.
    fn take(&mut self, mut signup: SignUp) {
        if !self.seen.is_new(&signup) {
            self.counts.repeated += 1;
            return;
        }
        self.past.scan_before(signup.time_ms);
        let is_told = self.replay.is_told(signup.time_ms);
        let known = self.past.known();
        let answer = self.lane.judge(&signup, known, is_told);
        let other = self.against.as_ref().and_then(|lane| lane.judge(&signup, known, is_told));
        self.past.take(&signup);
        let Some(answer) = answer else {
            self.counts.before += 1;
            return;
        };
        self.counts.take(signup.time_ms);
        // Only to say who is concerned: the answer does not know of these.
        self.tables.enrich(&mut signup);
        let about = tally::About {
            told: self.truth.of(signup.account_id.as_str()),
            signup: &signup,
            pseudonyms: &self.pseudonyms,
        };
        if let (Some(lane), Some(other)) = (&mut self.against, other) {
            self.changes.take(&about, &answer, &other, &self.lane.policy);
            lane.tally.take(&about, &other, &lane.policy);
        }
        self.lane.tally.take(&about, &answer, &self.lane.policy);
    }

    fn told(self) -> Report {
        let scans = self.past.scans();
        told::report(self.replay, scans, self.counts, &self.lane, self.against, self.changes)
    }
}

/// Events that were told already.
#[derive(Default)]
struct Seen {
    known: HashSet<u64>,
    order: VecDeque<u64>,
}

impl Seen {
    /// Whether it is told for the first time, as far as that is remembered.
    fn is_new(&mut self, signup: &SignUp) -> bool {
        let Some(event) = &signup.event_id else { return true };
        let event = account_hash(event.as_str());
        if !self.known.insert(event) {
            return false;
        }
        self.order.push_back(event);
        if self.order.len() > EVENTS_MAX
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
        true
    }
}
