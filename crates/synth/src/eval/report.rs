//! All figures of one evaluation in one value: `dragnet eval --json` is this.

use super::baselines::{ALL, Log, LogJoin};
use super::calibration::{Calibration, calibration};
use super::crowds::{Crowd, crowds};
use super::grouping::{Grouping, actors, grouping};
use super::interval::{Recall, Resampling, recall};
use super::ranking::{Curve, Cut, Operating, RATES, curve, cuts, operating};
use super::scan::Join;
use super::{Scan, Scores, Truth};
use serde::Serialize;

/// What the evaluation is made with.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Options {
    /// Accounts of this risk and above are flagged at the native operating point.
    pub risk_min: f64,
    /// Predicted campaigns of a lower risk do not count.
    pub campaign_risk_min: f64,
    /// The bootstrap.
    pub resampling: Resampling,
}

impl Default for Options {
    fn default() -> Self {
        let resampling = Resampling { seed: 1, resamples: 200 };
        Self { risk_min: 0.5, campaign_risk_min: 0.5, resampling }
    }
}

/// The evaluation of one scan.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// What it was made with.
    pub options: Options,
    /// Labelled fraud accounts.
    pub fraud: u64,
    /// Labelled real accounts.
    pub real: u64,
    /// How the two sides met.
    pub join: Join,
    /// Cuts at [`RATES`].
    pub cuts: [Cut; 3],
    /// The scan's figures.
    pub scan: Judged,
    /// Predicted against true campaigns.
    pub campaigns: Grouping,
    /// Risk against outcome.
    pub calibration: Calibration,
    /// Real accounts by crowd, worst first.
    pub crowds: Vec<Crowd>,
    /// How the log met the truth, if one was given.
    pub log: Option<LogJoin>,
    /// The same figures for simpler methods, if a log was given.
    pub baselines: Vec<Baseline>,
}

/// Account figures of one method.
#[derive(Clone, Debug, Serialize)]
pub struct Judged {
    /// AUC and average precision.
    pub curve: Curve,
    /// Recall at [`RATES`].
    pub recall: [Recall; 3],
    /// At the native threshold.
    pub native: Operating,
    /// By evasion level.
    pub levels: Vec<Level>,
}

/// Recall on the fraud of one level.
#[derive(Clone, Debug, Serialize)]
pub struct Level {
    /// Its name.
    pub name: String,
    /// Fraud accounts of it.
    pub fraud: u64,
    /// Recall at [`RATES`], the cuts being the whole log's.
    pub recall: [Recall; 3],
}

/// One simpler method on the same log.
#[derive(Clone, Debug, Serialize)]
pub struct Baseline {
    /// Its name.
    pub name: &'static str,
    /// What it does, in a sentence.
    pub about: &'static str,
    /// Its account figures.
    pub judged: Judged,
    /// Its campaigns, where it makes any.
    pub campaigns: Grouping,
}

/// Judges a scan.
pub fn evaluate(truth: &Truth, scan: &Scan, options: &Options) -> Report {
    let cuts = cuts(truth, &scan.scores.risk, RATES);
    let judged = judge(truth, &scan.scores, &cuts, options);
    let fraud = truth.fraud.iter().filter(|fraud| **fraud).count() as u64;
    Report {
        options: *options,
        fraud,
        real: truth.len() as u64 - fraud,
        join: scan.join.clone(),
        campaigns: Grouping { actors: actors(truth, &scan.actor), ..grouping(truth, &scan.scores) },
        calibration: calibration(truth, &scan.scores, scan.share),
        crowds: crowds(truth, &scan.scores, &cuts[1], &judged.native),
        scan: judged,
        cuts,
        log: None,
        baselines: Vec::new(),
    }
}

/// Judges every baseline on the log that the scan read. `done` is told each
/// one's name as it ends.
pub fn compare(
    truth: &Truth,
    log: &Log,
    options: &Options,
    mut done: impl FnMut(&str),
) -> Vec<Baseline> {
    let judge_one = |method: &super::baselines::Method| {
        let scores = log.judged((method.run)(log), truth.len());
        let cuts = cuts(truth, &scores.risk, RATES);
        let judged = judge(truth, &scores, &cuts, options);
        done(method.name);
        Baseline {
            name: method.name,
            about: method.about,
            judged,
            campaigns: grouping(truth, &scores),
        }
    };
    ALL.iter().map(judge_one).collect()
}

fn judge(truth: &Truth, scores: &Scores, cuts: &[Cut; 3], options: &Options) -> Judged {
    Judged {
        curve: curve(truth, scores),
        recall: recall(truth, &scores.risk, cuts, options.resampling, |_| true),
        native: operating(truth, &scores.risk, options.risk_min),
        levels: levels(truth, scores, cuts, options),
    }
}

fn levels(truth: &Truth, scores: &Scores, cuts: &[Cut; 3], options: &Options) -> Vec<Level> {
    let known = truth.levels.sorted().into_iter().map(Some);
    let is_of = |row: usize, level: Option<u32>| truth.fraud[row] && truth.level[row] == level;
    let count = |level| (0..truth.len()).filter(|&row| is_of(row, level)).count() as u64;
    let one = |level: Option<u32>| Level {
        name: truth.level_name(level).to_owned(),
        fraud: count(level),
        recall: recall(truth, &scores.risk, cuts, options.resampling, |row| is_of(row, level)),
    };
    // A truth without levels needs no table of one line.
    let none = (!truth.levels.is_empty() && count(None) > 0).then_some(None);
    known.chain(none).map(one).collect()
}
