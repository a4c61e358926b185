//! `dragnet explain` in words.

use super::{
    actor, captcha, faint, harm, heading, labels, risk, signups, sparkline::sparkline, text, units,
};
use crate::commands::explain::{AccountExplained, CampaignExplained, Explanation, ReasonExplained};
use crate::config::Explain;
use campaigns::{Campaign, Kind, Signature};

/// The explanation, for a terminal of that width.
pub(crate) fn words(explanation: &Explanation, explain: &Explain, width: usize) -> String {
    match explanation {
        Explanation::Account(account) => account_words(account, explain, width),
        Explanation::Campaign(campaign) => campaign_words(campaign, explain, width),
    }
}

fn account_words(account: &AccountExplained, explain: &Explain, width: usize) -> String {
    let id = text::cut(&account.account, 40);
    let Some(campaign) = &account.campaign else {
        return unflagged(account, &id, width);
    };
    let mut shown =
        format!("{}  risk {}\n", heading(&format!("Account {id}")), risk(f64::from(account.risk)));
    shown.push_str(&text::wrapped(
        "  ",
        &format!("in {}: {}", campaign.id, facts(campaign)),
        width,
    ));
    if let Some(because) = &account.because {
        shown.push_str(&text::wrapped("  ", because, width));
    }
    shown.push_str(&format!("  more: dragnet explain {} {}\n", explain.dir.display(), campaign.id));
    if let Some(signup) = &account.signup {
        shown.push_str(&format!("\n{}\n", heading("Its sign-up")));
        shown.push_str(&signups::table(std::slice::from_ref(signup), 2, width));
    }
    let among = |explained: &ReasonExplained| match explained.members {
        0 => "this account is not one of them".to_owned(),
        _ => "this account is one of them".to_owned(),
    };
    shown.push_str(&reasons(&account.reasons, among, width));
    shown
}

fn unflagged(account: &AccountExplained, id: &str, width: usize) -> String {
    let risk = risk(f64::from(account.risk));
    let mut shown = format!("{}  risk {risk}\n", heading(&format!("Account {id}")));
    match &account.because {
        Some(because) => {
            let words = format!("It is in no campaign; {because}");
            shown.push_str(&text::wrapped("  ", &words, width));
        }
        None => shown
            .push_str("  It is in no campaign: nothing ties it to other sign-ups beyond chance.\n"),
    }
    let looked_at: Vec<_> = account.looked_at.iter().map(String::as_str).collect();
    shown.push_str(&text::wrapped("  looked at: ", &looked_at.join(", "), width));
    for missing in &account.missing {
        shown.push_str(&text::wrapped("  missing:   ", missing, width));
    }
    shown
}

fn campaign_words(explained: &CampaignExplained, explain: &Explain, width: usize) -> String {
    let campaign = &explained.campaign;
    let mut shown = format!(
        "{}  risk {}\n",
        heading(&format!("Campaign {}", campaign.id)),
        risk(campaign.risk)
    );
    shown.push_str(&text::wrapped("  ", &facts(campaign), width));
    if !campaign.aliases.is_empty() {
        shown.push_str(&text::wrapped("  earlier ids: ", &campaign.aliases.join(", "), width));
    }
    shown.push_str(&times(campaign));
    let among = |reason: &ReasonExplained| {
        format!("{} of them in this campaign", units::count(reason.members))
    };
    shown.push_str(&reasons(&explained.reasons, among, width));
    shown.push_str(&later(campaign, width));
    shown.push_str(&signature(campaign.signature.as_ref(), width));
    shown.push_str(&members(explained, explain, width));
    shown
}

/// `411 accounts within 3 h 12 min (128/h), from … to …`.
fn facts(campaign: &Campaign) -> String {
    let what = match campaign.kind {
        Kind::Factory => "",
        Kind::Organisation => "; it looks like one organisation's own accounts",
    };
    let before = campaign.before.map_or(String::new(), |before| {
        let accounts = units::counted(before.accounts, "account", "accounts");
        format!("; {accounts} in earlier runs, since {}", units::minute(before.first_ms))
    });
    let span_ms = campaign.last_ms - campaign.first_ms;
    format!(
        "{} within {} ({}), from {} to {} UTC{before}{what}",
        units::counted(campaign.accounts, "account", "accounts"),
        units::span(span_ms),
        units::rate(campaign.accounts, span_ms),
        units::minute(campaign.first_ms),
        units::minute(campaign.last_ms),
    )
}

fn times(campaign: &Campaign) -> String {
    let mut shown =
        format!("\n{}\n  {}\n", heading("By hour of the day, UTC"), sparkline(&campaign.hours));
    shown.push_str(&format!("  {}\n", faint("0     6     12    18   23")));
    if campaign.days.len() > 1 {
        let days = campaign.days.iter().map(|(_, count)| *count).collect::<Vec<_>>();
        let last = &days[days.len().saturating_sub(DAYS_SHOWN_MAX)..];
        shown.push_str(&format!("{}\n  {}\n", heading("By day with sign-ups"), sparkline(last)));
    }
    shown
}

/// A bar a day, on one line.
const DAYS_SHOWN_MAX: usize = 70;

fn reasons(
    reasons: &[ReasonExplained],
    among: impl Fn(&ReasonExplained) -> String,
    width: usize,
) -> String {
    let mut shown = format!("\n{}\n", heading("Why"));
    if reasons.is_empty() {
        shown.push_str("  no reason is recorded\n");
    }
    for (number, explained) in reasons.iter().enumerate() {
        let reason = &explained.reason;
        shown.push_str(&text::wrapped(&format!("  {}. ", number + 1), &reason.words, width));
        shown.push_str(&text::wrapped(
            "     ",
            &format!("{}; {}", figures(explained), among(explained)),
            width,
        ));
        shown.push_str(&signups::table(&explained.behind, 5, width));
        let more = explained.found.saturating_sub(explained.behind.len() as u64);
        if more > 0 {
            shown.push_str(&format!(
                "     … and {} more; --limit shows more of them\n",
                units::count(more)
            ));
        }
    }
    shown
}

fn figures(explained: &ReasonExplained) -> String {
    let reason = &explained.reason;
    let times = match reason.expected {
        // Below that, a ratio claims more than so small a number holds.
        expected if expected >= 0.01 => {
            format!(", {} times as many", times(reason.observed as f64 / expected))
        }
        _ => String::new(),
    };
    return format!(
        "{} seen, {} expected{times}",
        units::count(reason.observed),
        units::expected(reason.expected)
    );

    fn times(ratio: f64) -> String {
        if ratio < 10.0 { format!("{ratio:.1}") } else { units::count(ratio.round() as u64) }
    }
}

/// Who made it, how its challenges were got past, what its accounts did later.
fn later(campaign: &Campaign, width: usize) -> String {
    let mut shown = String::new();
    if let Some(same) = &campaign.actor {
        shown.push_str(&format!("\n{}\n", heading(&format!("Actor {}", same.id))));
        for (other, ties) in actor::lines(same) {
            shown.push_str(&format!("  made {other}\n"));
            for tie in ties {
                shown.push_str(&text::wrapped("    • ", tie, width));
            }
        }
    }
    if let Some(defeat) = &campaign.captcha_defeat {
        shown.push_str(&format!("\n{}\n", heading(&captcha::title(defeat))));
        for evidence in &defeat.evidence {
            shown.push_str(&text::wrapped("  • ", &evidence.words, width));
        }
    }
    if let Some(done) = &campaign.harm {
        shown.push_str(&format!("\n{}\n", heading("Harm (no part of the risk)")));
        shown.push_str(&text::wrapped("  ", &harm::of_campaign(done), width));
    }
    if let Some(known) = &campaign.labels {
        shown.push_str(&format!("\n{}\n", heading("Labels")));
        shown.push_str(&text::wrapped("  ", &labels::of_campaign(known), width));
    }
    shown
}

fn signature(signature: Option<&Signature>, width: usize) -> String {
    let title = heading("Signature");
    let Some(signature) = signature else {
        return format!("\n{title}\n  none: no rule is precise enough\n");
    };
    let rate = units::percent(signature.false_positive_rate());
    let caught = format!(
        "matches {} of its accounts, and {} of {} others ({rate}); rule version {}",
        units::count(signature.hits),
        units::count(signature.false_hits),
        units::count(signature.background),
        signature.version,
    );
    format!(
        "\n{title}\n{}{}",
        text::wrapped("  ", &signature.words, width),
        text::wrapped("  ", &caught, width)
    )
}

fn members(explained: &CampaignExplained, explain: &Explain, width: usize) -> String {
    let accounts = explained.campaign.accounts;
    let mut shown = format!("\n{}\n", heading("Accounts"));
    shown.push_str(&signups::table(&explained.members, 2, width));
    let more = accounts.saturating_sub(explained.members.len() as u64);
    if more > 0 {
        let all = explain.dir.join(crate::output::ACCOUNTS_CSV);
        shown.push_str(&format!(
            "  … and {} more; all are in {}\n",
            units::count(more),
            all.display()
        ));
    }
    shown
}
