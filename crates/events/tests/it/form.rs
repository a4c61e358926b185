//! Sign-ups that come one by one: other senders' fields, what is missing, what is wrong.

use events::read::{Form, Options};
use expect_test::{Expect, expect};

const NOW_MS: i64 = 1_709_258_400_000;

fn check(map: &[(&str, &str)], text: &str, expected: Expect) {
    let map = map.iter().map(|(x, y)| ((*x).to_owned(), (*y).to_owned())).collect();
    let form = Form::new(&Options { map, ..Options::default() }).expect("it is a form");
    let account = |line: u64| format!("before-{line}");
    let batch = form.read(text.as_bytes(), 1, NOW_MS, Some(&account));
    let mut told = String::new();
    for signup in &batch.signups {
        let email = signup.email.as_ref().map(|email| email.domain().to_owned());
        told += &format!(
            "{} {} {:?} {email:?}\n",
            signup.account_id.as_str(),
            signup.time_ms - NOW_MS,
            signup.ip
        );
    }
    for rejected in &batch.rejected {
        told += &format!("{} {:?}: {}\n", rejected.line, rejected.field, rejected.reason);
    }
    for (name, count) in &batch.late {
        told += &format!("not kept: {name} ({count})\n");
    }
    expected.assert_eq(&told);
}

#[test]
fn the_records_own_names_and_the_usual_others() {
    check(
        &[],
        "{\"account_id\":\"u-1\",\"timestamp\":\"2024-03-01T02:00:01Z\",\"ip_address\":\"198.51.100.7\"}\n\
         {\"account_id\":\"u-2\",\"email\":\"mira@example.com\",\"shoe_size\":\"41\"}\n\
         {\"email\":\"ada@example.org\",\"ip\":\"many\"}\n\
         {\"account_id\":\"u-4\",\"timestamp\":\"soon\"}\n\
         [1]\n{",
        expect![[r#"
            u-1 1000 Some(198.51.100.7) None
            u-2 0 None Some("example.com")
            before-3 0 None Some("example.org")
            3 Some("ip"): not an IP address
            4 Some("timestamp"): not a time that is understood
            5 None: not a JSON object
            6 None: the JSON ends too early
            not kept: shoe_size (1)
        "#]],
    );
}

#[test]
fn another_senders_fields() {
    check(
        &[("account_id", "user.id"), ("email", "/user/email"), ("ip", "context.ip")],
        "{\"event\":\"$registration\",\"user\":{\"id\":\"u-1\",\"email\":\"mira@example.com\"},\"context\":{\"ip\":\"198.51.100.7\"}}",
        expect![[r#"
            u-1 0 Some(198.51.100.7) Some("example.com")
            not kept: event (1)
        "#]],
    );
}
