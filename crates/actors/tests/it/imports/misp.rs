//! MISP events.

use super::check;
use expect_test::expect;

fn event(inner: &str) -> String {
    format!(
        r#"{{"Event":{{"uuid":"5f2f6a3e-0000-4000-8000-000000000001","info":"Accounts for sale",
        "date":"2024-05-01","timestamp":"1714600000","distribution":"1","published":false,
        "Orgc":{{"uuid":"5f2f6a3e-0000-4000-8000-0000000000aa","name":"CERT Example"}},{inner}}}}}"#
    )
}

fn attribute(n: u8, kind: &str, value: &str, rest: &str) -> String {
    format!(
        r#"{{"uuid":"5f2f6a3e-0000-4000-8000-0000000001{n:02}","type":"{kind}","value":"{value}","timestamp":"1714500000"{rest}}}"#
    )
}

#[test]
fn an_attribute_for_detection_is_an_indicator_based_on_what_was_observed() {
    let one = attribute(1, "domain", "shop.example.com", r#","to_ids":true"#);
    let two = attribute(2, "ip-dst", "198.51.100.7", r#","to_ids":false"#);
    check(
        &event(&format!(r#""Attribute":[{one},{two}]"#)),
        &expect![[r#"
        identity CERT Example
        domain-name shop.example.com
        observed-data
        indicator [domain-name:value = 'shop.example.com']
        indicator [domain-name:value = 'shop.example.com'] based-on observed-data
        ipv4-addr 198.51.100.7
        observed-data
        grouping Accounts for sale
        note attributes: 2
        note events: 1
    "#]],
    );
}

#[test]
fn people_are_withheld_and_what_has_no_place_is_kept_as_a_note() {
    let one = attribute(1, "whois-registrant-name", "Jane Doe", "");
    let two = attribute(2, "cookie", "a=b", "");
    let person = r#"{"name":"person","uuid":"5f2f6a3e-0000-4000-8000-000000000201","Attribute":[
        {"type":"first-name","object_relation":"first-name","value":"Jane"}]}"#;
    check(
        &event(&format!(r#""Attribute":[{one},{two}],"Object":[{person}]"#)),
        &expect![[r#"
        identity CERT Example
        identity a person (withheld)
        note cookie
        identity a person (withheld)
        grouping Accounts for sale
        note attributes: 2
        note attributes of people, withheld: 1
        note attributes that STIX has no place for, kept as notes: 1
        note events: 1
        note objects: 1
        note people, withheld: 1
    "#]],
    );
}

#[test]
fn what_was_deleted_is_revoked_and_what_was_seen_is_a_sighting() {
    let sightings = r#","to_ids":"1","deleted":true,"Sighting":[
        {"type":"0","date_sighting":"1714650000","uuid":"5f2f6a3e-0000-4000-8000-0000000000b1"},
        {"type":"1","date_sighting":"1714650001","uuid":"5f2f6a3e-0000-4000-8000-0000000000b2"}]"#;
    let one = attribute(1, "email-src", "seller@example.org", sightings);
    check(
        &event(&format!(r#""Attribute":[{one}]"#)),
        &expect![[r#"
        identity CERT Example
        email-addr seller@example.org
        observed-data revoked
        indicator revoked [email-addr:value = 'seller@example.org']
        indicator revoked [email-addr:value = 'seller@example.org'] based-on observed-data revoked
        sighting
        opinion strongly-disagree
        grouping Accounts for sale
        note attributes: 1
        note events: 1
    "#]],
    );
}

#[test]
fn a_wrong_value_is_refused_and_so_is_a_uuid_that_stands_for_two_things() {
    let all = [
        attribute(1, "md5", "abc", r#","to_ids":true"#),
        attribute(2, "ip-dst|port", "198.51.100.7|99999", ""),
        attribute(3, "domain", "a.example", ""),
        attribute(3, "domain", "b.example", ""),
        attribute(4, "domain", "", ""),
        attribute(5, "filename|md5", "no hash", ""),
    ];
    check(
        &event(&format!(r#""Attribute":[{}]"#, all.join(","))),
        &expect![[r#"
        identity CERT Example
        domain-name a.example
        observed-data
        domain-name b.example
        grouping Accounts for sale
        refused 1 Attribute md5: hashes.MD5: this is no MD5 (abc)
        refused 1 Attribute ip-dst|port: this is no port (198.51.100.7|99999)
        refused 1 Attribute domain: observed-data--5f2f6a3e-0000-4000-8000-000000000103 stands for something else already (b.example)
        refused 1 Attribute domain: it has no value ()
        refused 1 Attribute filename|md5: it should have two halves, with | between them (no hash)
        note attributes: 5
        note events: 1
    "#]],
    );
}

#[test]
fn a_value_stays_a_value_in_its_pattern() {
    let one = attribute(1, "user-agent", "x'] OR [file:name = 'y", r#","to_ids":true"#);
    check(
        &event(&format!(r#""Attribute":[{one}]"#)),
        &expect![[r#"
        identity CERT Example
        indicator [network-traffic:extensions.'http-request-ext'.request_header.'User-Agent' = 'x\'] OR [file:name = \'y']
        grouping Accounts for sale
        note attributes: 1
        note events: 1
    "#]],
    );
}

#[test]
fn markings_come_from_tags_and_else_from_how_far_an_event_may_travel() {
    use super::options;
    use stix::marking::{self, Tlp};
    let tlp = |inner: &str| {
        let text = event(inner);
        let taken = actors::import::read(text.as_bytes(), &options()).unwrap();
        let last = taken.objects.iter().rfind(|object| object.type_name() == "indicator").unwrap();
        marking::tlp(&last.properties())
    };
    let red = r#","to_ids":true,"Tag":[{"name":"tlp:red"},{"name":"kit"}]"#;
    let plain = attribute(1, "domain", "a.example", r#","to_ids":true"#);
    let marked = attribute(1, "domain", "a.example", red);
    let tag = r#""Tag":[{"name":"TLP:WHITE"}],"#;
    assert_eq!(tlp(&format!(r#""Attribute":[{plain}]"#)), Some(Tlp::Amber));
    assert_eq!(tlp(&format!(r#"{tag}"Attribute":[{plain}]"#)), Some(Tlp::Clear));
    assert_eq!(tlp(&format!(r#"{tag}"Attribute":[{marked}]"#)), Some(Tlp::Red));
}

#[test]
fn clusters_keep_their_own_ids() {
    let galaxy = r#""Galaxy":[{"type":"microsoft-activity-group","GalaxyCluster":[
        {"type":"microsoft-activity-group","value":"Storm-1152",
         "uuid":"d9d23fe2-8efb-51cf-8913-91ed75f9379e",
         "GalaxyElement":[{"key":"synonyms","value":"shopkeepers"}]}]},
        {"type":"sector","GalaxyCluster":[{"type":"sector","value":"mail","uuid":"5f2f6a3e-0000-4000-8000-0000000000c1"}]}]"#;
    let taken = actors::import::read(event(galaxy).as_bytes(), &super::options()).unwrap();
    let grouping = taken.objects.last().unwrap().properties();
    assert!(grouping["labels"].to_string().contains(r#"misp-galaxy:sector=\"mail\""#));
    check(
        &event(galaxy),
        &expect![[r#"
        identity CERT Example
        intrusion-set Storm-1152
        grouping Accounts for sale
        note clusters that STIX has no object for, kept as labels: 1
        note events: 1
    "#]],
    );
}
