//! A log too large to be looked at at once is looked at in windows of time, each by
//! itself ([`part`]): which of its sign-ups are at risk, and which belong together.
//! What spans windows is put together afterwards on a sample ([`join`]): so many
//! accounts of each piece, and so many of those nobody suspects, make a log of their
//! own, small enough to be looked at at once. The risk of an account is its
//! window's; the sample only tells which pieces are one campaign's, whose it is, and why.

use crate::drafts;
use crate::find::Found;
use crate::finding::{Kind, Share};
use crate::identity::Identity;
use crate::labels::Known;
use crate::limits::Limits;
use crate::pass::{Pass, Watch};
use crate::share;
use crate::weighed::Weighed;
use signals::Table;

/// What one window shows.
#[derive(Clone, Debug, Default)]
pub struct Part {
    /// Risk of every row.
    pub risk: Vec<f32>,
    /// What belongs together.
    pub pieces: Vec<Piece>,
    /// Estimated fraudulent share of the window's sign-ups.
    pub share: Share,
    /// Signals that the input could not give.
    pub missing: Vec<String>,
}

/// What one window shows of a campaign or an organisation.
#[derive(Clone, Debug, PartialEq)]
pub struct Piece {
    /// A factory's, or benign.
    pub kind: Kind,
    /// Its rows, ascending.
    pub rows: Vec<u32>,
}

/// Looks at one window by itself.
pub fn part(table: &Table, limits: &Limits, known: &Known<'_>, watch: Watch<'_>) -> Part {
    let weighed = Weighed::of(table, limits, known.labels, watch);
    let pieces = drafts::pieces(&weighed, table, limits);
    let part = Part {
        share: share::of(&weighed, table),
        missing: share::missing(table),
        pieces,
        risk: weighed.risk,
    };
    watch(Pass::Assemble);
    part
}

/// What the windows said of the rows of a sample.
#[derive(Clone, Debug, Default)]
pub struct Sample {
    /// Risk of every row.
    pub risk: Vec<f32>,
    /// The rows of each piece that the sample has some of.
    pub pieces: Vec<Piece>,
}

/// Puts the pieces of all windows together as campaigns; `previous` are those of an
/// earlier run.
pub fn join(
    table: &Table,
    limits: &Limits,
    previous: &[Identity],
    sample: &Sample,
    watch: Watch<'_>,
) -> Found {
    let weighed = Weighed::sampled(table, limits, sample, watch);
    let drafts = drafts::joined(&weighed, table, limits, previous, &sample.pieces);
    let found = Found::of(weighed, drafts, table, &Known::default());
    watch(Pass::Assemble);
    found
}
