//! A made-up scan that is rich in everything a report must survive: twenty
//! campaigns, two organisations, long and hostile handles, scripts of both directions.

use campaigns::{Campaign, Findings, Kind, Rank, Reason, Share, Signature};
use dragnet::report::{Buckets, Input, InputFile, Run, Sample, Volume};

pub(crate) const MARCH_MS: i64 = 1_772_323_200_000; // 1 Mar 2026
pub(crate) const DAY_MS: i64 = 86_400_000;
const HOUR_MS: i64 = 3_600_000;

/// An [`Input`] with an owner.
#[derive(Clone, Debug, Default)]
pub(crate) struct Story {
    pub(crate) findings: Findings,
    pub(crate) run: Run,
    pub(crate) volume: Volume,
    pub(crate) samples: Vec<Vec<Sample>>,
    pub(crate) revealed: bool,
}

impl Story {
    pub(crate) fn render(&self) -> String {
        dragnet::report::render(&Input {
            findings: &self.findings,
            run: &self.run,
            volume: &self.volume,
            samples: &self.samples,
            rank: Rank::Risk,
            harm: None,
            labels: None,
            revealed: self.revealed,
        })
    }
}

/// Twenty-one days with so many campaigns, and two organisations behind them.
pub(crate) fn rich(campaigns: usize) -> Story {
    let mut story = ordinary_days(60_000);
    let mut dice = Dice(7);
    for i in 0..campaigns {
        add(&mut story, campaign(i, Kind::Factory, size(i)), &mut dice);
    }
    for (i, accounts) in [(campaigns, 148), (campaigns + 1, 36)] {
        add(&mut story, campaign(i, Kind::Organisation, accounts), &mut dice);
    }
    let fraud =
        story.findings.campaign.iter().flatten().count() as f64 / story.findings.risk.len() as f64;
    story.findings.share =
        Share { estimate: fraud * 1.07, low: fraud * 0.98, high: fraud * 1.19, caveat: None };
    story.run = run(story.findings.risk.len() as u64);
    story.findings.missing = vec![
        "No phone column: number blocks bought in bulk cannot be seen.".to_owned(),
        "No CAPTCHA columns: relayed challenges, a solver's tell-tale, cannot be seen.".to_owned(),
    ];
    story
}

/// The same days without any campaign.
pub(crate) fn ordinary_days(sign_ups: usize) -> Story {
    let mut story = Story {
        volume: Volume::new(Buckets::spanning(MARCH_MS, MARCH_MS + 21 * DAY_MS - 1), 0),
        ..Story::default()
    };
    story.run = run(sign_ups as u64);
    story.findings.share = Share { estimate: 0.0004, low: 0.0, high: 0.0021, caveat: None };
    story.findings.missing = vec!["No TLS column: antidetect browsers cannot be seen.".to_owned()];
    let mut dice = Dice(3);
    for _ in 0..sign_ups {
        let day = dice.below(21) as i64;
        // More by day than by night, as everywhere.
        let hour = (6 + dice.below(10) + dice.below(9)) as i64 % 24;
        story.volume.add(MARCH_MS + day * DAY_MS + hour * HOUR_MS, None);
        story.findings.risk.push(0.001);
        story.findings.campaign.push(None);
    }
    story
}

fn run(rows: u64) -> Run {
    let mapping = [
        "account_id ← user_id",
        "timestamp ← created_at",
        "username ← screen_name",
        "ip ← ip_address",
    ];
    let file = |name: &str, rows, rejected| InputFile {
        name: name.to_owned(),
        bytes: rows * 231,
        sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned(),
        rows,
        rejected,
        mapping: mapping.map(str::to_owned).to_vec(),
    };
    Run {
        sample: None,
        version: "0.1.0".to_owned(),
        rule_version: 3,
        generated_ms: MARCH_MS + 22 * DAY_MS + 33_300_000,
        inputs: vec![
            file("signups-2026-03-a.csv.gz", rows / 2, 17),
            file("signups-2026-03-b.csv.gz", rows - rows / 2, 0),
        ],
        beside: Vec::new(),
        options: vec![
            ("map".to_owned(), "account_id=user_id".to_owned()),
            ("max-rejected".to_owned(), "1 %".to_owned()),
        ],
        timings: vec![
            ("read".to_owned(), 1.93),
            ("find".to_owned(), 4.48),
            ("write".to_owned(), 0.71),
        ],
    }
}

fn size(i: usize) -> u64 {
    [4_100, 2_310, 960, 1_870, 411, 702, 233, 520, 96, 148, 61, 12, 44, 301, 29, 18, 9, 7, 75, 5]
        [i % 20]
}

fn campaign(i: usize, kind: Kind, accounts: u64) -> Campaign {
    let days_long = [4, 2, 9, 1, 18, 3][i % 6];
    let first_day = MARCH_MS + (i as i64 * 5 % 17).min(21 - days_long) * DAY_MS;
    let risk = match kind {
        Kind::Factory => 0.9985 - i as f64 * 0.021 % 0.55,
        Kind::Organisation => 0.02,
    };
    Campaign {
        id: format!("C-{:08}", 70_312_557 + i * 1_373_117),
        aliases: if i == 1 {
            vec!["C-5QK2M9RW".to_owned(), "C-0ZPE71XA".to_owned()]
        } else {
            Vec::new()
        },
        kind,
        accounts,
        first_ms: first_day,
        last_ms: first_day + days_long * DAY_MS - 1,
        risk,
        reasons: reasons(i, kind, accounts),
        signature: (i % 5 != 4).then(|| signature(i, accounts)),
        hours: [0; 24],
        days: Vec::new(),
        actor: None,
        before: None,
        captcha_defeat: None,
        harm: None,
        labels: None,
    }
}

fn reasons(i: usize, kind: Kind, accounts: u64) -> Vec<Reason> {
    let owned = |pairs: &[(&str, &str)]| {
        pairs.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect()
    };
    let reason =
        |words: String, observed: u64, expected: f64, log_p: f64, conditions: &[(&str, &str)]| {
            Reason {
                code: "ja4×shape".to_owned(),
                words,
                observed,
                expected,
                log_p,
                conditions: owned(conditions),
            }
        };
    if kind == Kind::Organisation {
        return vec![reason(
            format!(
                "{accounts} accounts at staff.example.org from one address with one device image, by invite"
            ),
            accounts,
            2.0,
            -90.0,
            &[("domain", "staff.example.org")],
        )];
    }
    let ja4 = "t13d1516h2_8daaf6152771_e5627efa2ab1";
    let names = [
        "Llllll0000",
        "李小龙李小龙李小龙",
        "محمد٠٠٠٠",
        "lllll.lllllll",
        "<script>alert(1)</script>",
    ];
    let name = names[i % names.len()];
    let some = accounts * 9 / 10;
    let mut all = vec![
        reason(
            format!("{accounts} accounts share TLS client {ja4} and name shape {name}; 9 expected"),
            accounts,
            9.1_f64.min(accounts as f64 / 8.0),
            -1_204.0,
            &[("ja4", ja4), ("shape", name)],
        ),
        reason(
            format!("{some} accounts came from 203.0.113.0/24 with handles of one naturalness"),
            some,
            0.8,
            -44.0,
            &[("net", "203.0.113.0/24"), ("naturalness", "3")],
        ),
        reason(
            format!("{} accounts used a mail domain first seen that week", some / 2),
            some / 2,
            0.004,
            -17.2,
            &[("domain", "mail-fresh.example")],
        ),
    ];
    all.push(reason(
        "A weak one: hour of the day is more regular than most".to_owned(),
        some / 3,
        some as f64 / 5.0,
        -6.1,
        &[("hour", "3")],
    ));
    all.truncate(1 + i % 4);
    all
}

fn signature(i: usize, accounts: u64) -> Signature {
    let ja4 = "t13d1516h2_8daaf6152771_e5627efa2ab1".to_owned();
    Signature {
        conditions: vec![
            ("ja4".to_owned(), ja4),
            ("shape".to_owned(), "Llllll0000".to_owned()),
            ("provider".to_owned(), "mail.example".to_owned()),
        ],
        words:
            "TLS client t13d1516h2… with a handle of six letters and four digits at mail.example"
                .to_owned(),
        hits: accounts * 97 / 100,
        false_hits: if i.is_multiple_of(3) { 0 } else { i as u64 },
        background: 58_112,
        version: 3,
    }
}

fn add(story: &mut Story, mut campaign: Campaign, dice: &mut Dice) {
    let index = story.findings.campaigns.len() as u32;
    story.volume.campaigns.push(vec![0; story.volume.buckets.count]);
    let days = (campaign.last_ms - campaign.first_ms) / DAY_MS + 1;
    let mut counts = vec![0; days as usize];
    for _ in 0..campaign.accounts {
        let day = dice.below(days as usize);
        let hour = if index.is_multiple_of(3) {
            dice.below(24)
        } else {
            (20 + dice.below(6) + dice.below(4)) % 24
        };
        counts[day] += 1;
        campaign.hours[hour] += 1;
        story
            .volume
            .add(campaign.first_ms + day as i64 * DAY_MS + hour as i64 * HOUR_MS, Some(index));
        story.findings.risk.push(campaign.risk as f32);
        story.findings.campaign.push(Some(index));
    }
    let days = counts.into_iter().enumerate().filter(|(_, count)| *count > 0);
    campaign.days =
        days.map(|(day, count)| (campaign.first_ms + day as i64 * DAY_MS, count)).collect();
    story
        .samples
        .push((0..12.min(campaign.accounts)).map(|i| sample(&campaign, i as i64)).collect());
    story.findings.campaigns.push(campaign);
}

fn sample(campaign: &Campaign, i: i64) -> Sample {
    let handles = [
        "Llllll0000",
        "user\u{202e}gpj.exe",
        "李小龙",
        "محمد_العربي",
        "<img src=x onerror=alert(1)>",
        "a-very-long-handle-that-goes-on-and-on-and-on-and-never-seems-to-end-at-all",
    ];
    Sample {
        time_ms: campaign.first_ms + i * 7_000_123,
        account: format!("a-{:06x}", 48_271 * (i + 1) % 0xff_ffff),
        username: handles[i as usize % handles.len()].to_owned(),
        email: "m…7@mail.example".to_owned(),
        network: if i % 3 == 0 {
            "2001:db8:4a::/48".to_owned()
        } else {
            "203.0.113.0/24 · AS64501".to_owned()
        },
        device: format!("d-{:04x}", 31 * (i % 4 + 1)),
        tls: "t13d1516h2_8daaf6152771".to_owned(),
        captcha: String::new(),
    }
}

/// Seeded dice (Knuth's linear congruence): the story is the same every time.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }
}
