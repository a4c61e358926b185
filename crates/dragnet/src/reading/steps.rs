//! What a first reading consists of: inputs are opened, cut into chunks, closed.
//! The same for a scan, which makes signals of the rows, and for an ingest, which
//! stores them.

use super::input::{Digest, Input};
use super::ordered::{Sink, Stopped};
use super::plan::Plan;
use crate::output::run::Mapped;
use events::read::{Chunk, Options};

/// What travels from the producer through the workers to the collector.
pub(super) enum Step<C> {
    Opened(usize, Box<Opened>),
    Chunk(usize, C),
    Closed(usize, Box<Closed>),
}

pub(super) struct Opened {
    pub(super) format: String,
    pub(super) mapping: Vec<Mapped>,
    pub(super) unused: Vec<String>,
    pub(super) notes: Vec<String>,
    pub(super) outside: u64,
    /// The run's extra columns up to this input.
    pub(super) extra: Vec<String>,
}

pub(super) struct Closed {
    pub(super) bytes: u64,
    pub(super) sha256: String,
    pub(super) problem: Option<String>,
}

pub(super) struct Raw {
    pub(super) chunk: Chunk,
    pub(super) bytes_so_far: u64,
}

/// Reads one input, number so and so, to its end or its first problem.
pub(super) fn produce(
    plan: &Plan,
    (number, input): (usize, &Input),
    options: &Options,
    extra: &mut Vec<String>,
    sink: &mut Sink<Step<Raw>>,
) -> Result<(), Stopped> {
    let (digest, problem) = match input.open(options) {
        Err(problem) => (Digest::None, Some(problem)),
        Ok(mut reading) => {
            if !plan.carries(number) {
                extra.clone_from(&reading.opened.extra);
            }
            let opened = Opened {
                format: plan.format_name(&reading.opened),
                mapping: plan.mapped(&reading.opened.mapping),
                unused: plan.unused(&reading.opened.mapping),
                notes: reading.opened.mapping.notes.clone(),
                outside: reading.opened.outside,
                extra: extra.clone(),
            };
            sink.send(Step::Opened(number, Box::new(opened)))?;
            let mut problem = None;
            for chunk in reading.opened.chunks.by_ref() {
                match chunk {
                    Ok(chunk) => {
                        let raw = Raw { chunk, bytes_so_far: reading.digest.bytes() };
                        sink.send(Step::Chunk(number, raw))?;
                    }
                    Err(e) => {
                        problem = Some(e.to_string());
                        break;
                    }
                }
            }
            (reading.digest, problem)
        }
    };
    let (bytes, sha256) = input.digested(digest);
    sink.send(Step::Closed(number, Box::new(Closed { bytes, sha256, problem })))
}
