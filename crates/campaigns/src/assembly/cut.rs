//! Cutting at silences that are followed by something else.

use super::habit::Habit;
use super::{AGREEMENT_MIN, Assembly, PIECE_MIN};

/// A silence of so long may end a campaign: a shift's pause is shorter.
pub(super) const SILENCE_MS_MIN: i64 = 12 * 3600 * 1000;

impl Assembly<'_> {
    /// Cuts `rows` at silences that are followed by other habits.
    pub(super) fn by_silence(&self, rows: &[u32]) -> Vec<Vec<u32>> {
        let by_time = self.by_time(rows);
        let times = self.table.times_ms();
        let is_one = |x: &u32, y: &u32| times[*y as usize] - times[*x as usize] < SILENCE_MS_MIN;
        let mut pieces: Vec<(Habit, Vec<u32>)> = Vec::new();
        for burst in by_time.chunk_by(is_one) {
            let habit = Habit::of(self, burst);
            let goes_on = |(last, rows): &(Habit, Vec<u32>)| {
                let is_small = burst.len().min(rows.len()) < PIECE_MIN;
                is_small || last.agreement(&habit).is_none_or(|k| k >= AGREEMENT_MIN)
            };
            match pieces.iter_mut().rev().find(|piece| goes_on(piece)) {
                Some((last, rows)) => {
                    last.add(&habit, self);
                    rows.extend_from_slice(burst);
                }
                None => pieces.push((habit, burst.to_vec())),
            }
        }
        let sorted = |(_, mut rows): (Habit, Vec<u32>)| {
            rows.sort_unstable();
            rows
        };
        pieces.into_iter().map(sorted).collect()
    }

    /// `rows`, earliest first.
    pub(super) fn by_time(&self, rows: &[u32]) -> Vec<u32> {
        let times = self.table.times_ms();
        let mut by_time = rows.to_vec();
        by_time.sort_unstable_by_key(|row| (times[*row as usize], *row));
        by_time
    }
}
