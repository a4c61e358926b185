//! Problems and warnings with their lines, names, tables.

use crate::room::Room;
use expect_test::expect;
use serde_json::Value;

const POLICY: &str = r#"name = "sign-up"
revision = 3
mode = "act"

[lists.blocked]
of = "domain"
entries = [{ value = "old.example", until = "2026-01-01T00:00:00Z" }]

[[rules]]
name = "blocked"
when = "listed_blocked"
do = "deny"

[[rules]]
name = "risky"
when = "risk >= 0.9 && campaign != ''"
do = "deny"
label = "example:risk:high"
why = "It fits a campaign."

[[rules]]
name = "riskier"
when = "risk >= 0.95 && campaign != ''"
do = "challenge"

[[rules]]
name = "busy"
when = "count_ip_10m > 20"
do = "challenge"
level = "low"
label = "example:busy:low"
"#;

#[test]
fn what_is_wrong_is_told_by_file_and_line() {
    let room = Room::new();
    room.write("good.toml", POLICY);
    let bad = POLICY
        .replace("count_ip_10m", "cuont_ip_10m")
        .replace("'' \"", "''\"")
        .replace("of = \"domain\"", "of = \"domian\"");
    room.write("bad.toml", bad);
    let said =
        room.run(&["policy", "check", "good.toml", "bad.toml", "--now", "2026-02-01T00:00:00Z"]);
    said.failed(1, &["1 policy of 2 cannot decide anything"]);
    expect![[r#"
        good.toml: sign-up revision 3 (7553c12d012a9f77), 4 rules, 3 that decide, 1
                   list; acts on high; its verdicts are answered
        good.toml:7: warning: list blocked: "old.example" has expired
                              (2026-01-01T00:00:00Z)
        good.toml:22: warning: rule riskier: it never decides: whatever meets it meets
                               rule "risky" (line 15) before
        bad.toml:6: problem: list blocked: "domian" is no kind of signal; domain?
        bad.toml:28: problem: rule busy: there is nothing called "cuont_ip_10m";
                              count_ip_10m, count_ip_1m, count_ip_1h?
    "#]]
    .assert_eq(&said.out);
    let said = room.run(&["policy", "check", "bad.toml", "--json"]);
    let told: Value = serde_json::from_str(&said.out).unwrap();
    let lines: Vec<i64> = told["files"][0]["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|problem| problem["line"].as_i64().unwrap())
        .collect();
    assert_eq!((said.code, lines), (Some(1), vec![6, 28]));
    room.run(&["policy", "check", "none.toml"]).failed(1, &["cannot read none.toml"]);
    room.run(&["policy", "check"]).failed(2, &["Usage"]);
}

#[test]
fn a_revision_is_held_against_the_one_before() {
    let room = Room::new();
    room.write("old.toml", POLICY);
    room.write("new.toml", POLICY.replace("0.9 &&", "0.8 &&"));
    let said = room.run(&["policy", "check", "new.toml", "--against", "old.toml"]);
    assert!(said.ok().out.contains("new.toml:2: warning: revision: revision 3 is not above 3"));
}

#[test]
fn every_name_is_accepted() {
    let room = Room::new();
    let said = room.run(&["policy", "names", "--json"]);
    let told: Value = serde_json::from_str(&said.ok().out).unwrap();
    let mut rules = String::new();
    let mut count = 0;
    for name in
        told["groups"].as_array().unwrap().iter().flat_map(|g| g["names"].as_array().unwrap())
    {
        let some = match name["stands_for"].as_array() {
            // One of each hundred: all are tried where names are understood.
            Some(all) => all.iter().step_by(100).map(|one| one.as_str().unwrap()).collect(),
            None => vec![name["name"].as_str().unwrap()],
        };
        for one in some.into_iter().filter(|one| *one != "listed_LIST") {
            let when = match name["type"].as_str().unwrap() {
                "text" => format!("{one} == 'x'"),
                "number" => format!("{one} > 0.5"),
                _ => one.to_owned(),
            };
            rules += &format!("[[rules]]\nname = 'r{count}'\nwhen = \"{when}\"\nlabel = 'x'\n");
            count += 1;
        }
    }
    assert!(count > 80, "{count}");
    // As many different values behind one kind as may be counted.
    room.write("all.toml", format!("name = 'all'\nrevision = 1\n{rules}"));
    room.run(&["policy", "check", "all.toml"]).ok();
    assert!(room.run(&["policy", "names"]).ok().out.contains("distinct_WHAT_by_KIND_WINDOW"));
}

#[test]
fn a_policy_is_shown_as_a_table() {
    let room = Room::new();
    room.write("good.toml", POLICY);
    let said = room.run(&["policy", "show", "good.toml"]);
    assert!(said.ok().out.lines().all(|line| line.chars().count() <= 80));
    expect![[r#"
        sign-up revision 3 (7553c12d012a9f77)
        mode act; acts on high; past 100 ms it answers allow
        list blocked: 1 entry

          1  blocked                deny      high
               when   listed_blocked
          2  risky                  deny      high
               when   risk >= 0.9 && campaign != ''
               label  example:risk:high
               why    It fits a campaign.
          3  riskier                challenge high
               when   risk >= 0.95 && campaign != ''
          4  busy                   challenge low, labels only
               when   count_ip_10m > 20
               label  example:busy:low
    "#]]
    .assert_eq(&said.out);
    let said = room.run(&["policy", "show", "good.toml", "--json"]);
    let told: Value = serde_json::from_str(&said.ok().out).unwrap();
    assert_eq!(told["rules"][3]["acts"], false);
}

#[test]
fn the_policy_that_comes_with_it_is_right() {
    let room = Room::new();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../policies/sign-up.toml");
    let said = room.run(&["policy", "check", path]);
    assert!(!said.ok().out.contains("warning"), "{}", said.out);
}
