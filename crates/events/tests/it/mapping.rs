//! Which column is taken for what, and what a user is told about it.

use crate::reading::{options, read_bytes, story, stream};
use expect_test::{Expect, expect};

fn check_columns(header: &str, map: &[(&str, &str)], expected: Expect) {
    let width = header.split(',').count();
    let text = format!("{header}\n{}\n", vec!["x"; width].join(","));
    let found = match read_bytes(stream(text), &options(map)) {
        Ok(reading) => reading.mapping,
        Err(error) => format!("error: {error}"),
    };
    expected.assert_eq(&found);
}

#[test]
fn canonical_names_in_any_dress() {
    check_columns(
        "Account ID,TIME-STAMP,user_agent,acceptLanguage,JA4,captcha_redeem_ip",
        &[],
        expect![[r#"
            account_id ← Account ID (exact)
            timestamp ← TIME-STAMP (exact)
            user_agent ← user_agent (exact)
            accept_language ← acceptLanguage (exact)
            ja4 ← JA4 (exact)
            captcha_redeem_ip ← captcha_redeem_ip (exact)
        "#]],
    );
}

#[test]
fn other_names_for_the_same() {
    check_columns(
        "uid,registered_at,X-Forwarded-For,as_number,geo_country,mail,screen_name,full_name,msisdn,ua,lang,visitor_id,ja4_fingerprint,EVENT_ID",
        &[],
        expect![[r#"
            account_id ← uid (alias)
            timestamp ← registered_at (alias)
            ip ← X-Forwarded-For (alias)
            asn ← as_number (alias)
            country ← geo_country (alias)
            email ← mail (alias)
            username ← screen_name (alias)
            display_name ← full_name (alias)
            phone ← msisdn (alias)
            user_agent ← ua (alias)
            accept_language ← lang (alias)
            fingerprint ← visitor_id (alias)
            ja4 ← ja4_fingerprint (alias)
            event_id ← EVENT_ID (exact)
        "#]],
    );
}

#[test]
fn the_better_name_wins_and_the_other_is_kept() {
    check_columns(
        "id,user_id,date,created_at,updated_at,billing.email,email",
        &[],
        expect![[r#"
            extra ← id
            account_id ← user_id (alias)
            extra ← date
            timestamp ← created_at (alias)
            extra ← updated_at
            extra ← billing.email
            email ← email (exact)
        "#]],
    );
}

#[test]
fn outcomes_are_kept_and_marked() {
    check_columns(
        "user_id,created_at,class,EVENT_LABEL,is_fraud,banned_at,campaign_id,colour,colour",
        &[],
        expect![[r#"
            account_id ← user_id (alias)
            timestamp ← created_at (alias)
            extra ← class (an outcome: never a signal)
            extra ← EVENT_LABEL (an outcome: never a signal)
            extra ← is_fraud (an outcome: never a signal)
            extra ← banned_at (an outcome: never a signal)
            extra ← campaign_id (an outcome: never a signal)
            extra ← colour
            extra ← colour
        "#]],
    );
}

#[test]
fn the_user_has_the_first_word() {
    check_columns(
        "user_id,created_at,nick,email",
        &[("account_id", "email"), ("TIMESTAMP", "Created_At"), ("display_name", "nick")],
        expect![[r#"
            extra ← user_id
            timestamp ← created_at (map)
            display_name ← nick (map)
            account_id ← email (map)
            email ← email (exact)
        "#]],
    );
}

#[test]
fn a_missing_required_column_is_named_with_what_there_is() {
    check_columns(
        "colour,created_at,size",
        &[],
        expect![
            "error: no column is known to be `account_id`; the columns are: colour, created_at, size. Say which one it is with `--map account_id=COLUMN`"
        ],
    );
    let many = (0..40).map(|n| format!("c{n}")).collect::<Vec<_>>().join(",");
    check_columns(
        &many,
        &[],
        expect![
            "error: no column is known to be `timestamp`; the columns are: c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15, c16, c17, c18, c19, c20, c21, c22, c23, c24, c25, c26, c27, c28, c29 and 10 more. Say which one it is with `--map timestamp=COLUMN`"
        ],
    );
}

#[test]
fn a_slip_in_the_users_word_is_told() {
    check_columns(
        "user_id,created_at",
        &[("emial", "mail")],
        expect![
            "error: `--map emial=…`: the record has no column `emial`; it has: event_id, account_id, timestamp, ip, asn, country, email, username, display_name, phone, user_agent, accept_language, device_id, fingerprint, ja4, captcha_provider, captcha_issue_ts, captcha_solve_ms, captcha_issue_ip, captcha_redeem_ip, referrer"
        ],
    );
    check_columns(
        "user_id,created_at",
        &[("email", "mail")],
        expect![
            "error: `--map email=mail`: there is no column `mail`; the columns are: user_id, created_at"
        ],
    );
}

#[test]
fn without_an_account_column_each_event_is_its_own_account() {
    let text = "ip_address,email_address,EVENT_TIMESTAMP,EVENT_LABEL\n\
        192.0.2.1,a@example.org,2024-01-31T10:00:00Z,legit\n\
        192.0.2.2,b@example.org,2024-01-31T10:00:01Z,fraud\n";
    let reading = read_bytes(stream(text), &options(&[])).unwrap();
    expect![[r#"
        ip ← ip_address (alias)
        email ← email_address (alias)
        timestamp ← EVENT_TIMESTAMP (alias)
        extra ← EVENT_LABEL (an outcome: never a signal)
        note: no column holds the account: each row is taken for one account and named after its line (`row-LINE`); `--map account_id=COLUMN` names a column instead
        2: row-2 2024-01-31T10:00:00Z ip=192.0.2.1 email=a@example.org [EVENT_LABEL]=legit
        3: row-3 2024-01-31T10:00:01Z ip=192.0.2.2 email=b@example.org [EVENT_LABEL]=fraud
    "#]]
    .assert_eq(&(reading.mapping.clone() + &reading.story()));
    // The lines of a second input do not meet those of the first.
    let mut second = options(&[]);
    second.input = 1;
    let reading = read_bytes(stream(text), &second).unwrap();
    assert_eq!(reading.all.signups[0].account_id.as_str(), "row-2-2");
}

#[test]
fn without_a_row_of_names_the_columns_can_be_mapped_by_place() {
    let text = "a1,2024-01-31T10:00:00Z,a@example.org,192.0.2.1,17,blue,\n\
        a2,2024-01-31T10:00:01Z,b@example.org,192.0.2.2,18,red,\n";
    expect![[r#"
        error: the first row looks like values, not column names (column-1: text, column-2: a time, column-3: an e-mail address, column-4: an IP address, column-5: a number, column-6: text, column-7: empty); add a row of names, or name the columns by place, such as `--map account_id=column-1,timestamp=column-2`
    "#]]
    .assert_eq(&story(text, &options(&[])));
    let map = [("account_id", "column-1"), ("timestamp", "column-2"), ("email", "column-3")];
    expect![[r#"
        1: a1 2024-01-31T10:00:00Z email=a@example.org [column-4]=192.0.2.1 [column-5]=17 [column-6]=blue
        2: a2 2024-01-31T10:00:01Z email=b@example.org [column-4]=192.0.2.2 [column-5]=18 [column-6]=red
    "#]]
    .assert_eq(&story(text, &options(&map)));
}

#[test]
fn a_run_has_one_list_of_extra_columns() {
    let mut options = options(&[]);
    options.extra = vec!["wanted".into(), "b".into()];
    let text = "account_id,timestamp,a,b\nx,1706695200,1,2\n";
    let reading = read_bytes(stream(text), &options).unwrap();
    assert_eq!(reading.extra, ["wanted", "b", "a"]);
    assert_eq!(reading.story(), "2: x 2024-01-31T10:00:00Z [a]=1 [b]=2\n");
}
