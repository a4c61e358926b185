//! What the graph is asked: ways, changes, trends, the trade. The same question has the
//! same answer, to the byte, and an answer in words fits a terminal.

use super::{NOW, answer, bundle, count, object, with_world};
use expect_test::expect;
use serde_json::json;

/// Columns of a terminal where nobody says how many.
const COLUMNS: usize = 80;

#[test]
fn answers_are_json_alike_twice_and_fit_a_terminal() {
    let room = with_world();
    let asked: [&[&str]; 11] = [
        &["intel", "show"],
        &["intel", "show", "Storm-1152"],
        &["intel", "show", "Dragnet", "--limit", "500"],
        &["intel", "show", "--trade"],
        &["intel", "show", "--shared"],
        &["intel", "show", "--conflicts"],
        &["intel", "path", "Storm-1152", "Octo Tempest"],
        &["intel", "path", "Cluster-0001", "Storm-1152", "--longest", "8"],
        &["intel", "trends", "--now", "2024-06-01", "--window", "10d", "--all"],
        &["intel", "diff", "2024-01-01", "--now", NOW],
        &["intel", "log"],
    ];
    for args in asked {
        let json = [args, &["--json"]].concat();
        let (one, two) = (room.run(&json), room.run(&json));
        answer(&one);
        assert_eq!(one.out, two.out, "{args:?}");
        let words = room.run(args);
        for line in words.ok().out.lines() {
            assert!(console::measure_text_width(line) <= COLUMNS, "{args:?}: {line}");
            assert_eq!(line.trim_end(), line, "{args:?} ends a line in blanks");
        }
    }
}

#[test]
fn a_way_from_one_to_another() {
    let room = super::with_case();
    room.run(&["intel", "path", "Octo Tempest", "rockcaptcha.com", "--limit", "1"]).ok();
    let said = room.run(&["intel", "path", "Octo Tempest", "Viet Nam"]);
    expect![[r#"
        Octo Tempest  2 steps
          ─ buys from → Storm-1152  intrusion-set  confidence high (85), source B2
          ─ originates from → Viet Nam  location
              likely (55–80 %), confidence medium (50), source B3
    "#]]
    .assert_eq(&said.ok().out);
    let said = room.run(&["intel", "path", "Octo Tempest", "Viet Nam", "--longest", "1"]);
    expect![[r#"
        no way from Octo Tempest to Viet Nam
    "#]]
    .assert_eq(&said.ok().out);
}

#[test]
fn the_trade_and_what_several_use() {
    let room = super::with_case();
    expect![[r#"
        17 offers
          Image challenge, highest price at Other solving services: 0.0010 USD each
          Image challenge, lowest price at Other solving services: 0.0005 USD each
          Interactive challenge at Other solving services: 0.0030 USD each
          Plain mail account, highest price at Other account shops: 0.0030 USD each,
          lives 3 h, 1.00 USD per 1,000 live hours
          Plain mail account, lowest price at Other account shops: 0.0015 USD each,
          lives 3 h, 0.50 USD per 1,000 live hours
          Trusted mail account, highest price at Other account shops: 0.0200 USD each
          Trusted mail account, lowest price at Other account shops: 0.0100 USD each
          Solved challenges at 1stcaptcha.com by Storm-1152: price not known
          Solved challenges at rockcaptcha.com by Storm-1152: price not known
          Solved challenges at anycaptcha.com by Storm-1152: price not known
          Solved challenges at nonecaptcha.com by Storm-1152: price not known
          Mail account, country domains at hotmailbox.me by Storm-1152: price not known
          and 5 more

        15 deals
          Octo Tempest buys from Storm-1152
          Storm-0455 buys from Storm-1152
          Storm-0252 buys from Storm-1152
          Other buyers buys from Storm-1152
          Social and video pages markets 1stcaptcha.com
          Social and video pages markets anycaptcha.com
          Social and video pages markets nonecaptcha.com
          Social and video pages markets hotmailbox.me
          rockcaptcha.com succeeds 1stcaptcha.com
          rockcaptcha.com succeeds anycaptcha.com
          rockcaptcha.com succeeds nonecaptcha.com
          1stcaptcha.com supplies Storm-1152
          and 3 more

        Who does what
          Three named defendants: account-creator, money-handler, seller, solver,
          tool-maker
          1stcaptcha.com: seller, solver
          Social and video pages: marketer
          rockcaptcha.com: seller, solver
          Other solving services: seller, solver
          anycaptcha.com: seller, solver
          nonecaptcha.com: seller, solver
          Solving fleet: solver
          hotmailbox.me: seller
          Other account shops: seller
          Octo Tempest: buyer
          Storm-0455: buyer
          and 4 more
    "#]]
    .assert_eq(&room.run(&["intel", "show", "--trade"]).ok().out);
    expect![[r#"
        nothing is known to be used by more than one actor
    "#]]
    .assert_eq(&room.run(&["intel", "show", "--shared"]).ok().out);
}

#[test]
fn a_price_that_doubled_is_a_trend() {
    let room = super::Room::new();
    let mut rows = "shop,good,platform,price,currency,per,stock,quoted\n".to_owned();
    for shop in 1..=8 {
        for (day, price) in [(3, 2.5), (9, 2.5), (15, 5.1), (21, 5.2)] {
            let price = price + f64::from(shop) / 50.0;
            rows += &format!(
                "shop-{shop}.example,account,mail.example,{price:.2},USD,1000,,2024-01-{day:02}\n"
            );
        }
    }
    room.write("offers.csv", rows);
    room.at("2024-02-01", &["intel", "import", "offers.csv"]).ok();
    let asked = ["intel", "trends", "--now", "2024-01-25", "--window", "12d"];
    let said = room.run(&asked);
    expect![[r#"
        12 d before 2024-01-13 00:00 against 12 d from then on; 1 series looked at

        Growing
          account, mail.example, USD, price
              0.0026 → 0.0052, × 2.02 (2.00 to 2.04), q = 0.008

        × is how many times as much, with its 95 % interval; q the share of such changes
        that chance makes. --json says how each was tested, and by which objects.
    "#]]
    .assert_eq(&said.ok().out);
    let before = room.run(&["intel", "trends", "--now", "2024-01-13", "--window", "6d"]);
    assert!(before.ok().out.contains("nothing changed more than chance"), "{}", before.out);
    room.run(&["intel", "trends", "--window", "7d", "--period", "2d"]).failed(2, &["--period 2d"]);
    room.run(&["intel", "trends", "--window", "soon"]).failed(2, &["--window soon"]);
    room.run(&["intel", "trends", "--window", "90d", "--period", "1h", "--now", "x"])
        .failed(2, &[]);
}

#[test]
fn changes_since_a_time() {
    let room = super::with_case();
    room.run(&["intel", "diff", "soon"]).failed(2, &["soon"]);
    room.run(&["intel", "diff", "7d", "--by", "name"]).failed(2, &["arrival", "object-time"]);
    let said = room.at(NOW, &["intel", "diff", "2027-01-01"]);
    assert_eq!(said.ok().out, "nothing came since 2027-01-01 00:00:00\n");
    let by_object = ["intel", "diff", "2027-01-01", "--by", "object-time"];
    assert_eq!(room.at(NOW, &by_object).ok().out, "nothing changed since 2027-01-01 00:00:00\n");
    let all = answer(&room.at(NOW, &["intel", "diff", "1h", "--json"]));
    let new = all["new"].as_array().unwrap();
    assert_eq!((new.len() as u64, &all["by"]), (count(&room), &json!("arrival")));
    // A day later comes what is months old, a version of what was here, and one before it.
    let later = "2026-11-06T09:00:00Z";
    let market = |modified: &str, name: &str| {
        object("intrusion-set", 2, json!({ "name": name, "modified": modified }))
    };
    room.write("known.json", bundle(&[market("2026-06-01T00:00:00.000Z", "Old market")]));
    room.at(NOW, &["intel", "import", "known.json"]).ok();
    let shop = object("intrusion-set", 1, json!({ "name": "Shop" }));
    let domain = json!({
        "type": "domain-name", "spec_version": "2.1", "value": "shop.example.com",
        "id": "domain-name--bedb4899-d24b-5401-bc86-8f6b4cc18ec7",
    });
    let newer = market("2026-11-06T08:00:00.000Z", "Market");
    room.write("later.json", bundle(&[shop, domain, newer]));
    room.at(later, &["intel", "import", "later.json"]).ok();
    let said = room.at(later, &["intel", "diff", "2h"]);
    expect![[r#"
        2 new
          2026-11-06 09:00  shop.example.com  domain-name
          2026-11-06 09:00  Shop  intrusion-set
        1 changed
          2026-11-06 09:00  Market  intrusion-set  name
    "#]]
    .assert_eq(&said.ok().out);
    let said = room.at(later, &["intel", "diff", "2h", "--by", "object-time"]);
    expect![[r#"
        1 changed
          2026-11-06 08:00  Market  intrusion-set  name
    "#]]
    .assert_eq(&said.ok().out);
    // An older version that comes later changes nothing that is shown, and is told.
    room.write("older.json", bundle(&[market("2026-05-01T00:00:00.000Z", "A market")]));
    let older = "2026-11-07T09:00:00Z";
    room.at(older, &["intel", "import", "older.json"]).ok();
    let said = room.at(older, &["intel", "diff", "2h", "--json"]);
    expect![[r#"
        {
          "by": "arrival",
          "changed": [
            {
              "at": "2026-11-07T09:00:00.000000Z",
              "id": "intrusion-set--00000000-0000-4000-8000-000000000002",
              "name": "Market",
              "versions": 1
            }
          ],
          "merged": [],
          "new": [],
          "revoked": [],
          "since": "2026-11-07T07:00:00.000Z"
        }
    "#]]
    .assert_eq(&said.ok().out);
}
