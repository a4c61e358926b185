//! An ingest, resolved.

use super::{MaxRejected, Output, Reading, threads};
use crate::args::IngestArgs;
use crate::progress::Show;
use crate::sources::{self, Source};
use dragnet::lake::Store;

/// An ingest, resolved.
pub(crate) struct Ingest {
    pub(crate) sources: Vec<Source>,
    pub(crate) lake: Store,
    pub(crate) repeats: Repeats,
    pub(crate) reading: Reading,
    pub(crate) max_rejected: MaxRejected,
    pub(crate) threads: usize,
    pub(crate) show: Output,
    pub(crate) progress: Show,
}

/// What happens to files whose bytes are in the lake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Repeats {
    /// They are left out.
    Skipped,
    /// They are ingested like any other.
    Taken,
}

impl Ingest {
    /// Checks everything that can be checked before any work is done.
    pub(crate) fn resolve(args: &IngestArgs) -> anyhow::Result<Self> {
        let reading = Reading::resolve(&args.reading)?;
        Ok(Self {
            max_rejected: MaxRejected::parse(&args.reading.max_rejected)?,
            threads: threads(args.reading.threads)?,
            sources: sources::expand(&args.inputs, None)?,
            lake: Store::at(&args.lake)?,
            repeats: if args.again { Repeats::Taken } else { Repeats::Skipped },
            reading,
            show: Output::of(args.json, args.reading.quiet),
            progress: if args.reading.quiet { Show::Never } else { Show::OnTerminal },
        })
    }
}
