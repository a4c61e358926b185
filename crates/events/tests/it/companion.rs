//! Harm and labels: the tables beside the sign-ups.

use events::companion::Companion;
use events::read::{Bytes, Options, open_companion};
use events::{Harm, Label};
use expect_test::{Expect, expect};
use std::fmt::Debug;
use std::io::{Cursor, Write};

fn read<C: Companion + Debug>(bytes: &[u8], options: &Options) -> String {
    let stream = Bytes::Stream(Box::new(Cursor::new(bytes.to_vec())));
    let opened = match open_companion::<C>(stream, options) {
        Ok(opened) => opened,
        Err(error) => return format!("error: {error}\n"),
    };
    let pairs = opened.mapping.iter().map(|(field, column)| format!("{field} ← {column}"));
    let mut shown = format!(
        "{} {}: {}; unused {:?}\n",
        opened.format.name(),
        opened.compression.name(),
        pairs.collect::<Vec<_>>().join(", "),
        opened.unused
    );
    for batch in opened.batches {
        let batch = batch.unwrap();
        assert_eq!(
            batch.rows as usize,
            batch.records.len()
                + batch.rejected.iter().filter(|r| r.scope == events::Scope::Row).count()
        );
        for record in batch.records {
            shown.push_str(&format!("{record:?}\n"));
        }
        for r in batch.rejected {
            let field = r.field.unwrap_or_default();
            shown.push_str(&format!(
                "set aside: line {} {field} {} {:?}\n",
                r.line, r.reason, r.scope
            ));
        }
    }
    shown
}

fn check<C: Companion + Debug>(text: &str, shown: Expect) {
    shown.assert_eq(&read::<C>(text.as_bytes(), &Options::default()));
}

#[test]
fn harm_is_read_with_other_names_and_words() {
    check::<Harm>(
        "event_id,user_id,Report Type,reported_at,loss\n\
         1,u1,Spam,2024-03-02T00:00:00Z,\n\
         2,u2,charge-back,,12.5\n\
         3,u3,Gift Card Fraud,2024-03-02,x\n",
        expect![[r#"
            CSV plain: account_id ← user_id, kind ← Report Type, timestamp ← reported_at, amount ← loss; unused ["event_id"]
            Harm { account_id: AccountId(…), kind: SpamComplaint, time_ms: Some(1709337600000), amount: None }
            Harm { account_id: AccountId(…), kind: Chargeback, time_ms: None, amount: Some(12.5) }
            Harm { account_id: AccountId(…), kind: Other("gift_card_fraud"), time_ms: Some(1709337600000), amount: None }
            set aside: line 4 amount not a number Field
        "#]],
    );
}

#[test]
fn bad_rows_are_set_aside_with_their_line() {
    check::<Label>(
        "account_id,label,seller\nu1,banned,\n,good,\nu3,perhaps,\nu4,bought,\"Shop, A\"\nu5\nu6,Appeal granted,-\n",
        expect![[r#"
            CSV plain: account_id ← account_id, kind ← label, seller ← seller; unused []
            Label { account_id: AccountId(…), kind: Banned, seller: None, time_ms: None }
            Label { account_id: AccountId(…), kind: Purchased, seller: Some("Shop, A"), time_ms: None }
            Label { account_id: AccountId(…), kind: Appealed, seller: None, time_ms: None }
            set aside: line 3 account_id missing Row
            set aside: line 4 kind not one of banned, appealed, good, purchased Row
            set aside: line 6  fewer fields than columns Row
        "#]],
    );
}

#[test]
fn json_lines_may_nest_and_lack_values() {
    check::<Harm>(
        "{\"event\":{\"userId\":\"u1\",\"type\":\"phishing\"}}\nnot json\n{\"event\":{\"type\":\"ddos\"}}\n",
        expect![[r#"
            JSON lines plain: account_id ← event.userId, kind ← event.type; unused []
            Harm { account_id: AccountId(…), kind: Phishing, time_ms: None, amount: None }
            set aside: line 2  not valid JSON Row
            set aside: line 3 account_id missing Row
        "#]],
    );
}

#[test]
fn what_is_missing_is_named() {
    check::<Harm>(
        "account_id,when\nu1,x\n",
        expect![[r#"
            error: no column is known to be `kind`; the columns are: account_id, when. Rename the one that it is to `kind`
        "#]],
    );
    check::<Harm>("", expect![["error: the input is empty\n"]]);
}

#[test]
fn packed_or_cut_anywhere_it_is_the_same() {
    let mut text = "account_id\tkind\n".to_owned();
    (0..500).for_each(|i| text.push_str(&format!("u{i}\tspam\n")));
    let whole = read::<Harm>(text.as_bytes(), &Options::default());
    let cut = Options { chunk_bytes: 37, ..Options::default() };
    assert_eq!(whole, read::<Harm>(text.as_bytes(), &cut));
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(text.as_bytes()).unwrap();
    let packed = read::<Harm>(&gzip.finish().unwrap(), &Options::default());
    assert_eq!(whole.replace("TSV plain", "TSV gzip"), packed);
    let zstd = zstd::encode_all(text.as_bytes(), 1).unwrap();
    assert_eq!(whole.replace("TSV plain", "TSV zstd"), read::<Harm>(&zstd, &Options::default()));
}
