//! How a campaign's challenges were got past, in words.

use campaigns::Defeat;

/// `CAPTCHA defeat (OAT-009), Solver-01: 380 of 400 tokens …`, the first evidence.
pub(crate) fn line(defeat: &Defeat) -> String {
    let first = defeat.evidence.first().map(|evidence| evidence.words.as_str());
    format!("{}: {}", title(defeat), first.unwrap_or_default())
}

/// `CAPTCHA defeat (OAT-009), Solver-01`.
pub(crate) fn title(defeat: &Defeat) -> String {
    let family = defeat.solver_family.as_ref().map(|family| format!(", {family}"));
    format!("CAPTCHA defeat ({}){}", defeat.technique, family.unwrap_or_default())
}
