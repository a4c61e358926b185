//! What a scan found becomes objects; a later scan, versions of them.

use crate::imports::{BY, errors, peers, shown};
use actors::import::{Taken, anew};
use actors::scan::{self, Options};
use expect_test::expect;
use std::collections::BTreeMap;
use stix::{Id, Object};

fn run(now: &str) -> String {
    format!(r#"{{"rule_version":1,"started":"{now}","options":{{"now":"{now}"}}}}"#)
}

fn campaign(id: &str, accounts: u64, actor: &str) -> String {
    format!(
        r#"{{"id":"{id}","aliases":[],"kind":"factory","accounts":{accounts},"first_ms":1716045150728,"last_ms":1716154100018,"risk":0.99,
        "reasons":[{{"code":"domain×name_grammar","words":"{accounts} accounts use mail domain kit.example and have names of pattern a0000000; 0.06 expected","observed":{accounts},"expected":0.06,"log_p":-874.2,"conditions":[["domain","kit.example"],["name_grammar","a0000000"]]}}],
        "signature":{{"conditions":[["domain","kit.example"],["ja4","t13d1715h1_509a20133a0d_56c68b1e8ba7"]],"words":"mail domain is kit.example","hits":{accounts},"false_hits":2,"background":1000,"version":1}},
        "hours":[],"days":[],"actor":{{"id":"{actor}","links":[{{"campaign":"C-OTHER","grade":"strong","ties":[{{"what":"names","here":1.0,"there":1.0,"usual":0.01,"words":"100 % here and 100 % there have names of pattern a0000000, hardly anyone else"}}]}}]}},
        "captcha_defeat":{{"technique":"OAT-009","evidence":[{{"code":"issued_elsewhere","words":"191 of 191 CAPTCHA tokens were issued to another network","observed":191,"expected":2.1}}]}}}}"#
    )
    .replace('\n', " ")
}

fn read(now: &str, lines: &[String], known: &[Object]) -> Taken {
    let mut options = Options::new(BY.parse().unwrap());
    options.actors = latest(known);
    let actors = known.iter().filter(|object| object.type_name() == "intrusion-set");
    options.next_cluster = 3 + u32::try_from(actors.count()).unwrap();
    scan::read(run(now).as_bytes(), lines.join("\n").as_bytes(), &options).unwrap()
}

fn versions(objects: &[Object]) -> BTreeMap<Id, Vec<Object>> {
    objects.iter().map(|object| (object.id().clone(), vec![object.clone()])).collect()
}

fn latest(objects: &[Object]) -> BTreeMap<Id, Object> {
    objects.iter().map(|object| (object.id().clone(), object.clone())).collect()
}

const FIRST: &str = "2026-11-02T00:00:00.000Z";
const LATER: &str = "2026-11-03T00:00:00.000Z";

#[test]
fn a_campaign_has_an_actor_supplies_an_indicator_and_counts() {
    let organisation = campaign("C-OFFICE", 9, "A-1").replace("\"factory\"", "\"organisation\"");
    let lines = [campaign("C-1", 200, "A-1"), organisation, "{\"id\":".to_owned()];
    expect![[r#"
        identity Dragnet
        intrusion-set Cluster-0003
        campaign C-1
        campaign C-1 attributed-to intrusion-set Cluster-0003
        attack-pattern Email Accounts
        campaign C-1 uses attack-pattern Email Accounts
        attack-pattern Establish Accounts
        campaign C-1 uses attack-pattern Establish Accounts
        domain-name kit.example
        infrastructure mail domain kit.example
        infrastructure mail domain kit.example consists-of domain-name kit.example
        campaign C-1 uses infrastructure mail domain kit.example
        user-account C-1
        observed-data
        indicator [email-addr:value LIKE '%@kit.example'] AND [network-traffic:extensions.'extension-definition--5d159507-4b11-4d25-844f-59f817893f8b'.ja4 = 't13d1715h1_509a20133a0d_56c68b1e8ba7']
        indicator [email-addr:value LIKE '%@kit.example'] AND [network-traffic:extensions.'extension-definition--5d159507-4b11-4d25-844f-59f817893f8b'.ja4 = 't13d1715h1_509a20133a0d_56c68b1e8ba7'] indicates campaign C-1
        indicator [email-addr:value LIKE '%@kit.example'] AND [network-traffic:extensions.'extension-definition--5d159507-4b11-4d25-844f-59f817893f8b'.ja4 = 't13d1715h1_509a20133a0d_56c68b1e8ba7'] based-on observed-data
        sighting
        refused 3 campaign: EOF while parsing a value at line 1 column 6 ({"id":)
        note campaigns: 1
        note organisations, which are nobody's campaign: 1
    "#]].assert_eq(&shown(&read(FIRST, &lines, &[])));
}

#[test]
fn an_attribution_says_why_and_an_indicator_how_often_it_errs() {
    let taken = read(FIRST, &[campaign("C-1", 200, "A-1")], &[]);
    let of = |type_name: &str, verb: &str| {
        let mut all = taken.objects.iter().filter(|object| object.type_name() == type_name);
        let object = all.find(|object| object.text().contains(verb)).unwrap();
        object.properties()["extensions"].to_string()
    };
    expect![[r#"{"extension-definition--5d159507-4b11-4d25-844f-59f817893f8b":{"extension_type":"property-extension","statement":{"likelihood":"very-likely","reasons":["with C-OTHER: 100 % here and 100 % there have names of pattern a0000000, hardly anyone else"],"status":"held"}}}"#]].assert_eq(&of("relationship", "attributed-to"));
    expect![[r#"{"extension-definition--5d159507-4b11-4d25-844f-59f817893f8b":{"extension_type":"property-extension","measured":{"background":1000,"false_positive_rate":0.002,"first":"2024-05-18T15:12:30.728Z","last":"2024-05-19T21:28:20.018Z","risk":0.99,"rule_version":"1","signups":200}}}"#]].assert_eq(&of("indicator", ""));
}

#[test]
fn the_next_scan_makes_versions_of_what_changed_and_nothing_of_what_did_not() {
    let lines = [campaign("C-1", 200, "A-1"), campaign("C-2", 50, "A-1")];
    let first = read(FIRST, &lines, &[]).objects;
    let again = anew(read(LATER, &lines, &first).objects, &versions(&first));
    assert_eq!(again, []);
    let lines =
        [campaign("C-1", 201, "A-1"), campaign("C-2", 50, "A-1"), campaign("C-3", 5, "A-3")];
    let later = anew(read(LATER, &lines, &first).objects, &versions(&first));
    let versions: Vec<_> = later
        .iter()
        .map(|object| {
            let is_new = object.head().created == object.head().modified;
            let kind = if is_new { "new" } else { "version of" };
            let properties = object.properties();
            let name = properties.get("name").and_then(|name| name.as_str()).unwrap_or_default();
            format!("{kind} {} {name}", object.type_name())
        })
        .collect();
    expect![[r#"
        new intrusion-set Cluster-0004
        version of campaign C-1
        version of observed-data 
        version of indicator C-1: mail domain is kit.example
        version of sighting 
        new campaign C-3
        new relationship 
        new relationship 
        new relationship 
        new relationship 
        new user-account 
        new observed-data 
        new indicator C-3: mail domain is kit.example
        new relationship 
        new relationship 
        new sighting "#]]
    .assert_eq(&versions.join("\n"));
}

#[test]
fn an_actor_that_was_named_keeps_its_name() {
    let lines = [campaign("C-1", 200, "A-1")];
    let first = read(FIRST, &lines, &[]).objects;
    let named: Vec<Object> = first
        .iter()
        .map(|object| {
            let text = object.text().replace("\"Cluster-0003\"", "\"Shopkeepers\"");
            Object::parse(&text).unwrap()
        })
        .collect();
    let moved = lines[0].replace("1716154100018", "1716154100019");
    let later = anew(read(LATER, &[moved], &named).objects, &versions(&named));
    let actor = later.iter().find(|object| object.type_name() == "intrusion-set").unwrap();
    assert_eq!(actor.properties()["name"], "Shopkeepers");
}

#[test]
fn no_mailbox_number_or_account_leaves_with_it() {
    let line = campaign("C-1", 200, "A-1").replace(
        r#"["domain","kit.example"],["ja4","t13d1715h1_509a20133a0d_56c68b1e8ba7"]"#,
        r#"["mailbox","jane@kit.example"]"#,
    );
    let taken = read(FIRST, &[line], &[]);
    let text = serde_json::to_string(&taken.objects).unwrap();
    assert!(!text.contains("jane@"));
    assert!(!taken.objects.iter().any(|object| object.type_name() == "indicator"));
}

#[test]
fn what_is_made_is_valid_and_the_validator_of_oasis_agrees() {
    let taken = read(FIRST, &[campaign("C-1", 200, "A-1")], &[]);
    assert_eq!(taken.objects.iter().flat_map(errors).collect::<Vec<_>>(), [""; 0]);
    assert_eq!(peers::errors(&taken.objects), [""; 0]);
}
