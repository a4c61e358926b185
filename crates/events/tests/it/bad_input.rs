//! Bad input is data where it is a row, and a clear error where it is a file.

use crate::reading::{check, file, gzip, options, read_bytes, story, stream, zstd};
use events::read::{Bytes, Options};
use expect_test::{Expect, expect};
use std::io::Read;

const HEADER: &str = "account_id,timestamp,email\n";

fn check_bytes(bytes: &[u8], expected: Expect) {
    expected.assert_eq(&story(bytes, &options(&[])));
}

#[test]
fn nothing_to_read() {
    check("", expect!["error: the input is empty\n"]);
    check("\u{feff} \n\n", expect!["error: the input is empty\n"]);
    check_bytes(&gzip(b""), expect!["error: the input is empty\n"]);
    check(HEADER, expect!["error: the input has column names and no rows\n"]);
    check(HEADER.trim_end(), expect!["error: the input has column names and no rows\n"]);
}

#[test]
fn files_of_another_kind() {
    check_bytes(
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        expect![
            "error: this is a PNG picture, not a table of sign-ups; CSV, TSV, JSON lines, Parquet and Stack Exchange Users.xml are read, plain or as gzip or zstd\n"
        ],
    );
    check_bytes(
        b"account_id,timestamp\n\0\x01\x02\n",
        expect![
            "error: this is a binary file, not a table of sign-ups; CSV, TSV, JSON lines, Parquet and Stack Exchange Users.xml are read, plain or as gzip or zstd\n"
        ],
    );
    check_bytes(
        b"PK\x03\x04....",
        expect!["error: this is a zip archive or a spreadsheet; unpack it, or save it as CSV\n"],
    );
    check_bytes(
        b"<html><body>Sign in</body></html>",
        expect![
            "error: this is XML or HTML, not a table of sign-ups; CSV, TSV, JSON lines, Parquet and Stack Exchange Users.xml are read, plain or as gzip or zstd\n"
        ],
    );
    check(
        "[{\"account_id\":1}]",
        expect![
            "error: this is a JSON array; write one object a line, for instance with `jq -c '.[]'`\n"
        ],
    );
    check(
        "{\n  \"account_id\": 1\n}\n",
        expect![
            "error: no line is a JSON object; one object a line is read, such as `jq -c` writes\n"
        ],
    );
    check(
        "account_id,timestamp\ra,1706695200\r",
        expect![
            "error: this is text with carriage returns alone between its lines; convert it, for instance with `tr '\\r' '\\n'`\n"
        ],
    );
    check_bytes(
        &gzip(&gzip(HEADER.as_bytes())),
        expect!["error: this is gzip inside another compression; unpack it first\n"],
    );
}

#[test]
fn utf_16_with_and_without_a_mark() {
    let little: Vec<u8> = HEADER.encode_utf16().flat_map(u16::to_le_bytes).collect();
    check_bytes(
        &[b"\xff\xfe", &little[..]].concat(),
        expect!["error: this is UTF-16 text; convert it with `iconv -f UTF-16 -t UTF-8`\n"],
    );
    check_bytes(
        &little,
        expect!["error: this is UTF-16 text; convert it with `iconv -f UTF-16LE -t UTF-8`\n"],
    );
}

#[test]
fn names_that_are_not_utf_8() {
    check_bytes(
        b"account_id,timestamp,pr\xe9nom\na,1706695200,x\n",
        expect![
            "error: the column names are not UTF-8; convert the file, for instance with `iconv -f LATIN1 -t UTF-8`\n"
        ],
    );
}

#[test]
fn rows_that_cannot_be_taken() {
    let mut text = HEADER.as_bytes().to_vec();
    text.extend_from_slice(
        b"a1,1706695200,a@example.org\n\
          ,1706695200,a@example.org\n\
          NULL,1706695200,a@example.org\n\
          a4,,a@example.org\n\
          a5,soon,a@example.org\n\
          a6,2031-01-01,a@example.org\n\
          a7,1970-01-01T00:00:00Z,a@example.org\n\
          a8,1706695200\n\
          a9,1706695200,a@example.org,more\n\
          a10,1706695200,caf\xe9@example.org\n\
          \n\
          a12,1706695200,not an address\n",
    );
    check_bytes(
        &text,
        expect![[r#"
            2: a1 2024-01-31T10:00:00Z email=a@example.org
            13: a12 2024-01-31T10:00:00Z
            Row set aside, line 3: account_id: missing
            Row set aside, line 4: account_id: missing
            Row set aside, line 5: timestamp: missing
            Row set aside, line 6: timestamp: not a time that is understood
            Row set aside, line 7: timestamp: in the future
            Row set aside, line 8: timestamp: before 1990
            Row set aside, line 9: fewer fields than columns
            Row set aside, line 10: more fields than columns
            Row set aside, line 11: not UTF-8
            Field set aside, line 13: email: no @
        "#]],
    );
    let reading = read_bytes(stream(text), &options(&[])).unwrap();
    assert_eq!(reading.all.rows, 11);
}

#[test]
fn json_lines_that_cannot_be_taken() {
    let deep = format!("{}1{}", "[".repeat(200), "]".repeat(200));
    let text = format!(
        "{{\"account_id\":\"a\",\"timestamp\":1706695200,\"ip\":[1]}}\n\
         {{\"account_id\":\"a\",\n\
         nonsense\n\
         [1,2]\n\
         17\n\
         {{\"account_id\":\"a\",\"timestamp\":1706695200}} and more\n\
         {{\"account_id\":123456789012345678901234,\"timestamp\":1706695200}}\n\
         {{\"account_id\":{deep}}}\n\
         {{\"account_id\":\"x\",\"account_id\":\"y\",\"timestamp\":1706695200}}\n\
         {{\"account_id\":{{\"id\":1}},\"timestamp\":1706695200}}\n"
    );
    check(
        &text,
        expect![[r#"
            1: a 2024-01-31T10:00:00Z [ip.0]=1
            9: y 2024-01-31T10:00:00Z
            Row set aside, line 2: the JSON ends too early
            Row set aside, line 3: not valid JSON
            Row set aside, line 4: not a JSON object
            Row set aside, line 5: not a JSON object
            Row set aside, line 6: not valid JSON
            Row set aside, line 7: account_id: a number too long to be exact: write it as a string
            Row set aside, line 8: not valid JSON
            Row set aside, line 10: account_id: missing
        "#]],
    );
}

#[test]
fn a_quote_that_is_never_closed_costs_its_own_line() {
    check(
        "account_id,timestamp,email,username\n\
         a1,1706695200,,\"bad\n\
         a2,1706695200,,two\n\
         a3,1706695200,,5\" pipe\n\
         a4,1706695200,,\"fo\"\"ur\"x\n",
        expect![[r#"
            3: a2 2024-01-31T10:00:00Z username=two
            4: a3 2024-01-31T10:00:00Z username=5" pipe
            5: a4 2024-01-31T10:00:00Z username=fo"urx
            Row set aside, line 2: a quote that opens in this line spoils it
        "#]],
    );
    check(
        "account_id,timestamp,username\n\
         a1,1706695200,one\n\
         a2,1706695200,\"two\n\
         a3,1706695200,three\n",
        expect![[r#"
            2: a1 2024-01-31T10:00:00Z username=one
            4: a3 2024-01-31T10:00:00Z username=three
            Row set aside, line 3: a quote that opens in this line is not closed
        "#]],
    );
}

/// Each line closes the quote of the line before and opens one more; read
/// again from each line, a few megabytes would take hours.
#[test]
fn quotes_that_chain_line_to_line_cost_no_more_than_other_bytes() {
    let chain = "x\"y,\"z\n".repeat(300_000);
    let text = format!("account_id,timestamp\n{chain}a,1706695200\n\"b\",1706695200\n");
    for end in ["", "\"\n"] {
        let reading = read_bytes(stream(text.clone() + end), &options(&[])).unwrap();
        let last: Vec<_> =
            reading.all.signups.iter().map(|signup| signup.account_id.as_str()).collect();
        assert_eq!(last, ["a", "b"]);
        assert!(reading.all.rejected.len() >= 300_000);
    }
    // A row of a megabyte that does end, and is then read line by line.
    let chain = "x\"y,\"z\n".repeat(100_000);
    let text = format!("account_id,timestamp\n{chain}a,1706695200\"\nb,1706695200\n");
    let reading = read_bytes(stream(text), &options(&[])).unwrap();
    assert_eq!(reading.all.signups.last().unwrap().account_id.as_str(), "b");
}

/// `bytes` and then a letter, again and again, without holding them.
fn endless_line(start: &'static [u8], length: u64, end: &'static [u8]) -> Bytes {
    Bytes::Stream(Box::new(start.chain(std::io::repeat(b'x').take(length)).chain(end)))
}

#[test]
fn a_line_of_a_gigabyte_is_skipped() {
    let bytes = endless_line(
        b"account_id,timestamp\na1,1706695200\na2,",
        1_000_000_000,
        b"\na3,1706695200\n",
    );
    expect![[r#"
        2: a1 2024-01-31T10:00:00Z
        4: a3 2024-01-31T10:00:00Z
        Row set aside, line 3: the row is longer than the limit
    "#]]
    .assert_eq(&read_bytes(bytes, &options(&[])).unwrap().story());
}

#[test]
fn a_first_line_of_a_gigabyte_is_an_error() {
    let bytes = endless_line(b"account_id,", 1_000_000_000, b"");
    let error = read_bytes(bytes, &options(&[])).err().unwrap().to_string();
    expect!["the first line is longer than 262144 bytes; is this a table of sign-ups?"]
        .assert_eq(&error);
}

#[test]
fn a_long_row_is_judged_by_the_limit_not_by_the_reads() {
    let text = format!(
        "account_id,timestamp,note\na1,1706695200,{}\na2,1706695200,{}\na3,1706695200,\"b\n{}\"\na4,1706695200,c\n",
        "x".repeat(100),
        "x".repeat(200),
        "y".repeat(200)
    );
    let options = Options { row_bytes_max: 150, ..options(&[]) };
    expect![[r#"
        Row set aside, line 3: the row is longer than the limit
        Row set aside, line 4: a quote that opens in this line is not closed
        Row set aside, line 5: the row is longer than the limit
    "#]]
    .assert_eq(
        &story(text, &options)
            .lines()
            .filter(|l| l.contains("aside"))
            .fold(String::new(), |all, line| all + line + "\n"),
    );
}

#[test]
fn data_cut_short_gives_what_is_before_the_cut() {
    let text: String = (0..50_000).map(|row| format!("a{row},1706695200,\n")).collect();
    let text = HEADER.to_string() + &text;
    for (packed, name) in [(gzip(text.as_bytes()), "gzip"), (zstd(text.as_bytes()), "zstd")] {
        let cut = &packed[..packed.len() * 3 / 4];
        let reading = read_bytes(stream(cut), &options(&[])).unwrap();
        let rows = reading.all.signups.len();
        assert!((10_000..50_000).contains(&rows), "{rows} rows of {name}");
        assert!(reading.all.rejected.is_empty(), "half a row is no row");
        assert_eq!(
            reading.error.unwrap(),
            format!(
                "the {name} data ends too early (after line {}): it was cut short or is still being written; the rows before are read, copy or write it again for the rest",
                rows + 1
            )
        );
        let nothing = read_bytes(stream(&packed[..5]), &options(&[])).err().unwrap().to_string();
        assert!(nothing.starts_with(&format!("the {name} data ends too early")), "{nothing}");
    }
}

#[test]
fn data_damaged_in_the_middle_is_told_apart_from_data_cut_short() {
    let text: String = (0..50_000).map(|row| format!("a{row},1706695200,\n")).collect();
    let mut packed = gzip((HEADER.to_string() + &text).as_bytes());
    let end = packed.len() - 6;
    packed[end] ^= 0xff;
    let reading = read_bytes(stream(packed), &options(&[])).unwrap();
    assert_eq!(reading.all.signups.len(), 50_000);
    assert!(reading.error.unwrap().starts_with("the gzip data is damaged after line 50001"));
}

struct Failing;

impl Read for Failing {
    fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
        Err(std::io::Error::from_raw_os_error(5))
    }
}

#[test]
fn a_failing_disk_gives_what_is_before_it() {
    let head = &b"account_id,timestamp\na1,1706695200\na2,17066"[..];
    let bytes = Bytes::Stream(Box::new(head.chain(Failing)));
    expect![[r#"
        2: a1 2024-01-31T10:00:00Z
        error: reading failed after line 2: Input/output error (os error 5)
    "#]]
    .assert_eq(&read_bytes(bytes, &options(&[])).unwrap().story());
}

#[test]
fn parquet_in_a_pipe_or_cut_short() {
    let error = |bytes: Bytes| read_bytes(bytes, &options(&[])).err().unwrap().to_string();
    expect!["Parquet cannot be read from a pipe or inside gzip or zstd: save it to a file and name the file"]
        .assert_eq(&error(stream(&b"PAR1 and so on"[..])));
    expect!["the Parquet file ends too early, before its directory: it was cut short or is still being written; copy or write it again"]
        .assert_eq(&error(file(b"PAR1 and so on")));
    let damaged = error(file(b"PAR1 nonsense \x04\0\0\0PAR1"));
    assert!(damaged.starts_with("the Parquet file is damaged"), "{damaged}");
}

#[test]
fn reasons_never_hold_a_value() {
    let text = "account_id,timestamp,ip,asn,country,email,phone,captcha_solve_ms,captcha_issue_ip\n\
        SECRET,1706695200,SECRET,SECRET,SECRET,SECRET,SECRET,SECRET,SECRET\n\
        a,SECRET,,,,,,,\n\
        SECRET,SECRET\n";
    let reading = read_bytes(stream(text), &options(&[])).unwrap();
    let reasons: Vec<_> = reading.all.rejected.iter().map(|r| format!("{r:?}")).collect();
    assert_eq!(reasons.len(), 9);
    assert!(!reasons.concat().contains("SECRET"), "{reasons:?}");
    assert!(!format!("{:?}", reading.all.signups).contains("SECRET"));
}
