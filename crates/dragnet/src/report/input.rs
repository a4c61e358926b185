//! What the report is made of: the findings, and the plain facts of the run.
//! No reader, no clock: the caller brings all of it.

use super::volume::Volume;
use campaigns::harm::Done;
use campaigns::labels::Agreement;
use campaigns::{Findings, Rank};

/// Most sign-ups a person reads to see what a campaign's accounts are like.
pub const SAMPLES_MAX: usize = 12;

/// Everything that one report shows.
#[derive(Clone, Debug)]
pub struct Input<'a> {
    /// What was found; `risk` has one entry for every sign-up read.
    pub findings: &'a Findings,
    /// The facts of the run.
    pub run: &'a Run,
    /// Sign-ups over time.
    pub volume: &'a Volume,
    /// Sample members of each campaign, parallel to `findings.campaigns`; a
    /// missing or empty entry shows none, and only [`SAMPLES_MAX`] are shown.
    pub samples: &'a [Vec<Sample>],
    /// Which campaigns come first.
    pub rank: Rank,
    /// Where harm was done, where that is known.
    pub harm: Option<&'a Done>,
    /// How labels and campaigns agree, where there are any.
    pub labels: Option<&'a Agreement>,
    /// Whether the samples carry identifiers in clear. The report then says so
    /// at its head and on every printed page.
    pub revealed: bool,
}

/// The facts of one run, for whoever must be able to repeat it.
#[derive(Clone, Debug, Default)]
pub struct Run {
    /// Version of the program, such as `0.1.0`.
    pub version: String,
    /// Version of the rules that made the findings.
    pub rule_version: u32,
    /// When the report was made, ms since the epoch.
    pub generated_ms: i64,
    /// The files read, in reading order.
    pub inputs: Vec<InputFile>,
    /// Files read beside the sign-ups: harm, labels. Their rows are records.
    pub beside: Vec<InputFile>,
    /// Options in force, as (name, value), in the order to be shown.
    pub options: Vec<(String, String)>,
    /// Sign-ups that reasons and signatures count, where the log was looked at in windows.
    pub sample: Option<u64>,
    /// What took how long, as (step, seconds), in order.
    pub timings: Vec<(String, f64)>,
}

/// One input of the run.
#[derive(Clone, Debug, Default)]
pub struct InputFile {
    /// Its name, without directories that say who ran this where.
    pub name: String,
    /// Size in bytes.
    pub bytes: u64,
    /// SHA-256 of the bytes, in lower-case hex; empty where it was not taken.
    pub sha256: String,
    /// Rows accepted as sign-ups.
    pub rows: u64,
    /// Rows set aside.
    pub rejected: u64,
    /// How it was read, a sentence or a pair each: `user_id → account_id`.
    pub mapping: Vec<String>,
}

/// One sign-up as a person may see it: the caller has pseudonymised or
/// revealed each cell. An empty cell is one that the input did not give.
#[derive(Clone, Debug, Default)]
pub struct Sample {
    /// When, ms since the epoch.
    pub time_ms: i64,
    /// The account's pseudonym or id.
    pub account: String,
    /// The handle's shape (`Llllll0000`) or the handle.
    pub username: String,
    /// The e-mail address, masked or in clear.
    pub email: String,
    /// The network, such as a prefix with its operator, or the address.
    pub network: String,
    /// The device's pseudonym or id.
    pub device: String,
    /// The TLS client, such as its JA4.
    pub tls: String,
    /// What is known of the challenge, such as `solved in 4.1 s, other network`.
    pub captcha: String,
}
