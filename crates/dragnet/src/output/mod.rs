//! What a scan leaves behind: a folder that appears whole or not at all.

pub(crate) mod accounts;
pub(crate) mod campaigns;
pub(crate) mod evidence;
pub(crate) mod folder;
pub(crate) mod pseudonym;
pub(crate) mod rejected;
pub(crate) mod report;
pub(crate) mod run;
pub(crate) mod shown;

pub(crate) use folder::{File, Folder, Mode};

use std::path::Path;

/// Names of the files in a result.
pub(crate) const ACCOUNTS_CSV: &str = "accounts.csv";
pub(crate) const ACCOUNTS_PARQUET: &str = "accounts.parquet";
pub(crate) const CAMPAIGNS: &str = "campaigns.jsonl";
pub(crate) const EVIDENCE: &str = "evidence.jsonl.zst";
pub(crate) const IDENTITIES: &str = "identities.jsonl";
pub(crate) const KEY: &str = ".key";
pub(crate) const REJECTED: &str = "rejected.jsonl";
pub(crate) const REPORT: &str = "report.html";
pub(crate) const RUN: &str = "run.json";

/// Whether the folder holds a result of `dragnet scan`.
pub(crate) fn is_result(dir: &Path) -> bool {
    dir.join(RUN).is_file() && dir.join(CAMPAIGNS).is_file() && dir.join(ACCOUNTS_CSV).is_file()
}
