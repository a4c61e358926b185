//! Every format, in every packing, gives the same sign-ups.

use crate::reading::{check, file, gzip, options, read_bytes, stream, zstd};
use arrow::array::{
    ArrayRef, BinaryArray, Date32Array, DictionaryArray, Float64Array, Int64Array, ListBuilder,
    RecordBatch, StringArray, StringBuilder, StructArray, TimestampMicrosecondArray,
    TimestampNanosecondArray, TimestampSecondArray, UInt32Array,
};
use arrow::datatypes::{DataType, Field, Int32Type};
use events::read::Bytes;
use expect_test::{Expect, expect};
use parquet::arrow::ArrowWriter;
use std::sync::Arc;

const CSV: &str = "account_id,timestamp,ip,note\n\
    a1,2024-01-31T10:00:00Z,192.0.2.1,\"says \"\"hi\"\", twice\"\n\
    a2,2024-01-31T10:00:01.5Z,2001:db8::1,\"two\nlines\"\n\
    a3,2024-01-31T12:00:02+02:00,,\n";

const JSONL: &str = r#"{"account_id":"a1","timestamp":"2024-01-31T10:00:00Z","ip":"192.0.2.1","note":"says \"hi\", twice"}
{"account_id":"a2","timestamp":1706695201500,"ip":"2001:db8::1","note":"two\nlines"}
{"account_id":"a3","timestamp":1706695202,"ip":null}
"#;

fn same(bytes: Vec<u8>, head: &str) {
    let expected = expect![[r#"
        a1 2024-01-31T10:00:00Z ip=192.0.2.1 [note]=says "hi", twice
        a2 2024-01-31T10:00:01.5Z ip=2001:db8::1 [note]=two
        lines
        a3 2024-01-31T10:00:02Z
    "#]];
    let story = |bytes: Bytes| {
        let reading = read_bytes(bytes, &options(&[])).unwrap();
        assert_eq!(reading.head, head);
        // A place is a line in text and a row in Parquet.
        let unnumbered = |line: &str| match line.split_once(": ") {
            Some((_, rest)) => rest.to_string() + "\n",
            None => line.to_string() + "\n",
        };
        reading.story().lines().map(unnumbered).collect::<String>()
    };
    expected.assert_eq(&story(file(&bytes)));
    if !head.starts_with("Parquet") {
        expected.assert_eq(&story(stream(bytes)));
    }
}

#[test]
fn csv_and_its_relatives_are_recognised_by_content() {
    same(CSV.into(), "CSV, plain");
    same(format!("\u{feff}{CSV}").into(), "CSV, plain");
    same(
        CSV.replace("two\nlines", "two\r\r\nlines")
            .replace('\n', "\r\n")
            .replace("two\r\r\r\nlines", "two\nlines")
            .into(),
        "CSV, plain",
    );
    same(CSV.trim_end().into(), "CSV, plain");
    let other = |delimiter: &str| {
        CSV.replace("hi\"\", twice", "hi\"\"; twice")
            .replace(',', delimiter)
            .replace("hi\"\"; twice", "hi\"\", twice")
            .into_bytes()
    };
    same(other("\t"), "TSV, plain");
    same(other("|"), "CSV (|), plain");
    same(other(";"), "CSV (;), plain");
}

#[test]
fn packed_text_is_recognised_by_content() {
    for (text, name) in [(CSV, "CSV"), (JSONL, "JSON lines")] {
        same(gzip(text.as_bytes()), &format!("{name}, gzip"));
        same(zstd(text.as_bytes()), &format!("{name}, zstd"));
        // Logs are rotated by appending members and frames.
        let (one, two) = text.as_bytes().split_at(100);
        same([gzip(one), gzip(two)].concat(), &format!("{name}, gzip"));
        same([zstd(one), zstd(two)].concat(), &format!("{name}, zstd"));
    }
}

#[test]
fn json_lines_with_an_empty_line_and_no_last_line_break() {
    same(JSONL.replace('\n', "\r\n\n").trim_end().into(), "JSON lines, plain");
}

#[test]
fn nested_json_is_flattened_and_a_log_of_another_product_is_understood() {
    check(
        r#"{"type":"$registration","user":{"id":"u1","email":"a@example.org"},"context":{"ip":"192.0.2.7","headers":{"User-Agent":"curl/8"}},"properties":{"plans":["free","trial"]},"session":{"createdAt":"2020-01-01T00:00:00Z"},"sent_at":"2024-01-31T10:00:00.000Z"}
{"user":{"id":12345678901234567},"sent_at":"2024-01-31T10:00:01Z","phone":"+4915112345678","colour":"red"}
"#,
        expect![[r#"
            1: u1 2024-01-31T10:00:00Z ip=192.0.2.7 email=a@example.org agent=curl/8 [type]=$registration [properties.plans.0]=free [properties.plans.1]=trial [session.createdAt]=2020-01-01T00:00:00Z
            2: 12345678901234567 2024-01-31T10:00:01Z phone=4915112345678 [colour]=red
        "#]],
    );
}

#[test]
fn a_json_key_that_first_comes_late_is_used_if_known_and_counted_if_not() {
    let mut text = String::new();
    for row in 0..10_000 {
        text += &format!("{{\"account_id\":\"a{row}\",\"timestamp\":1706695200}}\n");
    }
    text += r#"{"account_id":"b","timestamp":1706695200,"mail":"b@example.org","hue":"red","void":null}"#;
    let reading = read_bytes(stream(text), &options(&[])).unwrap();
    expect![[r#"
        10001: b 2024-01-31T10:00:00Z email=b@example.org
        late column hue: 1
    "#]]
    .assert_eq(reading.story().split_once("a9999 2024-01-31T10:00:00Z\n").unwrap().1);
}

#[test]
fn a_late_json_key_that_the_user_named_is_kept() {
    let mut text = "{\"account_id\":\"a\",\"timestamp\":1706695200}\n".repeat(10_000);
    text += r#"{"account_id":"b","timestamp":1706695200,"hue":"red","post":"b@example.org"}"#;
    let mut options = options(&[("email", "/post")]);
    options.extra = vec!["hue".into()];
    let reading = read_bytes(stream(text), &options).unwrap();
    assert!(reading.mapping.contains("note: `/post` (for email) is not in the first rows"));
    let last = reading.story().lines().last().unwrap().to_string();
    assert_eq!(last, "10001: b 2024-01-31T10:00:00Z email=b@example.org [hue]=red");
}

#[test]
fn users_xml_of_stack_exchange() {
    let text = "\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<users>\n  \
        <row Id=\"-1\" Reputation=\"1\" CreationDate=\"2012-01-31T18:33:40.817\" DisplayName=\"Community\" AccountId=\"-1\" />\n  \
        <row Id=\"2\" Reputation=\"101\" CreationDate=\"2012-01-31T20:53:10.920\" DisplayName=\"Zo&#xEB; &amp; Co\" AboutMe=\"&lt;p&gt;hi&lt;/p&gt;\" AccountId=\"7\" />\n  \
        <row Id=\"3\" CreationDate=\"2012\n\
        </users>\n";
    check(
        text,
        expect![[r#"
            3: -1 2012-01-31T18:33:40.817Z name=Community [Reputation]=1 [AccountId]=-1
            4: 2 2012-01-31T20:53:10.92Z name=Zoë & Co [Reputation]=101 [AccountId]=7 [AboutMe]=<p>hi</p>
            Row set aside, line 5: not valid XML
        "#]],
    );
}

fn parquet_file(columns: Vec<(&str, ArrayRef)>) -> Vec<u8> {
    let batch = RecordBatch::try_from_iter_with_nullable(
        columns.into_iter().map(|(name, array)| (name, array, true)),
    )
    .unwrap();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    bytes
}

fn texts(values: &[Option<&str>]) -> ArrayRef {
    Arc::new(StringArray::from(values.to_vec()))
}

#[test]
fn parquet_gives_the_same() {
    let times = vec![1_706_695_200_000_000, 1_706_695_201_500_999, 1_706_695_202_000_000];
    let bytes = parquet_file(vec![
        ("account_id", texts(&[Some("a1"), Some("a2"), Some("a3")])),
        ("timestamp", Arc::new(TimestampMicrosecondArray::from(times).with_timezone("UTC"))),
        ("ip", texts(&[Some("192.0.2.1"), Some("2001:db8::1"), None])),
        ("note", texts(&[Some("says \"hi\", twice"), Some("two\nlines"), None])),
    ]);
    same(bytes, "Parquet, plain");
}

fn check_parquet(columns: Vec<(&str, ArrayRef)>, expected: Expect) {
    let reading = read_bytes(file(&parquet_file(columns)), &options(&[])).unwrap();
    expected.assert_eq(&(reading.mapping.clone() + &reading.story()));
}

#[test]
fn parquet_columns_of_every_usual_type() {
    let mut lists = ListBuilder::new(StringBuilder::new());
    for _ in 0..2 {
        lists.values().append_value("x");
        lists.append(true);
    }
    let countries = vec![Some("vn"), None].into_iter().collect::<DictionaryArray<Int32Type>>();
    let inner: ArrayRef = texts(&[Some("a@example.org"), None]);
    let user =
        StructArray::from(vec![(Arc::new(Field::new("email", DataType::Utf8, true)), inner)]);
    check_parquet(
        vec![
            ("user_id", Arc::new(Int64Array::from(vec![9_007_199_254_740_993, 2]))),
            (
                "created_at",
                Arc::new(TimestampNanosecondArray::from(vec![
                    1_706_695_200_123_456_789,
                    1_706_695_201_000_000_000,
                ])),
            ),
            ("challenge_ts", Arc::new(TimestampSecondArray::from(vec![Some(1_706_695_190), None]))),
            ("asn", Arc::new(Float64Array::from(vec![Some(13335.0), None]))),
            ("country", Arc::new(countries)),
            ("user", Arc::new(user)),
            ("login", Arc::new(BinaryArray::from(vec![&b"caf\xc3\xa9"[..], &b"\xff\xfe"[..]]))),
            ("birthday", Arc::new(Date32Array::from(vec![Some(19_000), None]))),
            ("visits", Arc::new(UInt32Array::from(vec![7, 8]))),
            ("tags", Arc::new(lists.finish())),
        ],
        expect![[r#"
            account_id ← user_id (alias)
            timestamp ← created_at (alias)
            captcha_issue_ts ← challenge_ts (alias)
            asn ← asn (exact)
            country ← country (exact)
            email ← user.email (alias)
            username ← login (alias)
            extra ← birthday
            extra ← visits
            note: columns of lists or other types are not kept: tags
            1: 9007199254740993 2024-01-31T10:00:00.123Z asn=13335 country=VN email=a@example.org username=café issued=2024-01-31T09:59:50Z [birthday]=2022-01-08 [visits]=7
            2: 2 2024-01-31T10:00:01Z [visits]=8
            Field set aside, line 2: username: not UTF-8
        "#]],
    );
}

#[test]
fn parquet_times_as_numbers_dates_and_texts() {
    let id = || texts(&[Some("a")]);
    let reading = |time: ArrayRef| {
        let bytes = parquet_file(vec![("account_id", id()), ("timestamp", time)]);
        read_bytes(file(&bytes), &options(&[])).unwrap().story()
    };
    let mut story = reading(Arc::new(Int64Array::from(vec![1_706_695_200])));
    story += &reading(Arc::new(Int64Array::from(vec![1_706_695_200_000])));
    story += &reading(Arc::new(Float64Array::from(vec![1_706_695_200.25])));
    story += &reading(Arc::new(Date32Array::from(vec![19_753])));
    story += &reading(texts(&[Some("31/01/2024 10:00")]));
    story += &reading(texts(&[None]));
    expect![[r#"
        1: a 2024-01-31T10:00:00Z
        1: a 2024-01-31T10:00:00Z
        1: a 2024-01-31T10:00:00.25Z
        1: a 2024-01-31T00:00:00Z
        1: a 2024-01-31T10:00:00Z
        Row set aside, line 1: timestamp: missing
    "#]]
    .assert_eq(&story);
}
