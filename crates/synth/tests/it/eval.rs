//! The evaluation on stories small enough to be reckoned by hand.
#![allow(clippy::unwrap_used)]

mod baselines;
mod files;
mod metrics;

use synth::eval::{Options, Report, Scan, Truth, evaluate};

/// One account a line: `account label campaign/factory level crowd risk predicted`,
/// `-` for nothing. Several accounts alike: `a*12`.
fn judge(story: &str) -> Report {
    judge_with(story, "", &Options::default())
}

/// The same with lines of campaigns.jsonl.
fn judge_with(story: &str, campaigns: &str, options: &Options) -> Report {
    let (truth, scan) = read(story, campaigns);
    evaluate(&truth, &scan, options)
}

fn read(story: &str, campaigns: &str) -> (Truth, Scan) {
    let mut truth = String::from("account_id,label,campaign,factory,level,crowd\n");
    let mut accounts = String::from("account_id,campaign_id,risk,reasons\n");
    for line in story.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let fields: Vec<&str> =
            line.split_whitespace().map(|field| if field == "-" { "" } else { field }).collect();
        let [account, label, campaign, level, crowd, risk, predicted] = fields[..] else {
            panic!("seven fields: {line}")
        };
        let (campaign, factory) = campaign.split_once('/').unwrap_or((campaign, ""));
        let (account, count) = account.split_once('*').unwrap_or((account, "1"));
        for n in 0..count.parse().unwrap() {
            truth += &format!("{account}{n},{label},{campaign},{factory},{level},{crowd}\n");
            accounts += &format!("{account}{n},{predicted},{risk},\n");
        }
    }
    let truth = Truth::read(truth.as_bytes(), "truth.csv").unwrap();
    let mut lines = campaigns.as_bytes();
    let scan = Scan::read(accounts.as_bytes(), Some(&mut lines), &truth, 0.5).unwrap();
    (truth, scan)
}
