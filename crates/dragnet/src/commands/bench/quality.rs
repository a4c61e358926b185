//! What was found on the log, in a few figures: speed without them says nothing.

use super::kept::Room;
use anyhow::Context;
use serde::Serialize;
use std::fs::File;
use std::path::Path;
use synth::eval::{Options, Scan, Truth, evaluate};

/// The figures; a fuller account is `dragnet eval`'s.
#[derive(Debug, Serialize)]
pub(crate) struct Quality {
    /// Recall where so many of the real accounts are flagged: 1e-4, 1e-3, 1e-2.
    pub(crate) recall_at: [Option<f64>; 3],
    pub(crate) auc: Option<f64>,
    /// Of accounts at a risk of a half and more.
    pub(crate) precision: Option<f64>,
    pub(crate) recall: Option<f64>,
    /// Groups that were named.
    pub(crate) groups: u64,
    /// Share of the fraud in a group that the group's other fraud is one campaign with,
    /// and share of a campaign that is in one group (B-cubed, on fraud that was named).
    pub(crate) bcubed: [Option<f64>; 2],
    /// Share of a group that one campaign made, real accounts counted against it.
    pub(crate) purity: Option<f64>,
    /// Campaigns of twenty and more accounts; those that one group found, and those
    /// that groups found together.
    pub(crate) campaigns: u64,
    pub(crate) campaigns_found: u64,
    pub(crate) campaigns_found_in_pieces: u64,
}

impl Quality {
    /// Of a result, or of a peer's answer.
    pub(super) fn of(dir: &Path, truth: &Truth) -> anyhow::Result<Self> {
        let mut options = Options::default();
        options.resampling.resamples = 0;
        let scan = Scan::open(dir, truth, options.campaign_risk_min)?;
        let report = evaluate(truth, &scan, &options);
        let groups = &report.campaigns;
        Ok(Self {
            recall_at: report.scan.recall.map(|at| at.recall),
            auc: report.scan.curve.auc,
            precision: report.scan.native.precision,
            recall: report.scan.native.recall,
            groups: groups.predicted,
            bcubed: [groups.extended.precision, groups.extended.recall],
            purity: groups.campaign_purity,
            campaigns: groups.campaigns,
            campaigns_found: groups.found,
            campaigns_found_in_pieces: groups.found_in_pieces,
        })
    }
}

/// Who is who in the log.
pub(super) fn truth(room: &Room) -> anyhow::Result<Truth> {
    let (path, name) = (room.truth(), room.truth().display().to_string());
    let file = File::open(path).with_context(|| format!("cannot read {name}"))?;
    Ok(Truth::read_parquet(file, &name)?)
}
