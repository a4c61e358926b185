//! Reference tables: what is built in, what users bring, what is missing.

use events::reference::{
    About, AddressFile, DomainClass, Kind, TableError, Tables, domain_class, known_network,
};
use events::{AccountId, Captcha, NetworkKind, Place, SignUp};
use expect_test::{Expect, expect};
use proptest::prelude::*;
use std::net::IpAddr;

fn about(kind: Kind) -> About {
    About { kind, name: "test".into(), date: None, licence: "CC0-1.0".into(), rows: 0 }
}

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn with_csv(kind: Kind, files: &[&str]) -> Result<Tables, TableError> {
    let mut tables = Tables::built_in();
    let mut files: Vec<&[u8]> = files.iter().map(|text| text.as_bytes()).collect();
    let readers = files.iter_mut().map(|file| file as &mut dyn std::io::BufRead).collect();
    tables.add_addresses(about(kind), AddressFile::Csv(readers)).map(|_| tables)
}

fn with_list(kind: Kind, text: &str) -> Tables {
    let mut tables = Tables::built_in();
    tables.add_list(about(kind), text.as_bytes()).unwrap();
    tables
}

fn mmdb(name: &str) -> AddressFile<'static> {
    let path = format!("{}/tests/fixtures/mmdb/{name}.mmdb", env!("CARGO_MANIFEST_DIR"));
    AddressFile::Mmdb(std::fs::read(path).unwrap())
}

/// The error's words.
fn refused<T>(outcome: Result<T, TableError>, expected: Expect) {
    expected.assert_eq(&outcome.err().map(|error| error.to_string()).unwrap_or_default());
}

#[test]
fn mail_domains_fall_into_four_classes() {
    let class = |domains: &[&str]| domains.iter().map(|d| domain_class(d)).collect::<Vec<_>>();
    assert_eq!(class(&["gmail.com", "qq.com", "t-online.de"]), [DomainClass::Free; 3]);
    assert_eq!(
        class(&["mailinator.com", "x.mailinator.com", "yopmail.com"]),
        [DomainClass::Disposable; 3]
    );
    // Disposable lists count the relays in; they are privacy, not fraud.
    assert_eq!(
        class(&["privaterelay.appleid.com", "duck.com", "me.anonaddy.com"]),
        [DomainClass::Relay; 3]
    );
    assert_eq!(class(&["example.org", "mail.gmail.com", "com", ""]), [DomainClass::Own; 4]);
}

#[test]
fn a_users_domains_come_on_top_of_the_built_in_ones() {
    let tables = with_list(Kind::DisposableMail, "# ours\nExample.net\n!yopmail.com\nбыстро.рф\n");
    assert_eq!(tables.domain_class("a.example.net"), DomainClass::Disposable);
    assert_eq!(tables.domain_class("xn--90a0afdf6c.xn--p1ai"), DomainClass::Disposable);
    assert_eq!(tables.domain_class("yopmail.com"), DomainClass::Own);
    assert_eq!(tables.domain_class("mailinator.com"), DomainClass::Disposable);
    let tables = with_list(Kind::DisposableMail, "!*\nexample.net\n");
    assert_eq!(tables.domain_class("mailinator.com"), DomainClass::Own);
    // The long free list holds disposable domains: it must not whitewash them.
    let tables = with_list(Kind::FreeMail, "mailinator.com\nfree.example\n");
    assert_eq!(tables.domain_class("mailinator.com"), DomainClass::Disposable);
    assert_eq!(tables.domain_class("free.example"), DomainClass::Free);
}

#[test]
fn ranges_are_found_at_their_edges_and_not_between_them() {
    let tables = with_csv(
        Kind::Asn,
        &[
            "1.0.0.0,1.0.0.255,13335,\"Cloudflare, Inc.\"\n1.0.4.0,1.0.7.255,38803,Gtelecom\n16781312,16781567,2519,ARTERIA\n",
            "2001:200::,2001:200:1b9:ffff:ffff:ffff:ffff:ffff,2500,WIDE\n42540488161975842760550356425300246528,42540488241204005274814694018844196863,6939,HE\n",
        ],
    )
    .unwrap();
    let asn = |text| tables.asn(ip(text));
    assert_eq!(
        [
            asn("1.0.0.0"),
            asn("1.0.0.255"),
            asn("1.0.1.0"),
            asn("0.255.255.255"),
            asn("255.255.255.255")
        ],
        [Some(13335), Some(13335), None, None, None]
    );
    assert_eq!(
        [
            asn("1.0.16.9"),
            asn("2001:200::1"),
            asn("2001::1"),
            asn("2001:1::"),
            asn("::ffff:1.0.4.1")
        ],
        [Some(2519), Some(2500), Some(6939), None, Some(38803)]
    );
    assert_eq!(tables.about().iter().find(|a| a.name == "test").unwrap().rows, 5);
}

#[test]
fn the_narrower_range_wins_where_two_overlap() {
    // Within, at the same start, crossing, to the very last address, twice.
    let csv = "9.0.0.0,9.0.0.99,VN\n9.0.0.10,9.0.0.19,US\n9.0.0.12,9.0.0.12,DE\n\
               9.0.0.0,9.0.0.4,FR\n9.0.0.90,9.0.0.120,us\n9.0.1.0,255.255.255.255,BR\n\
               255.255.255.0,255.255.255.255,CO\nnot,a,row\n";
    let tables = with_csv(Kind::Country, &[csv]).unwrap();
    let country = |text| tables.country(ip(text)).map_or("none".into(), |c| c.as_str().to_owned());
    let found: Vec<String> = [
        "8.255.255.255",
        "9.0.0.0",
        "9.0.0.4",
        "9.0.0.5",
        "9.0.0.10",
        "9.0.0.11",
        "9.0.0.12",
        "9.0.0.13",
        "9.0.0.19",
        "9.0.0.20",
        "9.0.0.89",
        "9.0.0.90",
        "9.0.0.100",
        "9.0.0.120",
        "9.0.0.121",
        "9.0.1.0",
        "255.255.254.255",
        "255.255.255.0",
        "255.255.255.255",
    ]
    .iter()
    .map(|text| country(text))
    .collect();
    assert_eq!(found.join(" "), "none FR FR VN US US DE US US VN VN US US US none BR BR CO CO");
    assert_eq!(tables.about().iter().find(|a| a.name == "test").unwrap().rows, 7);
}

proptest! {
    /// Whatever the ranges: an address gets the value of the range around it
    /// that begins last, and of those the shortest.
    #[test]
    fn ranges_answer_as_a_plain_scan_would(
        rows in proptest::collection::vec((0u32..60, 0u32..20, 1u32..5), 0..25),
    ) {
        let rows: Vec<_> = rows.into_iter().map(|(first, more, asn)| (first + (9 << 24), first + more + (9 << 24), asn)).collect();
        let csv: String = rows.iter().map(|(first, last, asn)| format!("{first},{last},{asn}\n")).collect();
        prop_assume!(!csv.is_empty());
        let tables = with_csv(Kind::Asn, &[&csv]).unwrap();
        for address in (9 << 24)..(9 << 24) + 90 {
            let around = rows.iter().filter(|(first, last, _)| (*first..=*last).contains(&address));
            let best = around.max_by_key(|(first, last, asn)| (*first, std::cmp::Reverse(*last), *asn));
            prop_assert_eq!(tables.asn(IpAddr::V4(address.into())), best.map(|row| row.2));
        }
    }
}

#[test]
fn a_file_of_another_form_is_refused_with_what_was_expected() {
    refused(
        with_csv(Kind::Asn, &["id,name\n1,a\n2,b\n"]),
        expect![
            "3 of 3 lines cannot be used; line 1: fewer than three columns. Expected first address,last address,AS number"
        ],
    );
    refused(
        with_csv(Kind::Country, &["# nothing\n"]),
        expect!["is empty. Expected first address,last address,two-letter country"],
    );
    refused(
        with_csv(Kind::Country, &["1.0.0.9,1.0.0.0,VN\n"]),
        expect![
            "1 of 1 lines cannot be used; line 1: the range ends before it begins. Expected first address,last address,two-letter country"
        ],
    );
    refused(
        with_csv(Kind::Tor, &["1.0.0.0,1.0.0.9,VN\n"]),
        expect!["tor is not a table of that form"],
    );
    refused(
        Tables::built_in().add_list(about(Kind::Tor), &b"\xff\xfe\x00\n"[..]),
        expect![
            "1 of 1 lines cannot be used; line 1: not UTF-8. Expected a network (203.0.113.0/24), an address or an AS number (AS64496) a line"
        ],
    );
    refused(
        Tables::built_in().add_list(about(Kind::Hosting), &b"<html>\n<body>\n"[..]),
        expect![
            "2 of 2 lines cannot be used; line 1: not an address, a network or an AS number. Expected a network (203.0.113.0/24), an address or an AS number (AS64496) a line"
        ],
    );
}

#[test]
fn maxmind_databases_answer_like_the_csv() {
    let mut tables = Tables::built_in();
    tables.add_addresses(about(Kind::Asn), mmdb("GeoLite2-ASN-Test")).unwrap();
    tables.add_addresses(about(Kind::Country), mmdb("GeoLite2-Country-Test")).unwrap();
    assert_eq!([tables.asn(ip("1.128.0.1")), tables.asn(ip("203.0.113.1"))], [Some(1221), None]);
    assert_eq!(tables.country(ip("2.125.160.217")).unwrap().as_str(), "GB");
    assert_eq!(tables.country(ip("2001:218::1")).unwrap().as_str(), "JP");
    assert!(tables.about().iter().filter(|a| a.name == "test").all(|a| a.rows > 100));
}

#[test]
fn a_damaged_or_different_database_is_refused() {
    let open = |kind, file| Tables::built_in().add_addresses(about(kind), file);
    refused(
        open(Kind::Asn, AddressFile::Mmdb(b"not a database".to_vec())),
        expect![
            "is no MaxMind DB (.mmdb), or a damaged one: invalid database: could not find MaxMind DB metadata in file"
        ],
    );
    refused(
        open(Kind::Country, mmdb("GeoLite2-ASN-Test")),
        expect!["holds no countries: it is a GeoLite2-ASN database"],
    );
    refused(
        open(Kind::Asn, mmdb("GeoLite2-Country-Test")),
        expect!["holds no AS numbers: it is a GeoLite2-Country database"],
    );
    refused(
        open(Kind::Asn, mmdb("libmaxminddb-corrupt-search-tree")),
        expect!["holds no AS numbers: it is a Test database"],
    );
    refused(
        open(Kind::Country, mmdb("cyclic-data-structure")),
        expect![
            "is no MaxMind DB (.mmdb), or a damaged one: invalid database at offset 2731: u16 of size 1"
        ],
    );
    let AddressFile::Mmdb(mut bytes) = mmdb("GeoLite2-ASN-Test") else { unreachable!() };
    bytes.truncate(bytes.len() / 2);
    refused(
        open(Kind::Asn, AddressFile::Mmdb(bytes)),
        expect![
            "is no MaxMind DB (.mmdb), or a damaged one: invalid database: could not find MaxMind DB metadata in file"
        ],
    );
}

#[test]
fn the_kind_of_network_that_says_most_wins() {
    let mut tables =
        with_list(Kind::Hosting, "9.0.0.0/8  # a cloud\nAS64500\n9.9.9.1-9.9.9.9\n2a00::/16\n");
    tables.add_list(about(Kind::Tor), "9.1.1.1\n".as_bytes()).unwrap();
    tables
        .add_list(about(Kind::Relay), "9.2.0.0/16,US,US-CA,Somewhere,\nAS64501\n".as_bytes())
        .unwrap();
    let kind = |text, asn| tables.network_kind(Some(ip(text)), asn);
    assert_eq!(kind("9.1.1.1", None), Some(NetworkKind::Tor));
    assert_eq!(kind("9.2.200.1", Some(64500)), Some(NetworkKind::Relay));
    assert_eq!(kind("9.3.1.1", None), Some(NetworkKind::Hosting));
    assert_eq!(kind("2a00:1::1", None), Some(NetworkKind::Hosting));
    assert_eq!(kind("11.1.1.1", Some(64501)), Some(NetworkKind::Relay));
    assert_eq!(kind("11.1.1.1", Some(64502)), None);
    // The built-in numbers need no list at all, and give way to one.
    assert_eq!(tables.network_kind(None, Some(24940)), Some(NetworkKind::Hosting));
    assert_eq!(tables.network_kind(None, Some(21928)), Some(NetworkKind::Mobile));
    assert_eq!(kind("9.1.1.1", Some(21928)), Some(NetworkKind::Tor));
    assert_eq!(known_network(16276).unwrap().holder, "OVH");
}

#[test]
fn what_the_row_says_is_kept() {
    let mut tables =
        with_csv(Kind::Asn, &["9.0.0.0,9.255.255.255,24940\n10.0.0.0,10.255.255.255,1\n"]).unwrap();
    let mut countries: &[u8] = b"9.0.0.0,9.255.255.255,VN\n";
    tables.add_addresses(about(Kind::Country), AddressFile::Csv(vec![&mut countries])).unwrap();
    let enriched = |address: Option<&str>, asn| {
        let mut signup = signup(address.map(ip), asn);
        tables.enrich(&mut signup);
        format!("{:?} {:?} {:?}", signup.asn, signup.country, signup.network_kind)
    };
    assert_eq!(enriched(Some("9.1.1.1"), None), "Some(24940) Some(VN) Some(Hosting)");
    assert_eq!(enriched(Some("9.1.1.1"), Some(64500)), "Some(64500) Some(VN) None");
    assert_eq!(enriched(None, Some(208_323)), "Some(208323) None Some(Tor)");
    // An inner address is nobody's network, whatever a table says.
    assert_eq!(enriched(Some("10.0.0.1"), None), "None None None");
}

fn signup(ip: Option<IpAddr>, asn: Option<u32>) -> SignUp {
    SignUp {
        place: Place { input: 0, line: 1 },
        event_id: None,
        account_id: AccountId::new("a"),
        time_ms: 0,
        ip,
        asn,
        country: None,
        network_kind: None,
        email: None,
        username: None,
        display_name: None,
        phone: None,
        user_agent: None,
        accept_language: None,
        device_id: None,
        fingerprint: None,
        ja4: None,
        captcha: Captcha::default(),
        referrer: None,
        extra: Vec::new(),
    }
}

#[test]
fn what_is_missing_is_said_with_what_it_costs() {
    let tables = with_list(Kind::Tor, "9.1.1.1\n");
    let lines: String =
        tables.missing().iter().map(|m| format!("{}: {}\n", m.kind.name(), m.costs)).collect();
    expect![[r#"
        asn: without an asn column: signals by network, and the kind of network (hosting, relay, mobile)
        country: without a country column: expectations by country, and phone and language against country
        hosting: hosting networks beyond the well-known ones
        relay: VPNs and relays beyond the well-known ones
        mobile: mobile carriers beyond the well-known ones
        free-mail: free mail providers beyond the well-known ones
        disposable-mail: disposable mail domains newer than the built-in list
        relay-mail: mail relays beyond the well-known ones
    "#]].assert_eq(&lines);
    assert!(tables.about().iter().all(|a| a.rows > 0));
    assert!(Kind::ALL.iter().all(|&kind| Kind::parse(kind.name()) == Some(kind)));
}

#[test]
fn a_line_without_end_is_not_read_whole() {
    let endless = "a".repeat(1 << 20);
    refused(
        Tables::built_in().add_list(about(Kind::Tor), endless.as_bytes()),
        expect![
            "16 of 16 lines cannot be used; line 1: not an address, a network or an AS number. Expected a network (203.0.113.0/24), an address or an AS number (AS64496) a line"
        ],
    );
}
