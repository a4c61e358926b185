//! The sample on which campaigns are put together across windows: so many accounts
//! of each piece, and so many of those nobody suspects, chosen by the hash of their
//! ids, so that it is the same sample however the log was cut or ordered.

use super::part::{self, Facts};
use crate::output::{Folder, Mode};
use serde::{Deserialize, Serialize};
use std::io::Write;
use std::path::PathBuf;

/// A window keeps so many accounts of a piece at most.
const MEMBERS_MAX: u64 = 512;
/// A window of a million sign-ups has some such number of pieces, or more.
const PIECES: u64 = 20;
/// And at least so many are looked at, however many pieces there are: fewer show no
/// habits.
const MEMBERS_MIN: u64 = 16;

/// Shares of a window's rows that the sample may have of members and of others: as
/// many of those nobody suspects as a log has, near enough.
const MEMBERS_SHARE: u64 = 5;
const OTHERS_SHARE: u64 = 2;

const LEVEL: i32 = 1;

/// Name of the sample as a log.
pub(crate) const NAME: &str = ".sample.jsonl.zst";

/// What of each window may come into the sample: no more than that is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Quota {
    /// Accounts whose hash is at most this stand for those whom nobody suspects.
    pub(super) background_max: u64,
    /// So many accounts of a piece.
    members_max: usize,
}

impl Quota {
    /// Of a log of `rows` in so many `windows`, of `window_rows` each.
    pub(crate) fn of(rows: u64, windows: usize, window_rows: u64) -> Self {
        let wanted = u128::from(window_rows / OTHERS_SHARE);
        let share = (wanted << 64) / u128::from(rows.max(1));
        let members = window_rows / MEMBERS_SHARE / (windows as u64 * PIECES).max(1);
        Self {
            background_max: u64::try_from(share).unwrap_or(u64::MAX),
            members_max: members.clamp(MEMBERS_MIN, MEMBERS_MAX) as usize,
        }
    }

    /// The rows that a window keeps of a piece, ascending by hash.
    pub(super) fn members<'a>(
        self,
        rows: &'a [u32],
        accounts: &'a [u64],
    ) -> impl Iterator<Item = usize> {
        let mut by_hash: Vec<(u64, u32)> =
            rows.iter().map(|row| (accounts[*row as usize], *row)).collect();
        if by_hash.len() > self.members_max {
            by_hash.select_nth_unstable(self.members_max);
            by_hash.truncate(self.members_max);
        }
        by_hash.sort_unstable();
        by_hash.into_iter().map(|(_, row)| row as usize)
    }
}

/// The sample, drawn.
pub(crate) struct Drawn {
    /// Of each of its sign-ups, in order.
    pub(crate) rows: Vec<Row>,
    /// For each window and piece, the largest hash of its members in the sample.
    last: Vec<Vec<u64>>,
}

/// One sign-up of the sample.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    /// Hash of its account.
    pub(crate) account: u64,
    pub(crate) risk: f32,
    /// Its window and the index of its piece there.
    pub(crate) piece: Option<(usize, u32)>,
}

impl Drawn {
    /// Whether the sample has this account of a piece.
    pub(crate) fn has(&self, window: usize, piece: u32, account: u64) -> bool {
        account <= self.last[window][piece as usize]
    }
}

/// Draws the sample from the parts at `dirs` and writes it as a log to `folder`.
pub(crate) fn draw(
    dirs: &[PathBuf],
    facts: &[Facts],
    window_rows: u64,
    folder: &Folder,
) -> anyhow::Result<Drawn> {
    let pieces: u64 = facts.iter().map(|facts| facts.pieces.len() as u64).sum();
    let members = (window_rows / MEMBERS_SHARE / pieces.max(1)).max(MEMBERS_MIN) as usize;
    let last = |piece: &part::Piece| {
        let kept = piece.sample.len().min(members);
        kept.checked_sub(1).map_or(0, |last| piece.sample[last])
    };
    let last = facts.iter().map(|facts| facts.pieces.iter().map(last).collect()).collect();
    let mut drawn = Drawn { rows: Vec::new(), last };
    let mut log = zstd::Encoder::new(folder.file(NAME, Mode::Private)?, LEVEL)?;
    for (window, dir) in dirs.iter().enumerate() {
        part::sample(dir, |sampled| {
            let is_in = |piece| drawn.has(window, piece, sampled.account);
            if sampled.piece.is_none_or(is_in) {
                writeln!(log, "{}", sampled.line)?;
                drawn.rows.push(Row {
                    account: sampled.account,
                    risk: sampled.risk,
                    piece: sampled.piece.map(|piece| (window, piece)),
                });
            }
            Ok(())
        })?;
    }
    log.finish()?.finish()?;
    Ok(drawn)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_log_is_its_own_sample() {
        let quota = |rows, windows| Quota::of(rows, windows, 1_000_000);
        assert_eq!(quota(10, 2), Quota { background_max: u64::MAX, members_max: 512 });
        assert_eq!(quota(1_000_000, 2).background_max, u64::MAX / 2 + 1);
        assert_eq!(quota(750_000_000, 750).members_max, 16);
    }

    #[test]
    fn members_are_those_of_lowest_hash() {
        let accounts: Vec<u64> = (0..2_000).map(|row| 10_000 - row).collect();
        let rows: Vec<u32> = (0..2_000).collect();
        let quota = Quota::of(10, 2, 1_000_000);
        let kept: Vec<usize> = quota.members(&rows, &accounts).collect();
        assert_eq!((kept.len(), kept[0], kept[511]), (512, 1_999, 1_488));
    }
}
