//! Tables: indicators, offers, listings.

use super::{check, options, shown};
use actors::import::{self, Format, anew};
use expect_test::expect;
use std::collections::BTreeMap;

#[test]
fn a_row_is_an_indicator_with_what_it_is_based_on_and_whom_it_indicates() {
    check(
        "type,value,first_seen,last_seen,confidence,tlp,actor,campaign,comment,source\n\
         domain,shop[.]example[.]com,2024-05-01,2024-05-02,70,amber,Storm-1152,spring,a shop,partner\n",
        &expect![[r#"
            domain-name shop.example.com
            indicator [domain-name:value = 'shop.example.com']
            observed-data
            indicator [domain-name:value = 'shop.example.com'] based-on observed-data
            intrusion-set Storm-1152
            campaign spring
            indicator [domain-name:value = 'shop.example.com'] indicates intrusion-set Storm-1152
            indicator [domain-name:value = 'shop.example.com'] indicates campaign spring
            campaign spring attributed-to intrusion-set Storm-1152
        "#]],
    );
}

#[test]
fn a_list_of_values_is_recognised_value_by_value() {
    check(
        "shop.example.com\n198.51.100.7\n2001:db8::/48\nhxxps://x.example/a\nseller@example.org\n\
         d41d8cd98f00b204e9800998ecf8427e\nAS64500\n+12025550123\nno idea\n# a remark\n",
        &expect![[r#"
            domain-name shop.example.com
            indicator [domain-name:value = 'shop.example.com']
            observed-data
            indicator [domain-name:value = 'shop.example.com'] based-on observed-data
            ipv4-addr 198.51.100.7
            indicator [ipv4-addr:value = '198.51.100.7']
            observed-data
            indicator [ipv4-addr:value = '198.51.100.7'] based-on observed-data
            ipv6-addr 2001:db8::/48
            indicator [ipv6-addr:value ISSUBSET '2001:db8::/48']
            observed-data
            indicator [ipv6-addr:value ISSUBSET '2001:db8::/48'] based-on observed-data
            url https://x.example/a
            indicator [url:value = 'https://x.example/a']
            observed-data
            indicator [url:value = 'https://x.example/a'] based-on observed-data
            email-addr seller@example.org
            indicator [email-addr:value = 'seller@example.org']
            observed-data
            indicator [email-addr:value = 'seller@example.org'] based-on observed-data
            file
            indicator [file:hashes.MD5 = 'd41d8cd98f00b204e9800998ecf8427e']
            observed-data
            indicator [file:hashes.MD5 = 'd41d8cd98f00b204e9800998ecf8427e'] based-on observed-data
            autonomous-system
            indicator [autonomous-system:number = 64500]
            observed-data
            indicator [autonomous-system:number = 64500] based-on observed-data
            user-account +12025550123
            indicator [user-account:account_type = 'phone' AND user-account:user_id = '+12025550123']
            observed-data
            indicator [user-account:account_type = 'phone' AND user-account:user_id = '+12025550123'] based-on observed-data
            refused 9 value: it cannot be told what this is (no idea)
        "#]],
    );
}

#[test]
fn a_bad_row_is_told_of_with_line_and_column_and_the_others_are_taken() {
    check(
        "type,value,first_seen,confidence,tlp\n\
         domain,a.example,never,70,amber\n\
         domain,b.example,2024-05-01,170,amber\n\
         domain,c.example,2024-05-01,70,purple\n\
         sha256,d41d8cd98f00b204e9800998ecf8427e,2024-05-01,70,green\n\
         rocket,d.example,2024-05-01,70,green\n\
         domain,,2024-05-01,70,green\n\
         domain,e.example,2024-05-01,70,green\n",
        &expect![[r#"
            domain-name e.example
            indicator [domain-name:value = 'e.example']
            observed-data
            indicator [domain-name:value = 'e.example'] based-on observed-data
            refused 2 first_seen: this is no first_seen (never)
            refused 3 confidence: this is no confidence (170)
            refused 4 tlp: this is no tlp (purple)
            refused 5 value: hashes.SHA-256: this is no SHA-256 (d41d8cd98f00b204e9800998ecf8427e)
            refused 6 value: it cannot be told what this is (d.example)
            refused 7 value: this is no value (domain |  | 2024-05-01 | 70 | green)
        "#]],
    );
}

#[test]
fn a_quote_is_a_version_of_its_offer_and_the_price_history_is_its_versions() {
    let text = "shop,seller,good,platform,tier,price,currency,per,stock,live_time_hours_min,live_time_hours_max,quoted\n\
        shop.example,,account,mail.example,plain,2.2,usd,1000,500,24,30,2023-11-30\n\
        shop.example,,account,mail.example,plain,1.9,usd,1000,700,24,30,2023-10-30\n\
        shop.example,,account,mail.example,plain,5,usd,1000,700,24,30,2023-10-30\n\
        shop.example,ann,account,mail.example,trusted,x,usd,1000,7,24,30,2023-10-30\n\
        ,,account,mail.example,trusted,1,usd,1000,7,24,30,2023-10-30\n";
    check(
        text,
        &expect![[r#"
        identity Dragnet
        infrastructure shop.example
        offer mail.example, account, plain
        infrastructure shop.example sells offer mail.example, account, plain
        offer mail.example, account, plain
        refused 4 row: it was said already, of the same time, and differently (shop.example |  | account | mail.example | plain | 5 | usd | 1000 | 700 | 24 | 30 | 2023-10-30)
        refused 5 price: this is no price (x)
        refused 6 shop: this is no shop ( |  | account | mail.example | trusted | 1 | usd | 1000 | 7 | 24 | 30 | 2023-10-30)
        note offers: 2
    "#]],
    );
    let taken = import::read(text.as_bytes(), &options()).unwrap();
    let offers = taken.objects.iter().filter(|object| object.type_name() == "offer");
    let versions: Vec<_> = offers
        .map(|offer| {
            let (head, properties) = (offer.head(), offer.properties());
            let price = &properties["price"];
            format!("{} {} {price}", head.created.unwrap(), head.modified.unwrap())
        })
        .collect();
    expect![[r#"
        2023-10-30T00:00:00.000Z 2023-11-30T00:00:00.000Z {"amount":2.2,"currency":"USD","per":1000}
        2023-10-30T00:00:00.000Z 2023-10-30T00:00:00.000Z {"amount":1.9,"currency":"USD","per":1000}"#]].assert_eq(&versions.join("\n"));
}

#[test]
fn a_listing_says_of_which_sort_and_country_an_account_is_and_nothing_of_persons() {
    let text = "description,available,price,sn\n\
        Авторег ВК [SIM +62] - Жен. заполненые живут отлично,4,14.9,vk\n\
        \"Неактив/Ретрив, без привязки к телефону\",14829,9.9,vk\n\
        Авторег (Номер:Пароль) актив. RU номер,157,19.9,vk\n\
        Авторег микс RU и UKR https://vk.example/somebody,1,9,vk\n\
        Авторег,many,9,vk\n";
    let mut options = options();
    options.currency = "RUB".to_owned();
    let taken = import::read(text.as_bytes(), &options).unwrap();
    let offers = taken.objects.iter().filter(|object| object.type_name() == "offer");
    let said: String = offers
        .map(|offer| {
            let properties = offer.properties();
            format!("{} {} {}\n", properties["labels"], properties["price"], properties["stock"])
        })
        .collect();
    expect![[r#"
        ["autoreg","filled","long-lived","country:ID"] {"amount":14.9,"currency":"RUB"} 4
        ["retrieved","inactive","no-phone"] {"amount":9.9,"currency":"RUB"} 14829
        ["autoreg","login-by-phone","active","country:RU"] {"amount":19.9,"currency":"RUB"} 157
        ["autoreg"] {"amount":9.0,"currency":"RUB"} 1
    "#]]
    .assert_eq(&said);
    expect![[r#"
        identity Dragnet
        infrastructure partner
        offer Авторег ВК [SIM +62] - Жен. заполненые живут отлично
        infrastructure partner sells offer Авторег ВК [SIM +62] - Жен. заполненые живут отлично
        offer Неактив/Ретрив, без привязки к телефону
        infrastructure partner sells offer Неактив/Ретрив, без привязки к телефону
        offer Авторег (Номер:Пароль) актив. RU номер
        infrastructure partner sells offer Авторег (Номер:Пароль) актив. RU номер
        offer Авторег микс RU и UKR (link)
        infrastructure partner sells offer Авторег микс RU и UKR (link)
        refused 6 available: this is no available (many)
        note offers: 4
    "#]]
    .assert_eq(&shown(&taken));
}

#[test]
fn an_import_that_is_repeated_says_nothing_new() {
    let text = "type,value,comment\ndomain,a.example,first\ndomain,b.example,first\n";
    let first = import::read(text.as_bytes(), &options()).unwrap().objects;
    let known: BTreeMap<_, _> =
        first.iter().map(|object| (object.id().clone(), vec![object.clone()])).collect();
    let mut later = options();
    later.created = "2026-11-03T00:00:00.000Z".parse().unwrap();
    let again = import::read(text.as_bytes(), &later).unwrap().objects;
    assert_eq!(anew(again, &known), []);

    let text = "type,value,first_seen,comment\ndomain,a.example,2024-01-01,first\n";
    let known: BTreeMap<_, _> = import::read(text.as_bytes(), &options())
        .unwrap()
        .objects
        .into_iter()
        .map(|object| (object.id().clone(), vec![object]))
        .collect();
    assert_eq!(anew(import::read(text.as_bytes(), &later).unwrap().objects, &known), []);
    let changed = import::read(text.replace(",first\n", ",second\n").as_bytes(), &later).unwrap();
    let versions = anew(changed.objects, &known);
    assert_eq!(versions.len(), 1);
    let head = versions[0].head();
    assert!(head.created.unwrap() < head.modified.unwrap());
}

#[test]
fn two_that_describe_one_actor_do_not_take_turns() {
    let options = |day: u32| import::Options {
        created: format!("2026-11-{day:02}T00:00:00.000Z").parse().unwrap(),
        ..options()
    };
    let galaxy = r#"{"name":"Threat Actor","type":"threat-actor","uuid":"6e2a3b90-5f4b-4b2f-9a55-0b3a2f9a2d11","values":[{"value":"Storm-1","uuid":"0b7c1a8e-7c1e-4f0e-8e34-1c2d3e4f5a6b","description":"By one.","meta":{"synonyms":["A"]}}]}"#;
    let other = galaxy.replace("By one.", "By the other.").replace("\"A\"", "\"B\"");
    let third = galaxy.replace("By one.", "By a third.").replace("\"A\"", "\"C\"");
    let mut known: BTreeMap<stix::Id, Vec<stix::Object>> = BTreeMap::new();
    let mut added = Vec::new();
    for day in 1..8 {
        let text = [galaxy, &other, &third][(day as usize - 1) % 3];
        let taken = import::read(text.as_bytes(), &options(day)).unwrap();
        let new = anew(taken.objects, &known);
        added.push(
            new.iter()
                .filter(|one| {
                    one.type_name() == "intrusion-set" || one.type_name() == "threat-actor"
                })
                .count(),
        );
        for object in new {
            known.entry(object.id().clone()).or_default().push(object);
        }
    }
    assert_eq!(added, [1, 1, 1, 0, 0, 0, 0]);
    let actor = known.values().find(|versions| versions.len() == 3).unwrap();
    let last = actor[2].properties();
    assert_eq!(last["description"], "By a third.");
    for alias in ["A", "B", "C"] {
        assert!(last["aliases"].as_array().unwrap().iter().any(|one| one == alias), "{alias}");
    }
}

#[test]
fn formats_are_recognised_by_content() {
    let of = |text: &str| import::recognise(text.as_bytes()).map_or("none", Format::name);
    let texts = [
        r#"{"type":"bundle","objects":[]}"#,
        r#"{"type":"bundle","id":"bundle--"#,
        r#"{"Event":{"info":"x"}}"#,
        r#"[{"Event":{"info":"x"}}]"#,
        r#"{"response":[]}"#,
        r#"{"values":[],"type":"tool"}"#,
        r#"[{"Threat actor name":"A"}]"#,
        "type;value\ndomain;a.example\n",
        "a.example\n",
        "shop\tgood\tprice\n",
        "descr,price\n",
        "dataset,NBQ,price\n",
        "once upon a time\n",
        "",
        "[]",
    ];
    let said: String =
        texts.iter().map(|text| format!("{}: {}\n", of(text), text.trim())).collect();
    expect![[r#"
        stix: {"type":"bundle","objects":[]}
        stix: {"type":"bundle","id":"bundle--
        misp: {"Event":{"info":"x"}}
        misp: [{"Event":{"info":"x"}}]
        misp: {"response":[]}
        galaxy: {"values":[],"type":"tool"}
        name-mapping: [{"Threat actor name":"A"}]
        indicators: type;value
        domain;a.example
        indicators: a.example
        offers: shop	good	price
        listings: descr,price
        listings: dataset,NBQ,price
        none: once upon a time
        none: 
        none: []
    "#]]
    .assert_eq(&said);
}
