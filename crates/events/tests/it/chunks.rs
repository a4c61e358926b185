//! Where the input is cut changes nothing, and no bytes bring the reader down.

use crate::reading::{file, gzip, options, read_bytes, stream};
use events::read::{Bytes, Options};
use proptest::prelude::*;
use std::io::{Cursor, Read};

/// Hands out its bytes a few at a time.
struct Trickle(Cursor<Vec<u8>>, usize);

impl Read for Trickle {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let length = self.1.min(buffer.len());
        self.0.read(&mut buffer[..length])
    }
}

fn same_in_any_cut(bytes: &[u8]) {
    let story = |chunk_bytes: usize, read_bytes_max: usize| {
        let options = Options { chunk_bytes, ..options(&[]) };
        let bytes = Bytes::Stream(Box::new(Trickle(Cursor::new(bytes.to_vec()), read_bytes_max)));
        let reading = read_bytes(bytes, &options).unwrap();
        assert_eq!(
            reading.all.rows as usize,
            reading.all.signups.len()
                + reading.all.rejected.iter().filter(|r| r.scope == events::Scope::Row).count(),
            "every row is accepted or rejected"
        );
        (reading.story(), reading.chunks)
    };
    let (whole, one) = story(1 << 20, usize::MAX);
    assert_eq!(one, 1);
    for chunk_bytes in [1, 7, 64, 1000] {
        let (cut, chunks) = story(chunk_bytes, 3);
        assert_eq!(cut, whole, "chunks of {chunk_bytes} bytes");
        // How the bytes arrive must not show even in the number of chunks.
        assert_eq!(story(chunk_bytes, usize::MAX).1, chunks);
    }
}

const CSV: &str = "account_id,timestamp,username,note\r\n\
    a1,2024-01-31 10:00:00,\"two\r\nlines\",\"a \"\"quote\"\"\"\r\n\
    a2,2024-01-31 10:00:01,\"open,b\r\n\
    a3,2024-01-31 10:00:02,\"\",\"\"\r\n\
    a4,2024-01-31 10:00:03,x,\"y\r\n\
    a5,2024-01-31 10:00:03,x,\"y\r\n\
    a6,2024-01-31 10:00:03,\"x,y\r\n\
    a7,2024-01-31 10:00:04,Zoë,\"fin";

#[test]
fn csv_gives_the_same_in_any_cut() {
    let options = options(&[]);
    let reading = read_bytes(stream(CSV), &options).unwrap();
    assert!(reading.all.signups.len() >= 2 && !reading.all.rejected.is_empty());
    same_in_any_cut(CSV.as_bytes());
}

#[test]
fn the_limit_on_rows_gives_the_same_in_any_cut() {
    let long = "z".repeat(500);
    let text =
        format!("{CSV}\"\r\na8,1706695200,{long},\r\na9,1706695200,\"{long}\r\n{long}\",\r\n");
    let cut = |chunk_bytes, reads| {
        let options = Options { chunk_bytes, row_bytes_max: 120, ..options(&[]) };
        let bytes = Trickle(Cursor::new(text.clone().into_bytes()), reads);
        read_bytes(Bytes::Stream(Box::new(bytes)), &options).unwrap().story()
    };
    let whole = cut(1 << 20, usize::MAX);
    assert!(whole.contains("longer than the limit"));
    for chunk_bytes in [1, 50, 333] {
        assert_eq!(cut(chunk_bytes, 11), whole);
    }
}

#[test]
fn json_lines_give_the_same_in_any_cut() {
    let text = r#"{"user_id":1,"ts":1706695200,"mail":"a@example.org"}
{"user_id":2,"ts":1706695200,"phone_number":"+4915112345678","mobile":"+4915112345679"}
nonsense
{"ts":1706695200,"user_id":3,"x":{"y":[1,{"z":2}]}}
{"user_id":4,"ts":1706695200,"mobile":"+4915112345670"}"#;
    same_in_any_cut(text.as_bytes());
}

#[test]
fn packed_data_gives_the_same_in_any_cut() {
    same_in_any_cut(&gzip(CSV.as_bytes()));
}

#[test]
fn a_large_log_comes_in_chunks_of_whole_rows() {
    let mut text = String::from("account_id,timestamp,note\n");
    for row in 0..100_000 {
        text += &format!("a{row},1706695200,\"line\nbreak\"\n");
    }
    let reading = read_bytes(file(text.as_bytes()), &options(&[])).unwrap();
    assert!(reading.chunks >= 2, "{} chunks", reading.chunks);
    assert_eq!(reading.all.signups.len(), 100_000);
    let lines = reading.all.signups.iter().map(|signup| signup.place.line);
    assert!(lines.eq((0..100_000).map(|row| 2 + 2 * row)));
}

/// Bytes of the kinds that mean something to some reader.
fn hostile_bytes() -> impl Strategy<Value = Vec<u8>> {
    let word = prop_oneof![
        Just(b"account_id,timestamp,ip\n".to_vec()),
        Just(b"{\"account_id\":\"a\",\"timestamp\":1706695200}\n".to_vec()),
        Just(b"<users><row Id=\"1\" CreationDate=\"2012-01-31T18:33:40.817\" />\n".to_vec()),
        Just(b"a,2024-01-31T10:00:00Z,192.0.2.1\n".to_vec()),
        Just(b"PAR1".to_vec()),
        Just(b"\x1f\x8b\x08\0".to_vec()),
        Just(b"\x28\xb5\x2f\xfd".to_vec()),
        Just(b"\xef\xbb\xbf".to_vec()),
        Just(b"\"".to_vec()),
        Just(b"\r\n".to_vec()),
        proptest::collection::vec(any::<u8>(), 0..24),
        "[\\PC,;|{}\\[\\]\":/.+-]{0,24}".prop_map(String::into_bytes),
    ];
    proptest::collection::vec(word, 0..24).prop_map(|words| words.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_bring_the_reader_down(bytes in hostile_bytes(), chunk_bytes in 1_usize..64) {
        let map = [("account_id", "column-1"), ("timestamp", "column-2")];
        for map in [&map[..], &[]] {
            let options = Options { chunk_bytes, row_bytes_max: 64, ..options(map) };
            let _ = read_bytes(stream(bytes.clone()), &options);
            let _ = read_bytes(file(&bytes), &options);
        }
    }

    #[test]
    fn any_csv_gives_the_same_in_any_cut(
        body in "([a-c\",\n\r]|\"\"|,|\n|\",\"){0,200}",
        chunk_bytes in 1_usize..64,
        row_bytes_max in 4_usize..64,
    ) {
        let text = format!("account_id,event_id\n{body}");
        let cut = |chunk_bytes| {
            let map = [("timestamp", "event_id")];
            let options = Options { chunk_bytes, row_bytes_max, ..options(&map) };
            read_bytes(stream(text.clone()), &options).map_or_else(|e| e.to_string(), |r| r.story())
        };
        prop_assert_eq!(cut(chunk_bytes), cut(1 << 20));
    }

    #[test]
    fn what_is_written_as_csv_is_read(names in proptest::collection::vec("[a-zé\"\\n,;|]{1,12}", 1..20)) {
        let mut text = String::from("account_id,timestamp,note\n");
        for (row, name) in names.iter().enumerate() {
            text += &format!("a{row},1706695200,\"{}\"\n", name.replace('"', "\"\""));
        }
        let reading = read_bytes(stream(text), &options(&[])).unwrap();
        let read: Vec<_> = reading.all.signups.iter().map(|s| s.extra.first().map_or("", |e| &e.1)).collect();
        let written: Vec<_> = names.iter().map(|name| name.trim()).collect();
        prop_assert_eq!(read, written);
    }
}
