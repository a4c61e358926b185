//! Addresses, numbers and words for "nothing", as logs write them.

use crate::reading::{check, options, read_bytes, story, stream};
use expect_test::expect;
use std::sync::Arc;

fn column(name: &str, values: &[&str]) -> String {
    let rows = values.iter().map(|value| format!("a,1706695200,\"{value}\"\n"));
    let text = format!("account_id,timestamp,{name}\n{}", rows.collect::<String>());
    let story = story(text, &options(&[]));
    story.replace("a 2024-01-31T10:00:00Z", "").replace(":  ", ": ")
}

#[test]
fn addresses_with_ports_brackets_zones_and_chains() {
    let values = [
        "192.0.2.1",
        " 192.0.2.1:5678 ",
        "2001:DB8::1",
        "[2001:db8::1]",
        "[2001:db8::1]:443",
        "fe80::1%eth0",
        "::ffff:192.0.2.1",
        "[::ffff:c000:201]:80",
        "192.0.2.1/32",
        "2001:db8::1/128",
        "192.0.2.1, 198.51.100.7, 10.0.0.1",
        "192.0.2.1:port",
        "192.0.2.0/24",
        "192.0.2.256",
        "localhost",
    ];
    expect![[r#"
        2: ip=192.0.2.1
        3: ip=192.0.2.1
        4: ip=2001:db8::1
        5: ip=2001:db8::1
        6: ip=2001:db8::1
        7: ip=fe80::1
        8: ip=192.0.2.1
        9: ip=192.0.2.1
        10: ip=192.0.2.1
        11: ip=2001:db8::1
        12: ip=192.0.2.1
        13: 
        14: 
        15: 
        16: 
        Field set aside, line 13: ip: not an IP address
        Field set aside, line 14: ip: not an IP address
        Field set aside, line 15: ip: not an IP address
        Field set aside, line 16: ip: not an IP address
    "#]]
    .assert_eq(&column("ip", &values));
}

#[test]
fn as_numbers() {
    let values =
        ["13335", "AS13335", "as13335", "AS13335 Example Net", "13335.0", "0", "ASX", "é1"];
    expect![[r#"
        2: asn=13335
        3: asn=13335
        4: asn=13335
        5: asn=13335
        6: asn=13335
        7: 
        8: 
        9: 
        Field set aside, line 8: asn: not an AS number
        Field set aside, line 9: asn: not an AS number
    "#]]
    .assert_eq(&column("asn", &values));
}

#[test]
fn words_for_nothing() {
    let words = ["", "  ", "-", "null", "NULL", "None", "N/A", "\\N", "nan", "<NA>", "undefined"];
    for name in ["email", "phone", "ip", "username", "captcha_solve_ms", "user_agent", "colour"] {
        let story = column(name, &words);
        assert!(!story.contains("set aside") && !story.contains('='), "{name}: {story}");
    }
    // A person may be called so all the same.
    assert!(column("username", &["nullius"]).contains("username=nullius"));
}

#[test]
fn solve_times() {
    let values = ["8123", "8123.4", "-5", "1e12", "fast"];
    expect![[r#"
        2: solved=8123
        3: solved=8123
        4: 
        5: 
        6: 
        Field set aside, line 4: captcha_solve_ms: not a number of milliseconds
        Field set aside, line 5: captcha_solve_ms: not a number of milliseconds
        Field set aside, line 6: captcha_solve_ms: not a number of milliseconds
    "#]]
    .assert_eq(&column("captcha_solve_ms", &values));
}

#[test]
fn every_column_of_the_record() {
    check(
        "event_id,account_id,timestamp,ip,asn,country,email,username,display_name,phone,user_agent,accept_language,device_id,fingerprint,ja4,captcha_provider,captcha_issue_ts,captcha_solve_ms,captcha_issue_ip,captcha_redeem_ip,referrer\n\
         e1,a1,2024-01-31T10:00:00Z,192.0.2.1,64500,vn,A@Example.org,Nguyễn,Nguyễn   Văn  A,+4915112345678,\"Mozilla/5.0 (X11, like)\",VI-vn,d1,f1,t13d1516h2_8daaf6152771_b186095e22b6,hcaptcha,1706695190,9500,192.0.2.2,192.0.2.1,https://example.org/?a=1\n",
        expect![[r#"
            2: a1 2024-01-31T10:00:00Z event=e1 ip=192.0.2.1 asn=64500 country=VN email=a@example.org username=Nguyễn name=Nguyễn Văn A phone=4915112345678 agent=Mozilla/5.0 (X11, like) language=vi-vn device=d1 fingerprint=f1 ja4=t13d1516h2_8daaf6152771_b186095e22b6 captcha=hcaptcha issued=2024-01-31T09:59:50Z solved=9500 issue_ip=192.0.2.2 redeem_ip=192.0.2.1 referrer=https://example.org/?a=1
        "#]],
    );
}

#[test]
fn equal_user_agents_share_one_value() {
    let text = "account_id,timestamp,ua\na,1706695200,x/1\nb,1706695200,y/1\nc,1706695200,x/1\n";
    let all = read_bytes(stream(text), &options(&[])).unwrap().all.signups;
    let agent = |row: usize| all[row].user_agent.clone().unwrap();
    assert!(Arc::ptr_eq(&agent(0), &agent(2)));
    assert!(!Arc::ptr_eq(&agent(0), &agent(1)));
}
