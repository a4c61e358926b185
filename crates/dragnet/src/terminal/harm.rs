//! Harm in words: what a campaign's accounts did, and where all harm was done.

use super::units;
use crate::output::run::HarmDone;
use campaigns::Harm;
use campaigns::harm::Lift;

/// Kinds named in one line; campaigns.jsonl has all.
const KINDS_SHOWN_MAX: usize = 4;

/// `41 accounts did harm (99.8 per 1,000), 27 times … : 30 spam_complaint, …`.
pub(crate) fn of_campaign(harm: &Harm) -> String {
    if harm.accounts == 0 {
        return "no account is known to have done harm".to_owned();
    }
    let lift = harm.lift.as_ref().map(times).unwrap_or_default();
    let amount = harm.amount.map(|sum| format!("; amounts come to {sum:.2}")).unwrap_or_default();
    format!(
        "{} did harm ({:.1} per 1,000{lift}): {}{amount}",
        units::counted(harm.accounts, "account", "accounts"),
        harm.per_thousand,
        kinds(&harm.by_kind.iter().map(|(kind, n)| (kind.as_str(), *n)).collect::<Vec<_>>()),
    )
}

/// `, 27 times as often as in no campaign, 90 % interval 20 to 37`.
fn times(lift: &Lift) -> String {
    match (lift.ratio, lift.high) {
        (Some(ratio), Some(high)) => format!(
            ", {} times as often as in no campaign, 90 % interval {} to {}",
            number(ratio),
            number(lift.low),
            number(high)
        ),
        _ => format!(
            "; none in no campaign, so at least {} times as often with 95 % confidence",
            number(lift.low)
        ),
    }
}

fn number(ratio: f64) -> String {
    if ratio < 9.95 { format!("{ratio:.1}") } else { units::count(ratio.round() as u64) }
}

fn kinds(by_kind: &[(&str, u64)]) -> String {
    let mut sorted = by_kind.to_vec();
    sorted.sort_by_key(|(kind, n)| (std::cmp::Reverse(*n), *kind));
    let shown = sorted.iter().take(KINDS_SHOWN_MAX);
    let mut words: Vec<String> =
        shown.map(|(kind, n)| format!("{} {kind}", units::count(*n))).collect();
    if let Some(more @ 1..) = sorted.len().checked_sub(KINDS_SHOWN_MAX) {
        words.push(format!("{more} more kinds"));
    }
    words.join(", ")
}

/// `of 1,204 harmful accounts 833 are in campaigns …`.
pub(crate) fn of_all(harm: &HarmDone) -> String {
    let done = &harm.done;
    let mut words = format!(
        "of {} {} in campaigns",
        units::counted(done.accounts, "harmful account", "harmful accounts"),
        match done.accounts_in_campaigns {
            1 => "1 is".to_owned(),
            n => format!("{} are", units::count(n)),
        },
    );
    if done.accounts_in_organisations > 0 {
        let n = units::count(done.accounts_in_organisations);
        words.push_str(&format!(", {n} in organisations"));
    }
    if harm.unknown_accounts > 0 {
        let unknown = units::counted(harm.unknown_accounts, "account", "accounts");
        words.push_str(&format!("; harm of {unknown} that the log does not have is left out"));
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    #[test]
    fn harm_reads_as_a_sentence() {
        let kind = |(kind, n): (&str, u64)| (kind.to_owned(), n);
        let mut harm = Harm {
            by_kind: [("spam_complaint", 30), ("chargeback", 12)].map(kind).into(),
            accounts: 41,
            per_thousand: 99.757,
            lift: Some(Lift { ratio: Some(27.2), low: 20.1, high: Some(36.9) }),
            amount: Some(512.5),
        };
        let first = of_campaign(&harm);
        harm.lift = Some(Lift { ratio: None, low: 8.2, high: None });
        expect![[r#"
            41 accounts did harm (99.8 per 1,000, 27 times as often as in no campaign, 90 % interval 20 to 37): 30 spam_complaint, 12 chargeback; amounts come to 512.50
            41 accounts did harm (99.8 per 1,000; none in no campaign, so at least 8.2 times as often with 95 % confidence): 30 spam_complaint, 12 chargeback; amounts come to 512.50
            no account is known to have done harm"#]]
        .assert_eq(&[first, of_campaign(&harm), of_campaign(&Harm::default())].join("\n"));
    }
}
