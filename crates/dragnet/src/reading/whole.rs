//! A reading of whole sign-ups, for who goes through a log in the order of its time.

use super::Plan;
use super::input::Input;
use super::ordered;
use super::steps::{Raw, Step, produce};
use anyhow::bail;
use events::SignUp;
use events::place::Scope;

/// What some inputs gave.
#[derive(Debug, Default)]
pub(crate) struct Whole {
    /// In the order of the inputs.
    pub(crate) signups: Vec<SignUp>,
    /// Rows that are no sign-up.
    pub(crate) rejected: u64,
}

/// Reads the inputs once; fails where one cannot be read to its end.
pub(crate) fn read_whole(plan: &Plan, inputs: &[Input]) -> anyhow::Result<Whole> {
    let (mut whole, mut extra) = (Whole::default(), Vec::new());
    ordered::run(
        plan.threads,
        |sink| {
            inputs.iter().enumerate().try_for_each(|(number, input)| {
                let options = plan.first_options(number, &extra);
                produce(plan, (number, input), &options, &mut extra, sink)
            })
        },
        work,
        |step| {
            match step {
                Step::Opened(..) => {}
                Step::Chunk(_, part) => {
                    whole.signups.extend(part.signups);
                    whole.rejected += part.rejected;
                }
                Step::Closed(number, closed) => {
                    if let Some(problem) = closed.problem {
                        bail!("{}: {problem}", inputs[number].name);
                    }
                }
            }
            Ok(())
        },
    )?;
    Ok(whole)
}

fn work(step: Step<Raw>) -> Step<Whole> {
    match step {
        Step::Opened(number, opened) => Step::Opened(number, opened),
        Step::Closed(number, closed) => Step::Closed(number, closed),
        Step::Chunk(number, raw) => {
            let mut signups = Vec::new();
            let aside = raw.chunk.hand_to(&mut signups);
            let rows = aside.rejected.iter().filter(|rejected| rejected.scope == Scope::Row);
            Step::Chunk(number, Whole { signups, rejected: rows.count() as u64 })
        }
    }
}
