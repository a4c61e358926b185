//! Who may be told what.

use crate::story::{actor, id, object, policy, relation};
use expect_test::{Expect, expect};
use proptest::prelude::*;
use serde_json::json;
use share::release::{Addresses, Candidate, Key, Kind, Markings, Personal, Policy};
use share::{Release, release};
use stix::Object;
use stix::marking::Tlp;

/// What leaves, each with `*` where it is changed, and what stays with its reason.
fn told(release: &Release) -> String {
    let leaves = release.released.iter().map(|released| {
        let mark = if released.is_changed() { "*" } else { "" };
        format!("{}{mark}\n", short(released.of().as_str()))
    });
    let stays = release.withheld.iter().map(|withheld| {
        format!("{} stays: {}\n", short(withheld.id.as_str()), short(&withheld.why.to_string()))
    });
    leaves.chain(stays).collect()
}

fn short(text: &str) -> String {
    text.replace("--00000000-0000-4000-8000-00000000000", " ")
}

fn check(candidates: &[Candidate], policy: &Policy, expected: Expect) -> Release {
    let release = release(candidates, policy);
    expected.assert_eq(&told(&release));
    for released in &release.released {
        let errors = stix::validate::object(released.object());
        let errors: Vec<_> = errors
            .into_iter()
            .filter(|finding| finding.severity == stix::validate::Severity::Error)
            .collect();
        assert!(errors.is_empty(), "{errors:?}");
    }
    release
}

#[test]
fn a_marking_decides_who_may_see() {
    let all = [actor(1, Tlp::Clear), actor(2, Tlp::Green), actor(3, Tlp::Amber)];
    check(
        &all,
        &policy(),
        expect![[r#"
            intrusion-set 1
            intrusion-set 2
            intrusion-set 3 stays: it is marked TLP:AMBER, and the audience may see TLP:GREEN at most
        "#]],
    );
}

#[test]
fn what_is_not_marked_counts_as_the_policy_says() {
    let all = [object("intrusion-set", 1, json!({ "name": "Cluster-0001" }))];
    check(
        &all,
        &policy(),
        expect![[r#"
            intrusion-set 1 stays: it is marked TLP:AMBER, and the audience may see TLP:GREEN at most
        "#]],
    );
    check(
        &all,
        &Policy { unmarked: Tlp::Clear, ..policy() },
        expect![[r#"
        intrusion-set 1
    "#]],
    );
}

#[test]
fn the_latest_version_decides_for_all() {
    let mut later = actor(1, Tlp::Red).object.properties();
    later.insert("modified".into(), json!("2026-02-01T00:00:00.000Z"));
    let later = stix::Object::from_properties(&later).unwrap();
    let later = Candidate { object: later, licences: Vec::new(), hold: None };
    for all in [[actor(1, Tlp::Clear), later.clone()], [later, actor(1, Tlp::Clear)]] {
        check(
            &all,
            &policy(),
            expect![[r#"
                intrusion-set 1 stays: it is marked TLP:RED, and the audience may see TLP:GREEN at most
            "#]],
        );
    }
}

#[test]
fn what_tells_of_something_that_stays_stays_too() {
    let (one, two) = (id("intrusion-set", 1), id("intrusion-set", 2));
    let report = json!({
        "name": "On both", "published": "2026-01-01T00:00:00Z", "report_types": ["threat-actor"],
        "object_refs": [one, two], "object_marking_refs": [Tlp::Clear.id()],
    });
    let alone = json!({
        "name": "On one", "published": "2026-01-01T00:00:00Z", "report_types": ["threat-actor"],
        "object_refs": [two], "object_marking_refs": [Tlp::Clear.id()],
    });
    let all = [
        actor(1, Tlp::Clear),
        actor(2, Tlp::Red),
        relation(3, &one, "related-to", &two),
        object("report", 4, report),
        object("report", 5, alone),
    ];
    let release = check(
        &all,
        &policy(),
        expect![[r#"
            intrusion-set 1
            report 4*
            intrusion-set 2 stays: it is marked TLP:RED, and the audience may see TLP:GREEN at most
            relationship 3 stays: it tells of intrusion-set 2, which stays
            report 5 stays: it tells of intrusion-set 2, which stays
        "#]],
    );
    assert_eq!(release.released[1].object().properties()["object_refs"], json!([one]));
}

#[test]
fn a_person_leaves_as_a_pseudonym_and_one_that_a_partner_can_match() {
    let mail = object("email-addr", 1, json!({ "value": "Mira.Lindt@Example.com" }));
    let mail_id = mail.object.id().to_string();
    let account = json!({ "user_id": "u-88213", "account_login": "mira", "credential": "hunter2" });
    let seen = json!({
        "first_observed": "2026-01-01T00:00:00Z", "last_observed": "2026-01-02T00:00:00Z",
        "number_observed": 3, "object_refs": [mail_id], "object_marking_refs": [Tlp::Clear.id()],
    });
    let policy = Policy { unmarked: Tlp::Clear, ..policy() };
    let release = check(
        &[mail, object("user-account", 2, account), object("observed-data", 3, seen)],
        &policy,
        expect![[r#"
            email-addr--2d967e3d-0a2e-5efd-b5ee-65f2f7279360*
            observed-data 3*
            user-account--9a4568c9-dd82-5fed-a76f-02623d5ece03*
        "#]],
    );
    let texts: String = release.released.iter().map(|r| r.object().text()).collect();
    for secret in ["mira", "Mira", "u-88213", "hunter2", &mail_id] {
        assert!(!texts.contains(secret), "{secret} left");
    }
    let pseudonym = policy.key.pseudonym(Kind::Email, "mira.lindt@example.com");
    let properties = release.released[0].object().properties();
    assert_eq!(properties["value"], json!(pseudonym));
    let partner = Key::parse(&policy.key.write()).unwrap();
    assert_eq!(partner.pseudonym(Kind::Email, "MIRA.LINDT@example.com"), pseudonym);
    assert_ne!(Key::new([8; 32]).pseudonym(Kind::Email, "mira.lindt@example.com"), pseudonym);
    let seen = release.released[1].object().properties();
    assert_eq!(seen["object_refs"], json!([release.released[0].object().id()]));
}

#[test]
fn addresses_in_texts_and_patterns_are_somebodys_too() {
    let indicator = json!({
        "pattern": "[email-addr:value IN ('mira@example.com', 'tom@example.org') AND email-addr:value LIKE '%@factory.example']",
        "pattern_type": "stix", "valid_from": "2026-01-01T00:00:00Z",
        "description": "Reported by tom@example.org.", "object_marking_refs": [Tlp::Clear.id()],
    });
    let release = check(
        &[object("indicator", 1, indicator)],
        &policy(),
        expect![[r#"
        indicator 1*
    "#]],
    );
    let left = release.released[0].object().properties();
    let of = |who: &str| policy().key.pseudonym(Kind::Email, who);
    let (mira, tom) = (of("mira@example.com"), of("tom@example.org"));
    assert_eq!(left["description"], json!(format!("Reported by {tom}.")));
    let pattern = left["pattern"].as_str().unwrap();
    assert!(pattern.contains(&mira) && pattern.contains(&tom), "{pattern}");
    assert!(pattern.contains("'%@factory.example'"), "{pattern}");
}

#[test]
fn those_who_may_have_it_get_it_in_clear_and_unchanged() {
    let mail = object("email-addr", 1, json!({ "value": "mira@example.com" }));
    let policy = Policy { personal: Personal::Clear, unmarked: Tlp::Clear, ..policy() };
    let release = release(std::slice::from_ref(&mail), &policy);
    assert_eq!(release.released[0].object().text(), mail.object.text());
}

#[test]
fn what_others_published_for_everyone_leaves_as_they_did() {
    let published = |tlp: Tlp| {
        object(
            "report",
            1,
            json!({
                "name": "Notes", "description": "Write to press@example.org.", "published": "2026-01-01T00:00:00Z",
                "created_by_ref": id("identity", 9), "object_refs": [id("identity", 9)],
                "object_marking_refs": [tlp.id()],
            }),
        )
    };
    check(
        &[published(Tlp::Clear)],
        &policy(),
        expect![[r#"
        report 1
    "#]],
    );
    check(
        &[published(Tlp::Green)],
        &policy(),
        expect![[r#"
        report 1*
    "#]],
    );
}

#[test]
fn parts_for_fewer_people_are_taken_out() {
    let partly = json!({
        "name": "Cluster-0001", "description": "In the open.", "goals": ["told to few"],
        "external_references": [{ "source_name": "court", "description": "the order", "url": "https://court.example/sealed" }],
        "object_marking_refs": [Tlp::Clear.id()],
        "granular_markings": [
            { "marking_ref": Tlp::Red.id(), "selectors": ["goals.[0]", "external_references.[0].url"] },
            { "marking_ref": Tlp::Green.id(), "selectors": ["description"] },
        ],
    });
    let release = check(
        &[object("intrusion-set", 1, partly)],
        &policy(),
        expect![[r#"
        intrusion-set 1*
    "#]],
    );
    let left = release.released[0].object();
    assert!(!left.text().contains("told to few") && !left.text().contains("sealed"));
    assert_eq!(left.properties()["description"], json!("In the open."));
    assert_eq!(
        left.properties()["granular_markings"],
        json!([{ "marking_ref": Tlp::Green.id(), "selectors": ["description"] }])
    );
}

#[test]
fn what_would_not_be_valid_without_what_stays_stays_whole() {
    let nameless = json!({
        "name": "Cluster-0001", "object_marking_refs": [Tlp::Clear.id()],
        "granular_markings": [{ "marking_ref": Tlp::Red.id(), "selectors": ["name"] }],
    });
    check(
        &[object("intrusion-set", 1, nameless)],
        &policy(),
        expect![[r#"
        intrusion-set 1 stays: without what stays it would not be valid: name is missing
    "#]],
    );
}

#[test]
fn licences_holds_seals_and_unknown_markings_keep_back() {
    let licensed = |number, licences: &[&str]| Candidate {
        licences: licences.iter().map(|licence| (*licence).to_owned()).collect(),
        ..actor(number, Tlp::Clear)
    };
    let held = Candidate { hold: Some("matter 7".to_owned()), ..actor(4, Tlp::Clear) };
    let sealed = json!({
        "name": "Complaint", "action_type": "complaint-under-seal", "sealed": true,
        "object_marking_refs": [Tlp::Clear.id()],
    });
    let unknown = json!({
        "name": "Cluster-0006", "object_marking_refs": [id("marking-definition", 9)],
    });
    let all = [
        licensed(1, &["CC-BY-4.0"]),
        licensed(2, &["CC-BY-NC-4.0"]),
        licensed(3, &["CC-BY-NC-4.0", "mit"]),
        held,
        object("legal-action", 5, sealed),
        relation(7, &id("legal-action", 5), "acts-against", &id("intrusion-set", 1)),
        object("intrusion-set", 6, unknown),
    ];
    check(
        &all,
        &policy(),
        expect![[r#"
        intrusion-set 1
        intrusion-set 3
        intrusion-set 2 stays: its licence, CC-BY-NC-4.0, is not one to pass on
        intrusion-set 4 stays: it is held: matter 7
        intrusion-set 6 stays: what its marking-definition 9 allows is not known here
        legal-action 5 stays: it tells of a legal step under seal
        relationship 7 stays: it tells of legal-action 5, which stays
    "#]],
    );
}

#[test]
fn what_readers_may_differ_about_stays() {
    let clear = Tlp::Clear.id();
    let text = format!(
        r#"{{"type":"tool","spec_version":"2.1","id":"{}","created":"2026-01-01T00:00:00.000Z","modified":"2026-01-01T00:00:00.000Z","name":"kept back","name":"kit","object_marking_refs":["{clear}"]}}"#,
        id("tool", 1),
    );
    let twice = Candidate { object: Object::parse(&text).unwrap(), ..actor(1, Tlp::Clear) };
    check(
        &[twice],
        &policy(),
        expect![[r#"
        tool 1 stays: readers may differ about it: the name "name" stands twice at line 1 column 186
    "#]],
    );
}

#[test]
fn markings_go_along_where_the_recipient_needs_them() {
    let policy = Policy { markings: Markings::Included, ..policy() };
    check(
        &[actor(1, Tlp::Green)],
        &policy,
        expect![[r#"
        marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb
        intrusion-set 1
    "#]],
    );
}

#[test]
fn addresses_of_networks_stay_if_the_policy_says_so() {
    let ip = object("ipv4-addr", 1, json!({ "value": "198.51.100.7" }));
    let domain = json!({ "value": "factory.example", "resolves_to_refs": [ip.object.id()] });
    let all = [object("domain-name", 2, domain), ip];
    let policy = Policy { unmarked: Tlp::Clear, addresses: Addresses::Withheld, ..policy() };
    let release = check(
        &all,
        &policy,
        expect![[r#"
        domain-name--971f4d9e-a65d-5d7b-9c17-99052ac3e6b5*
        ipv4-addr--12592121-be4c-5a93-a813-5a5af16e50db stays: network addresses stay, by the policy
    "#]],
    );
    let left = release.released[0].object().properties();
    assert_eq!(left.get("resolves_to_refs"), None);
}

#[test]
fn the_same_comes_out_in_any_order_and_differs_by_audience() {
    let mail = || object("email-addr", 1, json!({ "value": "mira@example.com" }));
    let person = || {
        let person = json!({ "name": "Mira Lindt", "identity_class": "individual" });
        object("identity", 2, person)
    };
    let policy = Policy { unmarked: Tlp::Clear, ..policy() };
    let texts = |all: &[Candidate], policy: &Policy| -> Vec<String> {
        release(all, policy).released.iter().map(|r| r.object().text().to_owned()).collect()
    };
    let one = texts(&[mail(), person()], &policy);
    assert_eq!(one, texts(&[person(), mail()], &policy));
    let other = Policy { audience: "police".to_owned(), ..policy.clone() };
    let two = texts(&[mail(), person()], &other);
    assert_eq!(one[0], two[0], "one key, one pseudonym");
    assert_ne!(one[1], two[1], "two audiences, two ids");
}

proptest! {
    /// Whatever is marked how: nothing stricter than the audience may see gets out, nor
    /// its id.
    #[test]
    fn nothing_stricter_leaves(markings in prop::collection::vec(0usize..5, 1..8), links in prop::collection::vec((0u32..8, 0u32..8), 0..12), ceiling in 0usize..5) {
        let count = markings.len() as u32;
        let mut all: Vec<Candidate> = markings
            .iter()
            .enumerate()
            .map(|(at, marking)| actor(at as u32, Tlp::ALL[*marking]))
            .collect();
        for (at, (from, to)) in links.iter().enumerate() {
            let (from, to) = (id("intrusion-set", from % count), id("intrusion-set", to % count));
            all.push(relation(100 + at as u32, &from, "related-to", &to));
        }
        let policy = Policy { tlp: Tlp::ALL[ceiling], ..policy() };
        let release = release(&all, &policy);
        let left: String = release.released.iter().map(|r| r.object().text()).collect();
        for (at, marking) in markings.iter().enumerate() {
            let is_out = left.contains(&id("intrusion-set", at as u32));
            prop_assert_eq!(is_out, *marking <= ceiling);
        }
        prop_assert_eq!(release.released.len() + release.withheld.len(), all.len());
    }
}

#[test]
fn addresses_stay_wherever_they_stand() {
    let named = |n: u32, name: &str| {
        let marked = json!({ "name": name, "object_marking_refs": [Tlp::Clear.id()] });
        object("intrusion-set", n, marked)
    };
    let all = [
        named(1, "from 198.51.100.7."),
        named(2, "at 2001:db8::7"),
        named(3, "at 198.51.100.0/24"),
        named(4, "00:00:5e:00:53:01"),
        named(5, "at 198.51.100.7:8080"),
        named(6, "version 1.2, at 08:00:00, std::net"),
        named(7, "hxxp://198[.]51[.]100[.]7/"),
    ];
    let policy = Policy { addresses: Addresses::Withheld, ..policy() };
    check(
        &all,
        &policy,
        expect![[r#"
        intrusion-set 6
        intrusion-set 1 stays: network addresses stay, by the policy
        intrusion-set 2 stays: network addresses stay, by the policy
        intrusion-set 3 stays: network addresses stay, by the policy
        intrusion-set 4 stays: network addresses stay, by the policy
        intrusion-set 5 stays: network addresses stay, by the policy
        intrusion-set 7 stays: network addresses stay, by the policy
    "#]],
    );
}

#[test]
fn what_stays_is_named_by_what_it_cannot_do_without() {
    let (one, two) = (id("intrusion-set", 1), id("intrusion-set", 2));
    let mut tie = relation(3, &one, "related-to", &two).object.properties();
    // Who made it stays too, and it would do without.
    tie.insert("created_by_ref".into(), json!(id("identity", 4)));
    let tie = Candidate {
        object: stix::Object::from_properties(&tie).unwrap(),
        licences: Vec::new(),
        hold: None,
    };
    let maker = object("identity", 4, json!({ "name": "CERT Example" }));
    let all = [actor(1, Tlp::Clear), actor(2, Tlp::Red), tie, maker.clone()];
    check(
        &all,
        &policy(),
        expect![[r#"
        intrusion-set 1
        identity 4 stays: it is marked TLP:AMBER, and the audience may see TLP:GREEN at most
        intrusion-set 2 stays: it is marked TLP:RED, and the audience may see TLP:GREEN at most
        relationship 3 stays: it tells of intrusion-set 2, which stays
    "#]],
    );
    // Who we are is no secret.
    let creator = Some(maker.object.id().clone());
    check(
        &[maker],
        &Policy { creator, ..policy() },
        expect![[r#"
        identity 4
    "#]],
    );
}
