//! The generator: what was asked comes out, the same each time; crowds and
//! factories tell their stories; and nothing in a log gives the truth away.

use events::read::{Bytes, Options, open};
use expect_test::{Expect, expect};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Seek, Write};
use std::net::IpAddr;
use synth::{Description, Format, Log, Row, Truth, TruthFile, World, generate, write_log};

/// A world of 20,000 with one crowd alone, for that crowd's story.
fn crowd(name: &str) -> (Vec<Row>, Vec<Row>) {
    let mut world = World { crowds: 0.0, ..World::null(11, 20_000) };
    world.shares.insert(name.to_owned(), 0.1);
    let (rows, truth) = generate(&world).unwrap();
    let (members, others): (Vec<_>, Vec<_>) =
        rows.into_iter().zip(truth).partition(|(_, truth)| truth.crowd == Some(name));
    assert!((1_500..=2_400).contains(&members.len()), "{name}: {}", members.len());
    let rows = |pairs: Vec<(Row, Truth)>| pairs.into_iter().map(|pair| pair.0).collect();
    (rows(members), rows(others))
}

/// The rows of each value of a column, for rows that have one.
fn by<'a, K: Ord>(
    rows: &'a [Row],
    key: impl Fn(&'a Row) -> Option<K>,
) -> BTreeMap<K, Vec<&'a Row>> {
    let mut groups: BTreeMap<K, Vec<&Row>> = BTreeMap::new();
    for row in rows {
        if let Some(key) = key(row) {
            groups.entry(key).or_default().push(row);
        }
    }
    groups
}

/// Mean size of the group that a row is in.
fn company<'a, K: Ord>(rows: &'a [Row], key: impl Fn(&'a Row) -> Option<K>) -> f64 {
    let groups = by(rows, key);
    let all: usize = groups.values().map(Vec::len).sum();
    groups.values().map(|group| (group.len() * group.len()) as f64).sum::<f64>() / all as f64
}

fn share(rows: &[Row], of: impl Fn(&Row) -> bool) -> f64 {
    rows.iter().filter(|row| of(row)).count() as f64 / rows.len() as f64
}

fn domain(row: &Row) -> Option<&str> {
    row.email.as_deref()?.split_once('@').map(|(_, domain)| domain)
}

fn local(row: &Row) -> &str {
    row.email.as_deref().and_then(|email| email.split_once('@')).map_or("", |(local, _)| local)
}

/// The home behind an address: itself, or the /64.
fn home(row: &Row) -> Option<String> {
    Some(match row.ip? {
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => format!("{:x?}", &ip.segments()[..4]),
    })
}

/// What is looked at, and whether a row shows it.
type Look = (&'static str, fn(&Row) -> bool);

#[test]
fn the_same_seed_gives_the_same_rows_on_one_thread_and_on_four() {
    let world = World::new(3, 9_000);
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| generate(&world).unwrap())
    };
    let (one, four) = (on(1), on(4));
    assert!(one.0 == four.0 && one.1 == four.1);
    assert!(generate(&World::new(4, 9_000)).unwrap().0 != one.0);
}

#[test]
fn a_seed_keeps_its_bytes() {
    let (rows, _) = generate(&World::new(1, 2_000)).unwrap();
    let shown: Vec<String> = rows[..4]
        .iter()
        .map(|row| format!("{} {} {}", row.account_id, row.time_ms, row.username))
        .collect();
    expect![[r#"
        66927sevb9t3r 1723421399678 lily1978
        a54erpkkp3ts9 1723421434344 budisudirman1987
        0za46wbah5p3c 1723421612040 ward84
        47wmvwa62w8m3 1723421655233 JoseAlelo"#]]
    .assert_eq(&shown.join("\n"));
}

#[test]
fn counts_are_as_asked() {
    let log = Log::draw(&World::new(1, 60_000)).unwrap();
    let census = log.census();
    assert_eq!((census.rows, census.fraud), (60_000, 6_000));
    assert!(census.by_level.values().all(|&count| count == 1_000), "{census:?}");
    let usual =
        [("mobile_cgnat", 0.03), ("campus", 0.012), ("viral_day", 0.025), ("family", 0.015)];
    for (name, share) in usual {
        let drawn = census.by_crowd[name] as f64 / 60_000.0;
        assert!((share * 0.5..share * 2.0).contains(&drawn), "{name} {drawn}");
    }
    let described = Description::of(&log);
    let accounts: u64 =
        described.campaigns.iter().map(|campaign| u64::from(campaign.accounts)).sum();
    assert_eq!(accounts, 6_000);
    assert!(described.campaigns.iter().all(|c| (5..=3_000).contains(&c.accounts)));
    let truth: usize =
        log.pages().map(|page| page.truth.iter().filter(|t| t.is_fraud()).count()).sum();
    assert_eq!(truth, 6_000);
}

#[test]
fn levels_and_shares_are_obeyed() {
    let mut world = World { levels: vec![2, 4], fraud: 0.3, ..World::new(5, 20_000) };
    world.shares.insert("kiosk".into(), 0.02);
    let census = Log::draw(&world).unwrap().census();
    assert_eq!(census.by_level, BTreeMap::from([(2, 3_000), (4, 3_000)]));
    assert!((390..=440).contains(&census.by_crowd["kiosk"]), "{census:?}");
}

#[test]
fn a_null_world_has_no_fraud_and_its_crowds() {
    let (rows, truth) = generate(&World::null(2, 30_000)).unwrap();
    assert!(truth.iter().all(|truth| !truth.is_fraud()));
    let crowds: BTreeSet<_> = truth.iter().filter_map(|truth| truth.crowd).collect();
    assert!(crowds.len() >= 12, "{crowds:?}");
    assert_eq!(rows.len(), 30_000);
}

#[test]
fn every_size_and_every_preset_can_be_made() {
    for rows in [1, 2, 17, 300] {
        assert_eq!(generate(&World::new(rows, rows)).unwrap().0.len() as u64, rows);
    }
    for (name, _) in synth::PRESETS {
        let world = World::preset(name, 6, 5_000).unwrap();
        let census = Log::draw(&world).unwrap().census();
        assert_eq!(census.rows, 5_000, "{name}");
        assert_eq!(census.fraud, (5_000.0 * world.fraud).round() as u64, "{name}");
    }
}

#[test]
fn worlds_that_cannot_be_say_why() {
    let usual = World::new(1, 100);
    let refuse = |world: World, expected: Expect| {
        let said = generate(&world).err().map_or("made".to_owned(), |error| error.to_string());
        expected.assert_eq(&said);
    };
    refuse(World { rows: 0, ..usual.clone() }, expect![["rows must be 1 to 1073741824, not 0"]]);
    refuse(
        World { fraud: 1.2, ..usual.clone() },
        expect![["the fraud share must be 0 to 0.95, not 1.2"]],
    );
    refuse(World { days: 0, ..usual.clone() }, expect![["days must be 1 to 366, not 0"]]);
    refuse(
        World { levels: vec![6], ..usual.clone() },
        expect![["levels must be a list from 0 to 5, such as 0,1,2"]],
    );
    let shares = BTreeMap::from([("moon_base".to_owned(), 0.1)]);
    refuse(
        World { shares, ..usual.clone() },
        expect![[
            "no share for crowd `moon_base`: give name=share with one of mobile_cgnat, campus, office_onboarding, viral_day, public_wifi, privacy_relay, family, kiosk, qa_team, alias_user, classroom, migration, ngo_campaign, conference"
        ]],
    );
    let shares = BTreeMap::from([("campus".to_owned(), 0.95)]);
    refuse(
        World { shares, ..usual },
        expect![["crowds (1.07) and fraud (0.10) together leave no ordinary people"]],
    );
}

#[test]
fn rows_are_in_time_order_and_names_are_taken_once() {
    let world = World::new(8, 20_000);
    let log = Log::draw(&world).unwrap();
    let rows: Vec<Row> = log.pages().flat_map(|page| page.rows).collect();
    let (start, end) = log.span_ms();
    assert!(rows.windows(2).all(|pair| pair[0].time_ms <= pair[1].time_ms));
    assert!(rows[0].time_ms >= start && rows[rows.len() - 1].time_ms < end);
    let distinct = |key: fn(&Row) -> Option<&str>| {
        let values: Vec<&str> = rows.iter().filter_map(key).collect();
        assert_eq!(values.iter().collect::<BTreeSet<_>>().len(), values.len());
    };
    distinct(|row| Some(&row.account_id));
    distinct(|row| Some(&row.event_id));
    distinct(|row| Some(&row.username));
    distinct(|row| row.email.as_deref());
}

/// |difference of two shares| in standard errors.
fn apart(a: f64, b: f64, a_rows: usize, b_rows: usize) -> f64 {
    let both = (a * a_rows as f64 + b * b_rows as f64) / (a_rows + b_rows) as f64;
    let error = (both * (1.0 - both) * (1.0 / a_rows as f64 + 1.0 / b_rows as f64)).sqrt();
    if error == 0.0 { 0.0 } else { (a - b).abs() / error }
}

/// Accounts made by hand are drawn from the honest law: no single column may
/// tell them from ordinary people. 4.5 standard errors, some forty looks.
#[test]
fn level_five_cannot_be_told_from_ordinary_people() {
    let world = World { levels: vec![5], fraud: 0.4, crowds: 0.0, ..World::new(21, 40_000) };
    let (rows, truth) = generate(&world).unwrap();
    let middle = rows.len() / 2;
    let looks: Vec<Look> = vec![
        ("account id", |row| row.account_id.as_bytes()[1] < b'h'),
        ("event id", |row| row.event_id.as_bytes()[5] < b'h'),
        ("no address", |row| row.ip.is_none()),
        ("IPv6", |row| row.ip.is_some_and(|ip| ip.is_ipv6())),
        ("no number", |row| row.asn.is_none()),
        ("no mail", |row| row.email.is_none()),
        ("gmail", |row| domain(row) == Some("gmail.com")),
        ("handle is local part", |row| row.username == local(row)),
        ("digit at the end", |row| row.username.ends_with(|c: char| c.is_ascii_digit())),
        ("no display name", |row| row.display_name.is_none()),
        ("no phone", |row| row.phone.is_none()),
        ("no agent", |row| row.user_agent.is_none()),
        ("windows", |row| row.user_agent.as_ref().is_some_and(|ua| ua.contains("Windows"))),
        ("no language", |row| row.accept_language.is_none()),
        ("no device", |row| row.device_id.is_none()),
        ("no fingerprint", |row| row.fingerprint.is_none()),
        ("no ja4", |row| row.ja4.is_none()),
        ("no challenge", |row| row.captcha_provider.is_none()),
        ("no solve time", |row| row.captcha_solve_ms.is_none()),
        ("fast", |row| row.captcha_solve_ms.is_some_and(|ms| ms < 6_000)),
        ("moved", |row| row.captcha_issue_ip != row.captcha_redeem_ip),
        ("no issuer", |row| row.captcha_issue_ip.is_none()),
        ("no way in", |row| row.referrer.is_none()),
        ("afternoon", |row| row.time_ms / 3_600_000 % 24 >= 12),
        ("odd millisecond", |row| row.time_ms % 2 == 1),
    ];
    let (mut fraud, mut real) = (Vec::new(), Vec::new());
    let mut late = [0usize; 2];
    for (place, (row, truth)) in rows.into_iter().zip(&truth).enumerate() {
        late[usize::from(truth.is_fraud())] += usize::from(place >= middle);
        if truth.is_fraud() { fraud.push(row) } else { real.push(row) }
    }
    for (name, look) in looks {
        let z = apart(share(&fraud, look), share(&real, look), fraud.len(), real.len());
        assert!(z < 4.5, "{name} gives level 5 away: {z:.1} standard errors");
    }
    let order = late[1] as f64 / fraud.len() as f64 - late[0] as f64 / real.len() as f64;
    assert!(order.abs() < 0.03, "the order of rows gives level 5 away: {order:.3}");
}

/// At any level, telemetry fails as often for scripts as for people, and the
/// columns that factories fill are filled by people, too.
#[test]
fn what_is_missing_does_not_tell_fraud() {
    let (rows, truth) = generate(&World::new(22, 40_000)).unwrap();
    let (fraud, real): (Vec<_>, Vec<_>) =
        rows.into_iter().zip(truth).partition(|(_, truth)| truth.is_fraud());
    let rows = |pairs: Vec<(Row, Truth)>| pairs.into_iter().map(|pair| pair.0).collect::<Vec<_>>();
    let (fraud, real) = (rows(fraud), rows(real));
    let looks: [Look; 7] = [
        ("ip", |row| row.ip.is_none()),
        ("asn", |row| row.asn.is_none()),
        ("user_agent", |row| row.user_agent.is_none()),
        ("accept_language", |row| row.accept_language.is_none()),
        ("device_id", |row| row.device_id.is_none()),
        ("fingerprint", |row| row.fingerprint.is_none()),
        ("ja4", |row| row.ja4.is_none()),
    ];
    for (name, missing) in looks {
        let z = apart(share(&fraud, missing), share(&real, missing), fraud.len(), real.len());
        assert!(z < 4.5, "missing {name} gives fraud away: {z:.1} standard errors");
    }
    let filled: [fn(&Row) -> bool; 4] = [
        |row| row.phone.is_some(),
        |row| row.captcha_issue_ip.is_some(),
        |row| row.referrer.is_some(),
        |row| row.display_name.is_some(),
    ];
    assert!(filled.iter().all(|filled| share(&real, filled) > 0.1 && share(&fraud, filled) > 0.05));
}

#[test]
fn an_honest_browser_shows_few_client_hellos_and_a_kit_shows_others() {
    let world = World { crowds: 0.0, levels: vec![2], fraud: 0.3, ..World::new(23, 30_000) };
    let (rows, truth) = generate(&world).unwrap();
    let honest: Vec<Row> = rows
        .iter()
        .zip(&truth)
        .filter(|(_, t)| !t.is_fraud())
        .map(|(row, _)| row.clone())
        .collect();
    let mut usual: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let (mut within, mut all) = (0, 0);
    for (agent, group) in
        &by(&honest, |row| row.user_agent.as_deref().filter(|_| row.ja4.is_some()))
    {
        let mut counts: Vec<(usize, &str)> = by_ja4(group);
        counts.sort_unstable_by(|a, b| b.cmp(a));
        counts.truncate(3);
        if group.len() >= 20 {
            within += counts.iter().map(|(count, _)| count).sum::<usize>();
            all += group.len();
            usual.insert(*agent, counts.iter().map(|(_, ja4)| *ja4).collect());
        }
    }
    let peaked = within as f64 / all as f64;
    assert!((0.965..0.999).contains(&peaked), "three values cover {peaked:.3}");
    let (mut strange, mut known) = (0, 0);
    for (row, _) in rows.iter().zip(&truth).filter(|(_, truth)| truth.is_fraud()) {
        let pair = (row.user_agent.as_deref(), row.ja4.as_deref());
        if let (Some(usual), Some(ja4)) = (pair.0.and_then(|agent| usual.get(agent)), pair.1) {
            known += 1;
            strange += usize::from(!usual.contains(&ja4));
        }
    }
    let strange = f64::from(strange as u32) / f64::from(known as u32);
    assert!(strange > 0.5, "of level 2, {strange:.2} show another client hello");
}

fn by_ja4<'a>(group: &[&'a Row]) -> Vec<(usize, &'a str)> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for row in group {
        *counts.entry(row.ja4.as_deref().unwrap_or_default()).or_default() += 1;
    }
    counts.into_iter().map(|(ja4, count)| (count, ja4)).collect()
}

#[test]
fn honest_people_live_behind_the_homes_that_proxies_use() {
    let world = World { crowds: 0.0, levels: vec![2, 3], ..World::new(24, 100_000) };
    let (rows, truth) = generate(&world).unwrap();
    let mut homes: BTreeMap<String, [usize; 2]> = BTreeMap::new();
    for (row, truth) in rows.iter().zip(&truth) {
        if let Some(home) = home(row) {
            homes.entry(home).or_default()[usize::from(truth.is_fraud())] += 1;
        }
    }
    let fraud: usize = homes.values().map(|counts| counts[1]).sum();
    let mixed: usize = homes.values().filter(|counts| counts[0] > 0).map(|counts| counts[1]).sum();
    let share = mixed as f64 / fraud as f64;
    assert!(share > 0.1, "{share:.2} of the accounts share the home with somebody honest");
}

#[test]
fn a_carrier_puts_hundreds_of_strangers_behind_an_address() {
    let (rows, _) = crowd("mobile_cgnat");
    assert!(company(&rows, |row| row.ip) > 100.0);
    assert!(company(&rows, |row| row.device_id.clone()) < 1.1);
    assert!(company(&rows, |row| row.fingerprint.clone()) < 20.0);
}

#[test]
fn a_campus_gives_addresses_of_one_domain_from_one_block() {
    let (rows, _) = crowd("campus");
    let block = |row: &Row| match row.ip? {
        IpAddr::V4(ip) => Some(ip.octets()[..3].to_vec()),
        IpAddr::V6(_) => None,
    };
    assert!(company(&rows, block) > 40.0);
    assert!(company(&rows, block) > 1.5 * company(&rows, |row| row.ip));
    assert!(share(&rows, |row| domain(row) != Some("gmail.com")) > 0.4);
}

#[test]
fn an_office_has_one_address_one_domain_and_a_proxy_that_inspects() {
    let (rows, others) = crowd("office_onboarding");
    let groups = by(&rows, domain);
    let large: Vec<_> = groups.values().filter(|group| group.len() >= 8).collect();
    assert!(large.len() >= 10);
    for group in &large {
        let group: Vec<Row> = group.iter().map(|row| (*row).clone()).collect();
        assert!(company(&group, |row| row.ip) > group.len() as f64 * 0.4);
    }
    let honest: BTreeSet<_> = others.iter().filter_map(|row| row.ja4.as_deref()).collect();
    let usual = by(&others, |row| row.ja4.as_deref());
    let rare =
        |row: &Row| row.ja4.as_deref().is_some_and(|j| usual.get(j).is_none_or(|g| g.len() < 60));
    assert!(honest.len() > 20 && share(&rows, rare) > 0.4);
}

#[test]
fn a_viral_day_has_one_way_in_and_fans_with_one_stem() {
    let (rows, others) = crowd("viral_day");
    let elsewhere: BTreeSet<_> = others.iter().filter_map(|row| row.referrer.as_deref()).collect();
    let day = |row: &Row| row.time_ms.div_euclid(24 * 3_600_000);
    let posts = by(&rows, |row| row.referrer.as_deref().filter(|post| !elsewhere.contains(post)));
    let burst = |group: &Vec<&Row>| {
        let days: Vec<i64> = group.iter().map(|row| day(row)).collect();
        days.chunk_by(|x, y| x == y).map(<[i64]>::len).max().unwrap_or(0)
    };
    let (post, largest) = posts.iter().max_by_key(|(_, group)| burst(group)).unwrap();
    assert!(burst(largest) > 100, "{} in a day by {post}", burst(largest));
    let stems = by(&rows, |row| Some(row.username.chars().take(4).collect::<String>()));
    let most = stems.values().map(Vec::len).max().unwrap();
    assert!(most > 20, "{most} share a stem");
}

#[test]
fn families_share_a_home_and_a_surname() {
    let (rows, _) = crowd("family");
    let homes = by(&rows, home);
    let together = homes.values().filter(|group| group.len() >= 2).map(Vec::len).sum::<usize>();
    assert!(together as f64 > 0.8 * rows.len() as f64, "{together}");
    let surname = |row: &Row| Some(row.display_name.as_deref()?.split(' ').next_back()?.to_owned());
    let mut same = 0;
    let mut pairs = 0;
    for group in homes.values() {
        let names: Vec<_> = group.iter().filter_map(|row| surname(row)).collect();
        pairs += names.len().saturating_sub(1);
        same += names.windows(2).filter(|pair| pair[0] == pair[1]).count();
    }
    assert!(same * 6 > pairs, "{same} of {pairs} neighbours share a surname");
}

#[test]
fn a_kiosk_keeps_its_address_for_weeks_and_its_guests_differ() {
    let (rows, _) = crowd("kiosk");
    for group in by(&rows, |row| row.ip).values().filter(|group| group.len() >= 20) {
        let days: BTreeSet<i64> = group.iter().map(|row| row.time_ms / 86_400_000).collect();
        assert!(days.len() >= 5, "{days:?}");
    }
    assert!(company(&rows, |row| row.fingerprint.clone()) > 15.0);
}

#[test]
fn other_crowds_tell_their_stories() {
    let (wifi, _) = crowd("public_wifi");
    assert!(
        company(&wifi, |row| row.ip) > 10.0 && company(&wifi, |row| row.fingerprint.clone()) < 30.0
    );
    let (relay, _) = crowd("privacy_relay");
    assert!(share(&relay, |row| domain(row) == Some("privaterelay.appleid.com")) > 0.15);
    let (team, _) = crowd("qa_team");
    assert!(share(&team, |row| local(row).contains('+')) > 0.95);
    let (alias, _) = crowd("alias_user");
    assert!(company(&alias, |row| row.device_id.clone()) > 2.0);
    assert!(share(&alias, |row| local(row).contains('+') || local(row).contains('.')) > 0.9);
    let (class, _) = crowd("classroom");
    for group in by(&class, |row| row.ip).values().filter(|group| group.len() >= 18) {
        assert!(group[group.len() - 1].time_ms - group[0].time_ms < 45 * 60_000);
    }
    let (moved, _) = crowd("migration");
    assert!(company(&moved, |row| row.referrer.clone()) > 60.0);
    let (drive, _) = crowd("ngo_campaign");
    assert!(company(&drive, |row| row.device_id.clone()) > 5.0);
    let (guests, _) = crowd("conference");
    assert!(company(&guests, |row| row.ip) > 10.0);
    assert!(by(&guests, |row| row.accept_language.clone()).len() > 20);
}

#[test]
fn the_ladder_gets_harder() {
    let (rows, truth) =
        generate(&World { crowds: 0.0, fraud: 0.3, ..World::new(25, 60_000) }).unwrap();
    let level = |wanted: u8| -> Vec<Row> {
        let pairs = rows.iter().zip(&truth).filter(|(_, truth)| truth.level == Some(wanted));
        pairs.map(|(row, _)| row.clone()).collect()
    };
    let levels: Vec<Vec<Row>> = (0..=5).map(level).collect();
    let addresses: Vec<f64> = levels.iter().map(|rows| company(rows, home)).collect();
    assert!(addresses[0] > 8.0 * addresses[2], "{addresses:?}");
    assert!(addresses[5] < 1.2, "{addresses:?}");
    let moved = |rows: &[Row]| {
        share(rows, |row| {
            row.captcha_issue_ip.is_some() && row.captcha_issue_ip != row.captcha_redeem_ip
        })
    };
    assert!(moved(&levels[3]) > 5.0 * moved(&levels[5]));
}

#[test]
fn crude_campaigns_burst_and_patient_ones_drip() {
    let log = Log::draw(&World::new(25, 60_000)).unwrap();
    let (mut crude, mut patient) = (0, 0);
    for campaign in log.campaigns() {
        // A campaign that hides in a viral day lasts as long as that.
        let hides = campaign.tools.iter().any(|tool| tool.ends_with("viral_day"));
        match campaign.level {
            0 => {
                crude += 1;
                assert!(campaign.days <= 2.0, "{campaign:?}");
            }
            4 if !hides => {
                patient += 1;
                assert!(campaign.days >= 7.0, "{campaign:?}");
            }
            _ => {}
        }
    }
    assert!(crude >= 3 && patient >= 3, "{crude} {patient}");
}

/// Every format is read back by the reader that users' logs go through.
#[test]
fn every_format_is_read_without_a_rejection() {
    let log = Log::draw(&World::new(31, 3_000)).unwrap();
    let mut ids: BTreeSet<Vec<String>> = BTreeSet::new();
    for (ending, format) in Format::ALL {
        let mut file = tempfile::tempfile().unwrap();
        let truth = TruthFile::<std::io::Sink>::none();
        let mut seen = 0;
        let mut bytes = Vec::new();
        let beside = |page: &synth::Page| {
            seen += page.rows.len() as u64;
            Ok(())
        };
        write_log(&log, format, &mut bytes, truth, beside).unwrap();
        assert_eq!(seen, 3_000);
        file.write_all(&bytes).unwrap();
        file.rewind().unwrap();
        let input = if format == Format::Parquet {
            Bytes::File(file)
        } else {
            Bytes::Stream(Box::new(Cursor::new(bytes)))
        };
        let opened = open(input, &Options::default()).unwrap();
        assert!(opened.extra.is_empty(), "{ending}: {:?}", opened.extra);
        let mut accounts = Vec::new();
        for chunk in opened.chunks {
            let batch = chunk.unwrap().parse();
            assert!(batch.rejected.is_empty(), "{ending}: {:?}", batch.rejected.first());
            accounts
                .extend(batch.signups.iter().map(|signup| signup.account_id.as_str().to_owned()));
        }
        assert_eq!(accounts.len(), 3_000, "{ending}");
        ids.insert(accounts);
    }
    assert_eq!(ids.len(), 1);
}
