//! For each attack its benign neighbour.

use crate::town::{Draw, Row, people, person, scan};
use campaigns::{Findings, Kind, Weighing};
use expect_test::{Expect, expect};

/// Both ways of weighing must tell the same story.
fn check(story: impl Fn(u64) -> Vec<Row>, expected: Expect) {
    for weighing in [Weighing::Trained, Weighing::Untrained] {
        let mut rows = people(1, 3_000);
        let told = story(2);
        rows.extend(told.iter().cloned());
        let findings = scan(&rows, weighing, &[]);
        expected.assert_eq(&tell(&findings, &told));
    }
}

/// What was found, in tenths of the story's accounts.
fn tell(findings: &Findings, told: &[Row]) -> String {
    let factories: Vec<_> = findings.campaigns.iter().filter(|c| c.kind == Kind::Factory).collect();
    let organisations = findings.campaigns.len() - factories.len();
    let accounts: u64 = factories.iter().map(|c| c.accounts).sum();
    let share = accounts as f64 / told.len() as f64;
    let seen = match share {
        0.0 => "nobody",
        s if s < 0.8 => "some",
        s if s <= 1.05 => "its accounts",
        _ => "more than its accounts",
    };
    format!("{} campaigns with {seen}, {organisations} organisations", factories.len())
}

fn crowd(n: u64, change: impl Fn(&mut Row, &mut Draw)) -> impl Fn(u64) -> Vec<Row> {
    move |seed| {
        (0..n)
            .map(|i| {
                let mut row = person(seed, i);
                change(&mut row, &mut Draw::of(seed + 100, i));
                row
            })
            .collect()
    }
}

#[test]
fn a_shared_address_alone_is_not_a_campaign() {
    check(
        crowd(80, |row, _| {
            row.ip = "198.51.100.7".into();
            row.country = "VN";
            row.language = "vi-vn";
        }),
        expect!["0 campaigns with nobody, 0 organisations"],
    );
}

#[test]
fn a_busy_hour_alone_is_not_a_campaign() {
    check(
        crowd(150, |row, draw| row.time_s = 1_700_400_000 + draw.below(3600) as i64),
        expect!["0 campaigns with nobody, 0 organisations"],
    );
}

#[test]
fn one_address_and_one_name_pattern_is_a_campaign() {
    check(
        crowd(60, |row, draw| {
            row.ip = "198.51.100.7".into();
            row.username = format!("{}{:04}", draw.letters(8), draw.below(10_000));
            row.email = format!("{}@outlook.com", row.username);
            row.ja4 = "t13d0000h1_tool".into();
        }),
        expect!["1 campaigns with its accounts, 0 organisations"],
    );
}

#[test]
fn rotating_networks_do_not_hide_a_tool_and_a_pattern() {
    check(
        crowd(120, |row, draw| {
            row.ip = format!("45.{}.{}.{}", draw.below(8), draw.below(256), draw.below(256));
            row.username = format!("{}{:04}", draw.letters(10), draw.below(10_000));
            row.email = format!("{}@gmx.de", row.username);
            row.ja4 = "t13d0000h1_tool".into();
        }),
        expect!["1 campaigns with its accounts, 0 organisations"],
    );
}

#[test]
fn an_office_s_onboarding_is_an_organisation() {
    check(
        crowd(60, |row, draw| {
            row.ip = "198.51.100.9".into();
            row.country = "DE";
            row.language = "de-de";
            row.email = format!("{}@werk.example", row.email.split('@').next().unwrap());
            row.username = row.email.clone();
            let image = person(1, 0);
            (row.agent, row.ja4) = (image.agent, image.ja4);
            row.time_s = 1_700_400_000 + draw.below(3 * 3600) as i64;
        }),
        expect!["0 campaigns with nobody, 1 organisations"],
    );
}

#[test]
fn two_factories_on_one_tool_stay_apart() {
    let mut rows = people(1, 3_000);
    let told = |seed: u64, first: i64, domain: &'static str, digits: bool| {
        crowd(80, move |row, draw| {
            row.ip = format!("45.{}.{}.{}", draw.below(8), draw.below(256), draw.below(256));
            row.username = if digits {
                format!("{}{:05}", draw.letters(6), draw.below(100_000))
            } else {
                format!("{}_{}", draw.letters(5), draw.letters(6))
            };
            row.email = format!("{}@{domain}", row.username);
            row.ja4 = "t13d0000h1_tool".into();
            row.time_s = 1_700_000_000 + first + draw.below(40_000) as i64;
        })(seed)
    };
    rows.extend(told(2, 0, "gmx.de", true));
    rows.extend(told(3, 600_000, "yahoo.com", false));
    let findings = scan(&rows, Weighing::Untrained, &[]);
    let sizes: Vec<u64> = findings.campaigns.iter().map(|c| c.accounts).collect();
    // An account that both could have made may go to either.
    assert!(sizes.len() == 2 && sizes.iter().all(|n| (78..=82).contains(n)), "{sizes:?}");
}

#[test]
fn two_orders_of_one_kit_are_two_campaigns_of_one_actor() {
    let mut rows = people(1, 3_000);
    for (seed, link) in
        [(2, "https://shop.example/?aff=7f3a"), (3, "https://shop.example/?aff=09bc")]
    {
        rows.extend(crowd(80, |row, draw| {
            row.ip = format!("45.{}.{}.{}", draw.below(8), draw.below(256), draw.below(256));
            row.username = format!("{}{:05}", draw.letters(6), draw.below(100_000));
            row.email = format!("{}@gmx.de", row.username);
            row.ja4 = "t13d0000h1_tool".into();
            row.time_s = 1_700_200_000 + draw.below(90_000) as i64;
            row.referrer = link;
        })(seed));
    }
    let findings = scan(&rows, Weighing::Trained, &[]);
    let sizes: Vec<u64> = findings.campaigns.iter().map(|c| c.accounts).collect();
    assert!(sizes.len() == 2 && sizes.iter().all(|n| (78..=82).contains(n)), "{sizes:?}");
    let [one, other] = &findings.campaigns[..] else { unreachable!("there are two") };
    let (Some(actor), Some(same)) = (&one.actor, &other.actor) else { panic!("no actor") };
    assert_eq!(actor.id, same.id);
    assert_eq!(actor.links[0].campaign, other.id);
    let words: Vec<_> = actor.links[0].ties.iter().map(|tie| tie.words.as_str()).collect();
    assert!(words.iter().any(|tie| tie.contains("t13d0000h1_tool")), "{words:?}");
}
