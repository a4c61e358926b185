//! Which events were answered already: a platform that did not hear the answer asks
//! again, and is told the same, and nothing is counted twice.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use verdicts::Answer;

/// Answers that are copied under one lock.
const EVENTS_AT_ONCE: usize = 1_000;

/// Answers by event.
#[derive(Debug)]
pub(super) struct Seen {
    kept: Mutex<Kept>,
    events_max: usize,
    /// Held while an event is judged, by its hash.
    alone: [Mutex<()>; LOCKS],
}

/// Many more than threads, so that those of different events seldom meet.
const LOCKS: usize = 64;

/// An answer, and whether its sign-up is in the journal.
#[derive(Clone, Debug)]
pub(super) struct Remembered {
    pub(super) answer: Arc<Answer>,
    pub(super) is_kept: bool,
}

#[derive(Debug, Default)]
struct Kept {
    answers: HashMap<u64, Remembered>,
    order: VecDeque<u64>,
}

impl Seen {
    /// One that remembers the last `events_max`.
    pub(super) fn new(events_max: usize) -> Self {
        let alone = std::array::from_fn(|_| Mutex::default());
        Self { kept: Mutex::default(), events_max, alone }
    }

    /// Nobody else judges the event while this is held.
    pub(super) fn alone(&self, event: u64) -> MutexGuard<'_, ()> {
        let alone = &self.alone[event as usize % LOCKS];
        alone.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn answer(&self, event: u64) -> Option<Remembered> {
        self.lock().answers.get(&event).cloned()
    }

    /// Remembers an answer that is about to be kept.
    pub(super) fn remember(&self, event: u64, answer: &Arc<Answer>) {
        let mut kept = self.lock();
        while kept.order.len() >= self.events_max {
            let Some(oldest) = kept.order.pop_front() else { break };
            kept.answers.remove(&oldest);
        }
        let remembered = Remembered { answer: Arc::clone(answer), is_kept: true };
        if kept.answers.insert(event, remembered).is_none() {
            kept.order.push_back(event);
        }
    }

    /// It could not be kept: whoever asks again is not counted again, and is kept then.
    pub(super) fn not_kept(&self, event: u64) {
        if let Some(remembered) = self.lock().answers.get_mut(&event) {
            remembered.is_kept = false;
        }
    }

    /// What is remembered, in the order in which it came, some at a time: `take` is not
    /// called while anyone waits.
    pub(super) fn each(&self, mut take: impl FnMut(u64, &Answer)) {
        let events: Vec<u64> = self.lock().order.iter().copied().collect();
        for some in events.chunks(EVENTS_AT_ONCE) {
            let answers: Vec<(u64, Arc<Answer>)> = {
                let kept = self.lock();
                let answer =
                    |event: &u64| Some((*event, Arc::clone(&kept.answers.get(event)?.answer)));
                some.iter().filter_map(answer).collect()
            };
            answers.iter().for_each(|(event, answer)| take(*event, answer));
        }
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
