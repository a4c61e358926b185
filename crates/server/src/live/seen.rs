//! Which events were answered already: a platform that did not hear the answer asks
//! again, and is told the same, and nothing is counted twice.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use verdicts::Answer;

/// Answers by event.
#[derive(Debug)]
pub(super) struct Seen {
    kept: Mutex<Kept>,
    events_max: usize,
}

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
        Self { kept: Mutex::default(), events_max }
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

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
