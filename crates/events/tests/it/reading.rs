//! The one way in which these stories read, and the one form in which they
//! look at what was read.

use events::SignUp;
use events::read::{Batch, Bytes, Options, ReadError, open};
use std::fmt::Write;
use std::io::{Cursor, Write as _};

/// Everything that one input gave.
pub(crate) struct Reading {
    pub(crate) head: String,
    pub(crate) mapping: String,
    pub(crate) extra: Vec<String>,
    pub(crate) all: Batch,
    pub(crate) chunks: usize,
    pub(crate) error: Option<String>,
}

pub(crate) fn read_bytes(bytes: Bytes, options: &Options) -> Result<Reading, ReadError> {
    let opened = open(bytes, options)?;
    let mut reading = Reading {
        head: format!("{}, {}", opened.format.name(), opened.compression.name()),
        mapping: opened.mapping.to_string(),
        extra: opened.extra,
        all: Batch::default(),
        chunks: 0,
        error: None,
    };
    for chunk in opened.chunks {
        match chunk {
            Err(error) => reading.error = Some(error.to_string()),
            Ok(chunk) => {
                assert!(reading.error.is_none(), "an error is the last item");
                reading.chunks += 1;
                let batch = chunk.parse();
                reading.all.rows += batch.rows;
                reading.all.signups.extend(batch.signups);
                reading.all.rejected.extend(batch.rejected);
                for (name, count) in batch.late {
                    *reading.all.late.entry(name).or_default() += count;
                }
            }
        }
    }
    Ok(reading)
}

pub(crate) fn stream(bytes: impl Into<Vec<u8>>) -> Bytes {
    Bytes::Stream(Box::new(Cursor::new(bytes.into())))
}

/// As a file on disk, since Parquet wants one and users have them.
pub(crate) fn file(bytes: &[u8]) -> Bytes {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    std::io::Seek::rewind(&mut file).unwrap();
    Bytes::File(file)
}

/// Options with a present of 2030-01-01 and the user's `--map` words.
pub(crate) fn options(map: &[(&str, &str)]) -> Options {
    Options {
        map: map.iter().map(|(to, from)| (to.to_string(), from.to_string())).collect(),
        latest_ms: Some(1_893_456_000_000),
        ..Options::default()
    }
}

/// What a text gives, in lines; an error of the head as its message.
pub(crate) fn story(text: impl Into<Vec<u8>>, options: &Options) -> String {
    match read_bytes(stream(text), options) {
        Ok(reading) => reading.story(),
        Err(error) => format!("error: {error}\n"),
    }
}

pub(crate) fn check(text: &str, expected: expect_test::Expect) {
    expected.assert_eq(&story(text, &options(&[])));
}

impl Reading {
    pub(crate) fn story(&self) -> String {
        let mut story = String::new();
        for signup in &self.all.signups {
            let _ = writeln!(story, "{}", line(signup, &self.extra));
        }
        for rejected in &self.all.rejected {
            let _ = writeln!(
                story,
                "{:?} set aside, line {}: {}{}",
                rejected.scope,
                rejected.line,
                rejected.field.as_ref().map_or(String::new(), |field| format!("{field}: ")),
                rejected.reason
            );
        }
        for (name, count) in &self.all.late {
            let _ = writeln!(story, "late column {name}: {count}");
        }
        if let Some(error) = &self.error {
            let _ = writeln!(story, "error: {error}");
        }
        story
    }
}

/// One sign-up with every value it has.
fn line(signup: &SignUp, extra: &[String]) -> String {
    let captcha = &signup.captcha;
    let time = |ms: i64| jiff::Timestamp::from_millisecond(ms).unwrap().to_string();
    let fields: [(&str, Option<String>); 19] = [
        ("event", signup.event_id.as_ref().map(|t| t.as_str().into())),
        ("ip", signup.ip.map(|ip| ip.to_string())),
        ("asn", signup.asn.map(|asn| asn.to_string())),
        ("country", signup.country.map(|country| country.as_str().into())),
        ("email", signup.email.as_ref().map(|email| email.as_str().into())),
        ("username", signup.username.as_ref().map(|name| name.as_str().into())),
        ("name", signup.display_name.as_ref().map(|name| name.as_str().into())),
        ("phone", signup.phone.map(|phone| phone.digits().to_string())),
        ("agent", signup.user_agent.as_ref().map(|agent| agent.text.to_string())),
        ("language", signup.accept_language.as_ref().map(|t| t.as_str().into())),
        ("device", signup.device_id.as_ref().map(|t| t.as_str().into())),
        ("fingerprint", signup.fingerprint.as_ref().map(|t| t.as_str().into())),
        ("ja4", signup.ja4.as_ref().map(|t| t.as_str().into())),
        ("captcha", captcha.provider.as_ref().map(|t| t.as_str().into())),
        ("issued", captcha.issue_ms.map(time)),
        ("solved", captcha.solve_ms.map(|ms| ms.to_string())),
        ("issue_ip", captcha.issue_ip.map(|ip| ip.to_string())),
        ("redeem_ip", captcha.redeem_ip.map(|ip| ip.to_string())),
        ("referrer", signup.referrer.as_ref().map(|t| t.as_str().into())),
    ];
    let mut line =
        format!("{}: {} {}", signup.place.line, signup.account_id.as_str(), time(signup.time_ms));
    for (name, value) in fields {
        if let Some(value) = value {
            let _ = write!(line, " {name}={value}");
        }
    }
    for (index, value) in &signup.extra {
        let _ = write!(line, " [{}]={value}", extra[usize::from(*index)]);
    }
    line
}

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub(crate) fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::stream::encode_all(bytes, 1).unwrap()
}
