//! What is told of accounts later: challenges, log-ins, abuse, and what somebody found
//! out about them. It is kept, kind by kind, as files that a scan takes beside the
//! sign-ups, and nothing is answered to it.

use super::journal::{Journal, segments};
use events::companion::{HarmKind, LabelKind};
use serde::{Deserialize, Serialize};
use signals::table::account_hash;
use std::collections::{HashSet, VecDeque};
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// What kind of thing was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Told {
    /// A challenge was answered, or was not.
    Challenge,
    /// Somebody logged in.
    Login,
    /// The account did harm: `kind` says which.
    Harm,
    /// Somebody found out what the account is: `kind` says what.
    Label,
}

impl Told {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Challenge, Self::Login, Self::Harm, Self::Label];

    /// As it is written, which is also its folder.
    pub fn name(self) -> &'static str {
        match self {
            Self::Challenge => "challenge",
            Self::Login => "login",
            Self::Harm => "harm",
            Self::Label => "label",
        }
    }
}

/// Something that is told of an account.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Event {
    /// What kind of thing.
    #[serde(rename = "type")]
    told: Told,
    /// Of the account.
    account_id: String,
    /// The same event is taken once.
    #[serde(skip_serializing_if = "Option::is_none")]
    event_id: Option<String>,
    /// Of harm and labels: which.
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<String>,
    /// Of challenges and log-ins: how it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<String>,
    /// RFC 3339; now where it is not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    timestamp: Option<String>,
    /// Of harm: what it cost.
    #[serde(skip_serializing_if = "Option::is_none")]
    amount: Option<f64>,
    /// Of labels: who sold the account.
    #[serde(skip_serializing_if = "Option::is_none")]
    seller: Option<String>,
}

/// Longest text of a field, in bytes.
const FIELD_BYTES_MAX: usize = 1_024;
/// Events that are known again: retries come within hours.
const EVENTS_MAX: usize = 500_000;

impl Event {
    /// What is wrong with it, if anything is.
    fn problem(&self) -> Option<String> {
        let texts = [Some(&self.account_id), self.event_id.as_ref(), self.kind.as_ref()];
        let more = [self.outcome.as_ref(), self.seller.as_ref()];
        let texts = texts.into_iter().chain(more);
        if texts.flatten().any(|text| text.len() > FIELD_BYTES_MAX) {
            return Some(format!("a field is longer than {FIELD_BYTES_MAX} bytes"));
        }
        if self.account_id.trim().is_empty() {
            return Some("account_id: it is empty".to_owned());
        }
        let time = self.timestamp.as_deref().map(str::parse::<jiff::Timestamp>);
        if time.is_some_and(|time| time.is_err()) {
            return Some("timestamp: write it like 2026-03-01T08:00:00Z".to_owned());
        }
        let kind = self.kind.as_deref();
        match self.told {
            Told::Harm | Told::Label if kind.is_none() => {
                Some(format!("kind: a {} has one", self.told.name()))
            }
            Told::Harm => problem(HarmKind::parse(kind.unwrap_or_default())),
            Told::Label => problem(LabelKind::parse(kind.unwrap_or_default())),
            Told::Challenge | Told::Login => None,
        }
    }
}

fn written_time(ms: i64) -> String {
    let time = jiff::Timestamp::from_millisecond(ms).unwrap_or_default();
    format!("{time:.3}")
}

fn problem<T>(parsed: Result<T, &'static str>) -> Option<String> {
    parsed.err().map(|why| format!("kind: {why}"))
}

/// What became of some events.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Taken {
    /// Events that are kept now.
    taken: u64,
    /// Those that were known already, by their `event_id`.
    repeated: u64,
    /// Lines that are none.
    problems: Vec<Problem>,
}

#[derive(Debug, Serialize)]
struct Problem {
    line: u64,
    why: String,
}

/// What was told, in a folder.
#[derive(Debug)]
pub(super) struct Later {
    journals: [Journal; Told::ALL.len()],
    seen: Mutex<Recent>,
}

/// Hashes of events that were taken.
#[derive(Debug, Default)]
struct Recent {
    all: HashSet<u64>,
    order: VecDeque<u64>,
}

impl Recent {
    /// Whether it is new.
    fn put(&mut self, event: u64) -> bool {
        let is_new = self.all.insert(event);
        if is_new {
            self.order.push_back(event);
        }
        while self.order.len() > EVENTS_MAX {
            let Some(oldest) = self.order.pop_front() else { break };
            self.all.remove(&oldest);
        }
        is_new
    }
}

impl Later {
    /// What was told before is in `dir`.
    pub(super) fn open(dir: &Path) -> io::Result<Self> {
        let mut seen = Recent::default();
        let mut journals = Vec::with_capacity(Told::ALL.len());
        for told in Told::ALL {
            let own = dir.join(told.name());
            journals.push(Journal::open(&own, 0)?);
            recall(&own, &mut seen)?;
        }
        let journals = journals.try_into().map_err(|_| io::ErrorKind::Other)?;
        Ok(Self { journals, seen: Mutex::new(seen) })
    }

    /// Keeps the events of `text`, one a line. When this returns they are in the journal.
    pub(super) fn take(&self, text: &[u8], now_ms: i64) -> io::Result<Taken> {
        let mut taken = Taken::default();
        let mut written: [Vec<u8>; Told::ALL.len()] = Default::default();
        // Held to the end, so that an event that could not be kept can come again.
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let mut new = HashSet::new();
        for (line, text) in text.split(|byte| *byte == b'\n').enumerate() {
            if text.trim_ascii().is_empty() {
                continue;
            }
            let mut event = match read(text) {
                Ok(event) => event,
                Err(why) => {
                    taken.problems.push(Problem { line: line as u64 + 1, why });
                    continue;
                }
            };
            let hash = event.event_id.as_deref().map(account_hash);
            if hash.is_some_and(|hash| seen.all.contains(&hash) || !new.insert(hash)) {
                taken.repeated += 1;
                continue;
            }
            event.timestamp.get_or_insert_with(|| written_time(now_ms));
            let out = &mut written[event.told as usize];
            serde_json::to_writer(&mut *out, &event)?;
            out.push(b'\n');
            taken.taken += 1;
        }
        for (journal, lines) in self.journals.iter().zip(&written).filter(|(_, l)| !l.is_empty()) {
            journal.write(lines)?;
        }
        new.into_iter().for_each(|hash| {
            seen.put(hash);
        });
        Ok(taken)
    }

    pub(super) fn sync(&self) -> io::Result<()> {
        self.journals.iter().try_for_each(Journal::sync)
    }
}

fn read(text: &[u8]) -> Result<Event, String> {
    let event: Event = serde_json::from_slice(text).map_err(|e| e.to_string())?;
    event.problem().map_or(Ok(event), Err)
}

fn recall(dir: &Path, seen: &mut Recent) -> io::Result<()> {
    #[derive(Deserialize)]
    struct Line {
        event_id: Option<String>,
    }
    for segment in segments(dir)? {
        for line in BufReader::new(File::open(&segment.path)?).lines() {
            let Ok(Line { event_id: Some(id) }) = serde_json::from_str(&line?) else { continue };
            seen.put(account_hash(&id));
        }
    }
    Ok(())
}
