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
        &expect![[""]],
    );
}

#[test]
fn a_list_of_values_is_recognised_value_by_value() {
    check(
        "shop.example.com\n198.51.100.7\n2001:db8::/48\nhxxps://x.example/a\nseller@example.org\n\
         d41d8cd98f00b204e9800998ecf8427e\nAS64500\n+12025550123\nno idea\n# a remark\n",
        &expect![[""]],
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
        &expect![[""]],
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
    check(text, &expect![[""]]);
    let taken = import::read(text.as_bytes(), &options()).unwrap();
    let offers = taken.objects.iter().filter(|object| object.type_name() == "offer");
    let versions: Vec<_> = offers
        .map(|offer| {
            let (head, properties) = (offer.head(), offer.properties());
            let price = &properties["price"];
            format!("{} {} {price}", head.created.unwrap(), head.modified.unwrap())
        })
        .collect();
    expect![[""]].assert_eq(&versions.join("\n"));
}

#[test]
fn a_listing_says_of_which_sort_and_country_an_account_is_and_nothing_of_persons() {
    let text = "description,available,price,sn\n\
        Авторег ВК [SIM +62] - Жен. заполненые живут отлично,4,14.9,vk\n\
        \"Неактив/Ретрив, без привязки к телефону\",14829,9.9,vk\n\
        Авторег (Номер:Пароль) актив. RU номер,157,19.9,vk\n\
        Авторег микс RU и UKR,1,9,vk\n\
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
    expect![[""]].assert_eq(&said);
    expect![[""]].assert_eq(&shown(&taken));
}

#[test]
fn an_import_that_is_repeated_says_nothing_new() {
    let text = "type,value,comment\ndomain,a.example,first\ndomain,b.example,first\n";
    let first = import::read(text.as_bytes(), &options()).unwrap().objects;
    let known: BTreeMap<_, _> =
        first.iter().map(|object| (object.id().clone(), object.clone())).collect();
    let mut later = options();
    later.created = "2026-11-03T00:00:00.000Z".parse().unwrap();
    let again = import::read(text.as_bytes(), &later).unwrap().objects;
    assert_eq!(anew(again, &known), []);

    let text = "type,value,first_seen,comment\ndomain,a.example,2024-01-01,first\n";
    let known: BTreeMap<_, _> = import::read(text.as_bytes(), &options())
        .unwrap()
        .objects
        .into_iter()
        .map(|object| (object.id().clone(), object))
        .collect();
    assert_eq!(anew(import::read(text.as_bytes(), &later).unwrap().objects, &known), []);
    let changed = import::read(text.replace(",first\n", ",second\n").as_bytes(), &later).unwrap();
    let versions = anew(changed.objects, &known);
    assert_eq!(versions.len(), 1);
    let head = versions[0].head();
    assert!(head.created.unwrap() < head.modified.unwrap());
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
    expect![[""]].assert_eq(&said);
}
