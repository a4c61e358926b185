//! Which events were answered already: a platform that did not hear the answer asks
//! again, and is told the same, and nothing is counted twice.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use verdicts::Answer;

/// Answers that are copied under one lock.
const EVENTS_AT_ONCE: usize = 1_000;

/// Answers by event.
#[derive(Debug)]
pub(super) struct Seen {
    kept: Mutex<Kept>,
    done: Condvar,
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
    /// Events that somebody judges just now.
    in_hand: HashSet<u64>,
}

/// To judge takes microseconds: who has an event in hand for longer has failed with it.
const IN_HAND_MAX: Duration = Duration::from_millis(100);

impl Seen {
    /// One that remembers the last `events_max`.
    pub(super) fn new(events_max: usize) -> Self {
        Self { kept: Mutex::default(), done: Condvar::new(), events_max }
    }

    pub(super) fn answer(&self, event: u64) -> Option<Remembered> {
        self.lock().answers.get(&event).cloned()
    }

    /// Takes an event in hand, unless it was answered; waits for whoever has it.
    /// [`Self::remember`] or [`Self::leave`] ends it.
    pub(super) fn begin(&self, event: u64) -> Option<Remembered> {
        let is_taken = |kept: &mut Kept| kept.in_hand.contains(&event);
        let waited = self.done.wait_timeout_while(self.lock(), IN_HAND_MAX, is_taken);
        let (mut kept, _) = waited.unwrap_or_else(PoisonError::into_inner);
        let known = kept.answers.get(&event).cloned();
        if known.is_none() {
            kept.in_hand.insert(event);
        }
        known
    }

    /// Nothing was made of an event that was in hand.
    pub(super) fn leave(&self, event: u64) {
        self.lock().in_hand.remove(&event);
        self.done.notify_all();
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
        if kept.in_hand.remove(&event) {
            self.done.notify_all();
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
