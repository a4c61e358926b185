//! CAPTCHA defeat: campaigns whose challenges somebody else solved, and the
//! honest groups that only look so.

use crate::town::Draw;
use campaigns::Defeat;
use campaigns::captcha::{Founding, defeats};
use events::read::{self, Bytes, Options};
use signals::{Extractor, Table, Values};
use std::io::Cursor;

/// Who a group is: where its tokens are issued, how long it takes to solve.
#[derive(Clone, Copy)]
struct Group {
    size: u64,
    asn: u32,
    /// Share of tokens issued elsewhere, and to which /24s.
    elsewhere: f64,
    issuers: &'static [&'static str],
    law: Law,
}

#[derive(Clone, Copy)]
enum Law {
    People,
    Model { floor_ms: f64 },
    Mixed,
    None,
}

const HOME: &[&str] = &["84.1.1", "84.1.2", "84.1.3", "84.1.4", "84.1.5", "84.1.6", "84.1.7"];
const FARM: &[&str] = &["192.0.2", "198.51.100"];
const OTHER_FARM: &[&str] = &["203.0.113"];

const PEOPLE: Group =
    Group { size: 6_000, asn: 64_500, elsewhere: 0.03, issuers: HOME, law: Law::People };

fn unit(draw: &mut Draw) -> f64 {
    (draw.below(1_000_000) as f64 + 0.5) / 1e6
}

fn normal(draw: &mut Draw) -> f64 {
    (-2.0 * unit(draw).ln()).sqrt() * (std::f64::consts::TAU * unit(draw)).cos()
}

fn solve_ms(law: Law, draw: &mut Draw) -> String {
    let ms = match law {
        Law::People => 9_000.0 * (0.5 * normal(draw)).exp(),
        Law::Model { floor_ms } => floor_ms - 500.0 * unit(draw).ln(),
        Law::Mixed => [4_000.0, 25_000.0][draw.below(2)] * (0.18 * normal(draw)).exp(),
        Law::None => return String::new(),
    };
    (ms as u64).to_string()
}

/// The groups' rows one after the other, and which group each row is of.
fn town(seed: u64, groups: &[Group]) -> (Table, Vec<Option<u32>>) {
    let mut csv = "account_id,timestamp,ip,asn,country,captcha_provider,captcha_solve_ms,captcha_issue_ip,captcha_redeem_ip\n".to_owned();
    let mut campaign = Vec::new();
    for (number, group) in std::iter::once(&PEOPLE).chain(groups).enumerate() {
        for i in 0..group.size {
            let mut draw = Draw::of(seed + number as u64, i);
            let redeem = format!("81.{}.{}.7", draw.below(250), draw.below(250));
            let from = group.issuers[draw.below(group.issuers.len())];
            let elsewhere = unit(&mut draw) < group.elsewhere;
            let issue =
                if elsewhere { format!("{from}.{}", draw.below(250)) } else { redeem.clone() };
            let time = 1_700_000_000 + draw.below(14 * 86_400);
            let solve = solve_ms(group.law, &mut draw);
            csv += &format!(
                "a{number}-{i},{time},{redeem},{},DE,tiles,{solve},{issue},{redeem}\n",
                group.asn
            );
            campaign.push((number as u32).checked_sub(1));
        }
    }
    (table(csv), campaign)
}

fn table(csv: String) -> Table {
    let opened =
        read::open(Bytes::Stream(Box::new(Cursor::new(csv))), &Options::default()).unwrap();
    let mut table = Table::default();
    for chunk in opened.chunks {
        table.append(Extractor::default().extract(&chunk.unwrap().parse().signups));
    }
    table
}

fn found(seed: u64, groups: &[Group]) -> Vec<Option<Defeat>> {
    let (table, campaign) = town(seed, groups);
    let defeats = defeats(&table, &campaign, &vec![Founding::Other; groups.len()]);
    (0..groups.len()).map(|group| defeats.of(group, &Values::default())).collect()
}

fn codes(defeat: &Option<Defeat>) -> Vec<&str> {
    defeat.iter().flat_map(|d| d.evidence.iter().map(|e| e.code.as_str())).collect()
}

#[test]
fn a_relaying_campaign_is_told_by_where_its_tokens_come_from() {
    let relaying = Group { size: 60, elsewhere: 0.9, issuers: FARM, law: Law::None, ..PEOPLE };
    let found = found(1, &[relaying]);
    assert_eq!(codes(&found[0]), ["issued_elsewhere", "one_issuing_network"]);
    let evidence = &found[0].as_ref().unwrap().evidence[0];
    assert!(evidence.observed > 45 && evidence.expected < 5.0, "{evidence:?}");
    assert_eq!(found[0].as_ref().unwrap().technique, "OAT-009");
}

#[test]
fn honest_groups_show_nothing() {
    let groups: Vec<Group> =
        (0..60).map(|i| Group { size: [10, 40, 200][i % 3], ..PEOPLE }).collect();
    for seed in [1, 2, 3] {
        assert!(found(seed, &groups).iter().all(Option::is_none), "seed {seed}");
    }
}

#[test]
fn a_carrier_with_many_exits_is_no_solver() {
    // Its people are in no campaign, and behave alike.
    let carrier = Group { size: 900, asn: 64_501, elsewhere: 0.5, ..PEOPLE };
    let class = Group { size: 30, ..carrier };
    let (table, mut campaign) = town(5, &[carrier, class]);
    campaign.iter_mut().for_each(|c| *c = c.and_then(|c| c.checked_sub(1)));
    let defeats = defeats(&table, &campaign, &[Founding::Other]);
    assert_eq!(defeats.of(0, &Values::default()), None);
}

#[test]
fn the_pace_alone_tells_a_model_and_a_model_with_workers() {
    let model = Group { size: 100, law: Law::Model { floor_ms: 1_500.0 }, ..PEOPLE };
    let mixed = Group { size: 100, law: Law::Mixed, ..PEOPLE };
    let found = found(3, &[model, mixed]);
    assert_eq!(codes(&found[0]), ["solve_times_alike", "solved_below_floor"]);
    assert_eq!(codes(&found[1]), ["solve_times_in_two_heaps"]);
    assert!(found.iter().flatten().all(|defeat| defeat.solver_family.is_none()));
}

#[test]
fn customers_of_one_farm_are_a_family_and_others_are_not() {
    let model = Law::Model { floor_ms: 3_000.0 };
    let ours = Group { size: 80, elsewhere: 1.0, issuers: FARM, law: model, ..PEOPLE };
    let same_nets = Group { law: Law::Mixed, ..ours };
    let alone = Group { issuers: OTHER_FARM, ..ours };
    let found = found(4, &[ours, alone, Group { size: 50, ..ours }, same_nets]);
    let families: Vec<Option<&str>> =
        found.iter().map(|d| d.as_ref().unwrap().solver_family.as_deref()).collect();
    assert_eq!(families, [Some("Solver-01"), None, Some("Solver-01"), None]);
}

#[test]
fn without_the_columns_there_is_no_evidence() {
    let (mut table, campaign) =
        town(1, &[Group { size: 60, elsewhere: 0.9, issuers: FARM, ..PEOPLE }]);
    for kind in [signals::Kind::Redeem, signals::Kind::IssueNet, signals::Kind::Solve] {
        table.forget(kind);
    }
    assert_eq!(defeats(&table, &campaign, &[Founding::Other]).of(0, &Values::default()), None);
}

#[test]
fn a_group_found_by_its_tokens_needs_a_second_sign() {
    let from_anywhere = Group { size: 30, elsewhere: 0.9, ..PEOPLE };
    let solved = Group { law: Law::Model { floor_ms: 1_500.0 }, ..from_anywhere };
    let (table, campaign) = town(6, &[from_anywhere, solved]);
    let codes_as = |founding| {
        let defeats = defeats(&table, &campaign, &[founding; 2]);
        [0, 1].map(|group| codes(&defeats.of(group, &Values::default())).len())
    };
    assert_eq!(codes_as(Founding::Other), [1, 3]);
    assert_eq!(codes_as(Founding::Tokens), [0, 3]);
    assert_eq!(codes_as(Founding::Organisation), [0, 0]);
}
