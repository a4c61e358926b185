//! Every named maximum stands with its reason.

use super::numbered;
use crate::{Finding, House};

/// A bound is a decision about somebody else's input: `…_MAX`, `…_MIN` and
/// `…_max`, `…_min` fields are declared under a comment that says why there.
pub fn check(house: &House) -> Vec<Finding> {
    let rust = house.tree.ending(".rs").filter(|(path, _)| !path.contains("/tests/"));
    rust.flat_map(|(path, text)| bare(path, text)).collect()
}

fn bare(path: &str, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut before = "";
    for (n, line) in numbered(text) {
        if let Some(name) = bound(line)
            && !before.starts_with("//")
        {
            findings.push(Finding::wall(
                path,
                n,
                format!("`{name}`: say above it why it bounds there"),
            ));
        }
        // Bounds of one kind may share a reason, and an attribute hides none.
        let line = line.trim();
        if bound(line).is_none() && !line.starts_with("#[") {
            before = line;
        }
    }
    findings
}

/// The name that a line declares, if it is a bound's.
fn bound(line: &str) -> Option<&str> {
    let line = line.trim().trim_start_matches("pub(crate) ").trim_start_matches("pub ");
    let declared = line.strip_prefix("const ").unwrap_or_default();
    let name = declared.split(':').next()?.trim();
    (name.ends_with("_MAX") || name.ends_with("_MIN")).then_some(name)
}
