//! The table of campaigns: a line of figures each, and the reasons beneath,
//! which as a column would be too narrow to read.

use super::{actor, captcha, faint, harm, heading, labels, risk, text, units};
use campaigns::{Campaign, Kind};
use std::path::Path;

/// More than this scrolls away; the file has them all.
const CAMPAIGNS_SHOWN_MAX: usize = 20;
const ORGANISATIONS_SHOWN_MAX: usize = 10;
const REASONS_SHOWN_MAX: usize = 3;

/// Factories in the order given, then what was recognised as an organisation.
/// `dir` is where the rest can be found.
pub(crate) fn table(campaigns: &[&Campaign], dir: &Path, width: usize) -> String {
    let of = |kind: Kind| campaigns.iter().copied().filter(move |c| c.kind == kind);
    let mut shown = factories(&of(Kind::Factory).collect::<Vec<_>>(), dir, width);
    shown.push_str(&organisations(&of(Kind::Organisation).collect::<Vec<_>>(), dir, width));
    shown
}

fn factories(campaigns: &[&Campaign], dir: &Path, width: usize) -> String {
    if campaigns.is_empty() {
        return format!("{}\n", heading("No campaign found."));
    }
    let accounts = campaigns.iter().map(|c| c.accounts).sum();
    let title = format!(
        "{} with {}",
        units::counted(campaigns.len() as u64, "campaign", "campaigns"),
        units::counted(accounts, "account", "accounts")
    );
    let mut shown = format!("{}\n\n{}\n", heading(&title), faint(COLUMNS));
    for campaign in campaigns.iter().take(CAMPAIGNS_SHOWN_MAX) {
        shown.push_str(&figures(campaign));
        if let Some(done) = &campaign.harm {
            shown.push_str(&text::wrapped("    ! ", &harm::of_campaign(done), width));
        }
        if let Some(known) = &campaign.labels {
            shown.push_str(&text::wrapped("    ! ", &labels::of_campaign(known), width));
        }
        if let Some(same) = &campaign.actor {
            shown.push_str(&text::wrapped("    = ", &actor::line(same), width));
        }
        if let Some(defeat) = &campaign.captcha_defeat {
            shown.push_str(&text::wrapped("    • ", &captcha::line(defeat), width));
        }
        for reason in campaign.reasons.iter().take(REASONS_SHOWN_MAX) {
            shown.push_str(&text::wrapped("    • ", &reason.words, width));
        }
    }
    shown.push_str(&rest(campaigns.len(), CAMPAIGNS_SHOWN_MAX, dir));
    shown
}

const COLUMNS: &str =
    "  campaign      accounts  first sign-up (UTC)  span          rate       risk";

fn figures(campaign: &Campaign) -> String {
    let span_ms = campaign.last_ms - campaign.first_ms;
    format!(
        "  {:<12}  {:>8}  {:<19}  {:<12}  {:<9}  {}\n",
        text::cut(&campaign.id, 12),
        units::count(campaign.accounts),
        units::minute(campaign.first_ms),
        units::span(span_ms),
        units::rate(campaign.accounts, span_ms),
        risk(campaign.risk)
    )
}

fn organisations(campaigns: &[&Campaign], dir: &Path, width: usize) -> String {
    if campaigns.is_empty() {
        return String::new();
    }
    let mut shown = format!(
        "\n{}\n\n",
        heading("Looks like one organisation's own accounts (not counted as risky)")
    );
    for campaign in campaigns.iter().take(ORGANISATIONS_SHOWN_MAX) {
        let accounts = units::counted(campaign.accounts, "account", "accounts");
        let span = units::span(campaign.last_ms - campaign.first_ms);
        shown.push_str(&format!(
            "  {:<12}  {accounts} within {span}\n",
            text::cut(&campaign.id, 12)
        ));
        if let Some(reason) = campaign.reasons.first() {
            shown.push_str(&text::wrapped("    • ", &reason.words, width));
        }
    }
    shown.push_str(&rest(campaigns.len(), ORGANISATIONS_SHOWN_MAX, dir));
    shown
}

fn rest(all: usize, shown_max: usize, dir: &Path) -> String {
    match all.saturating_sub(shown_max) {
        0 => String::new(),
        more => format!(
            "  … and {} more in {}\n",
            units::count(more as u64),
            dir.join("campaigns.jsonl").display()
        ),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use campaigns::{Reason, Signature};
    use expect_test::expect;

    /// A campaign as the engine would give it.
    pub(crate) fn campaign(id: &str, kind: Kind, accounts: u64, risk: f64) -> Campaign {
        let reason = |words: &str| Reason {
            code: "ja4×shape".to_owned(),
            words: words.to_owned(),
            observed: accounts,
            expected: 9.0,
            log_p: -400.0,
            conditions: vec![("ja4".to_owned(), "t13d1516h2".to_owned())],
        };
        Campaign {
            id: id.to_owned(),
            aliases: Vec::new(),
            kind,
            accounts,
            first_ms: 1_709_280_000_000,
            last_ms: 1_709_291_520_000,
            risk,
            reasons: vec![
                reason(
                    "411 accounts share TLS client t13d1516h2 and name shape Llllll0000; 9 expected",
                ),
                reason("all at one provider, \u{1b}[31mred\u{1b}[0m"),
            ],
            signature: Some(Signature {
                conditions: vec![("ja4".to_owned(), "t13d1516h2".to_owned())],
                words: "TLS client t13d1516h2 and name shape Llllll0000".to_owned(),
                hits: 400,
                false_hits: 3,
                background: 100_000,
                version: 1,
            }),
            hours: [1; 24],
            days: vec![(1_709_251_200_000, accounts)],
            actor: None,
            before: None,
            captcha_defeat: None,
            harm: None,
            labels: None,
        }
    }

    #[track_caller]
    fn check(campaigns: &[Campaign], shown: expect_test::Expect) {
        console::set_colors_enabled(false);
        let table = table(&campaigns.iter().collect::<Vec<_>>(), Path::new("out"), 80);
        assert!(table.lines().all(|line| console::measure_text_width(line) <= 80), "{table}");
        shown.assert_eq(&table);
    }

    #[test]
    fn nothing_found_is_said() {
        check(
            &[],
            expect![[r#"
            No campaign found.
        "#]],
        );
    }

    #[test]
    fn a_factory_and_an_organisation_stand_apart() {
        check(
            &[
                campaign("C-7F3K2M9Q", Kind::Factory, 411, 0.98),
                campaign("C-ACME0000", Kind::Organisation, 60, 0.02),
            ],
            expect![[r#"
                1 campaign with 411 accounts

                  campaign      accounts  first sign-up (UTC)  span          rate       risk
                  C-7F3K2M9Q         411  2024-03-01 08:00     3 h 12 min    128/h      0.98
                    • 411 accounts share TLS client t13d1516h2 and name shape Llllll0000; 9
                      expected
                    • all at one provider, \u{1b}[31mred\u{1b}[0m

                Looks like one organisation's own accounts (not counted as risky)

                  C-ACME0000    60 accounts within 3 h 12 min
                    • 411 accounts share TLS client t13d1516h2 and name shape Llllll0000; 9
                      expected
            "#]],
        );
    }

    #[test]
    fn what_is_not_shown_is_counted() {
        let many: Vec<_> =
            (0..23).map(|i| campaign(&format!("C-{i:08}"), Kind::Factory, 50, 0.9)).collect();
        let shown = table(&many.iter().collect::<Vec<_>>(), Path::new("out"), 80);
        assert!(shown.contains("C-00000019") && !shown.contains("C-00000020"));
        assert!(shown.ends_with("  … and 3 more in out/campaigns.jsonl\n"), "{shown}");
    }
}
