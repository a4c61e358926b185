//! Seeded, labelled synthetic sign-up platforms, and the evaluation that judges
//! a detector on them. Generation is pure: a request in, rows out; no clock, no
//! environment, no network. What is made goes to files and nowhere else.
//!
//! ```
//! let (rows, truth) = synth::generate(&synth::World::new(7, 1_000))?;
//! assert_eq!(rows.len(), truth.len());
//! # Ok::<(), synth::WorldError>(())
//! ```

mod aftermath;
mod atlas;
mod calendar;
mod captcha;
mod census;
mod column;
mod crowds;
mod device;
mod dice;
pub mod eval;
mod factories;
mod handle;
mod id;
mod log;
mod mail;
mod name;
mod person;
mod phone;
mod plan;
mod platform;
mod referrer;
mod roads;
mod row;
mod services;
mod slots;
mod taken;
mod wave;
mod world;
mod write;

pub use aftermath::Aftermath;
pub use census::Census;
pub use column::{Column, Columns};
pub use factories::{CampaignFacts, Change, Cost, Habit};
pub use id::Id;
pub use log::{Ids, Log, Page, Texts};
pub use row::{Row, Truth};
pub use wave::{Sighting, Wave, WaveFacts};
pub use world::{DAYS_MAX, FRAUD_MAX, LEVEL_MAX, PRESETS, ROWS_MAX, World, WorldError};
pub use write::{Description, Format, Squeeze, TruthFile, page_csv, write_lake, write_log};

/// All rows of a world in time order, and the truth row by row: for small worlds
/// and tests. Large ones are read page by page with [`Log::pages`].
///
/// # Errors
/// The request cannot be met; the error says which part.
pub fn generate(world: &World) -> Result<(Vec<Row>, Vec<Truth>), WorldError> {
    let log = Log::draw(world)?;
    let (mut rows, mut truth) = (Vec::new(), Vec::new());
    for page in log.pages() {
        rows.extend(page.rows);
        truth.extend(page.truth);
    }
    Ok((rows, truth))
}
