//! `evidence.jsonl.zst`: the sign-ups behind the figures that are shown, for
//! `dragnet explain`. It is itself a sign-up log under the record's own
//! column names, so one reader reads both; `dragnet_row` says which row of
//! accounts.parquet each line is.

use super::{EVIDENCE, File, Folder, Mode};
use anyhow::Context;
use events::read::{self, Bytes, Options};
use events::{NetworkKind, SignUp};
use serde::ser::{Serialize, SerializeMap, Serializer};
use std::fs;
use std::io::Write;
use std::path::Path;

/// Column that holds the row's number, from 0.
pub(crate) const ROW: &str = "dragnet_row";

/// Column that holds the kind of network, which reference tables gave.
pub(crate) const NETWORK_KIND: &str = "dragnet_network_kind";

/// What the names of extra columns begin with here: none of them may pass for
/// another name of a column that the record knows.
pub(crate) const EXTRA: &str = "extra_";

/// 5 to 10 times smaller at some 350 MB/s. zstd's default, 3, makes evidence
/// no smaller and takes more than twice as long.
const LEVEL: i32 = 1;

/// The file in the making.
pub(crate) struct Evidence {
    encoder: zstd::Encoder<'static, File>,
}

impl Evidence {
    /// Begins the file, for its owner only: it holds raw sign-ups.
    pub(crate) fn begin(folder: &Folder) -> anyhow::Result<Self> {
        let file = folder.file(EVIDENCE, Mode::Private)?;
        Ok(Self { encoder: zstd::Encoder::new(file, LEVEL)? })
    }

    /// Appends lines made by [`line`].
    pub(crate) fn append(&mut self, lines: &[u8]) -> anyhow::Result<()> {
        Ok(self.encoder.write_all(lines)?)
    }

    /// Completes the file.
    pub(crate) fn finish(self) -> anyhow::Result<()> {
        self.encoder.finish()?.finish()
    }
}

/// Appends one sign-up as a line; `row` is that of accounts.parquet, `extra` names
/// the run's extra columns.
pub(crate) fn line(lines: &mut Vec<u8>, row: Option<u64>, signup: &SignUp, extra: &[String]) {
    let line = Line { row, signup, extra };
    serde_json::to_writer(&mut *lines, &line).expect("texts and numbers always become JSON");
    lines.push(b'\n');
}

struct Line<'a> {
    row: Option<u64>,
    signup: &'a SignUp,
    extra: &'a [String],
}

impl Serialize for Line<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let s = self.signup;
        let mut fields = Fields(serializer.serialize_map(None)?);
        fields.put("account_id", Some(s.account_id.as_str()))?;
        fields.put("timestamp", Some(rfc3339(s.time_ms)))?;
        fields.put("event_id", s.event_id.as_ref().map(|v| v.as_str()))?;
        fields.put("ip", s.ip)?;
        fields.put("asn", s.asn)?;
        fields.put("country", s.country.as_ref().map(|v| v.as_str()))?;
        fields.put("email", s.email.as_ref().map(|v| v.as_str()))?;
        fields.put("username", s.username.as_ref().map(|v| v.as_str()))?;
        fields.put("display_name", s.display_name.as_ref().map(|v| v.as_str()))?;
        fields.put("phone", s.phone.map(|v| format!("+{}", v.digits())))?;
        fields.put("user_agent", s.user_agent.as_ref().map(|v| &v.text))?;
        fields.put("accept_language", s.accept_language.as_ref().map(|v| v.as_str()))?;
        fields.put("device_id", s.device_id.as_ref().map(|v| v.as_str()))?;
        fields.put("fingerprint", s.fingerprint.as_ref().map(|v| v.as_str()))?;
        fields.put("ja4", s.ja4.as_ref().map(|v| v.as_str()))?;
        fields.put("captcha_provider", s.captcha.provider.as_ref().map(|v| v.as_str()))?;
        fields.put("captcha_issue_ts", s.captcha.issue_ms.map(rfc3339))?;
        fields.put("captcha_solve_ms", s.captcha.solve_ms)?;
        fields.put("captcha_issue_ip", s.captcha.issue_ip)?;
        fields.put("captcha_redeem_ip", s.captcha.redeem_ip)?;
        fields.put("referrer", s.referrer.as_ref().map(|v| v.as_str()))?;
        for (column, value) in &s.extra {
            if let Some(name) = self.extra.get(*column as usize) {
                fields.put(&format!("{EXTRA}{name}"), Some(value))?;
            }
        }
        fields.put(NETWORK_KIND, s.network_kind.map(network_kind_name))?;
        fields.put(ROW, self.row)?;
        fields.0.end()
    }
}

struct Fields<M>(M);

impl<M: SerializeMap> Fields<M> {
    fn put(&mut self, name: &str, value: Option<impl Serialize>) -> Result<(), M::Error> {
        match value {
            Some(value) => self.0.serialize_entry(name, &value),
            None => Ok(()),
        }
    }
}

fn rfc3339(time_ms: i64) -> String {
    // The reader accepts times within the calendar only.
    jiff::Timestamp::from_millisecond(time_ms).unwrap_or_default().to_string()
}

fn network_kind_name(kind: NetworkKind) -> &'static str {
    match kind {
        NetworkKind::Hosting => "hosting",
        NetworkKind::Relay => "relay",
        NetworkKind::Tor => "tor",
        NetworkKind::Mobile => "mobile",
    }
}

/// The kind of network that [`line`] wrote.
pub(crate) fn network_kind(name: &str) -> Option<NetworkKind> {
    match name {
        "hosting" => Some(NetworkKind::Hosting),
        "relay" => Some(NetworkKind::Relay),
        "tor" => Some(NetworkKind::Tor),
        "mobile" => Some(NetworkKind::Mobile),
        _ => None,
    }
}

/// How a finished result's evidence is read.
pub(crate) struct Reading {
    /// Unknown columns that are signals too, in the order of the scan.
    pub(crate) signals: Vec<String>,
}

/// Calls `visit` with each sign-up and its row, in input order.
pub(crate) fn read(
    dir: &Path,
    reading: &Reading,
    mut visit: impl FnMut(u64, &SignUp),
) -> anyhow::Result<()> {
    let path = dir.join(EVIDENCE);
    let shown = path.display();
    let file = fs::File::open(&path).with_context(|| format!("cannot read {shown}"))?;
    let mut extra: Vec<String> =
        reading.signals.iter().map(|name| format!("{EXTRA}{name}")).collect();
    let row_column = extra.len() as u16;
    extra.extend([ROW.to_owned(), NETWORK_KIND.to_owned()]);
    let options = Options { extra, ..Options::default() };
    let opened = match read::open(Bytes::Stream(Box::new(file)), &options) {
        Ok(opened) => opened,
        // Nothing was found, so there is nothing behind it.
        Err(read::ReadError::Empty) => return Ok(()),
        Err(e) => return Err(e).with_context(|| format!("{shown} is damaged")),
    };
    for chunk in opened.chunks {
        let chunk = chunk.with_context(|| format!("{shown} is damaged"))?;
        for mut signup in chunk.parse().signups {
            let column = |column: u16| {
                signup.extra.iter().find(|(c, _)| *c == column).map(|(_, value)| value)
            };
            let row = column(row_column).and_then(|row| row.parse().ok());
            let kind = column(row_column + 1).and_then(|name| network_kind(name));
            signup.network_kind = kind;
            visit(
                row.with_context(|| format!("{shown} is damaged: a line without its row"))?,
                &signup,
            );
        }
    }
    Ok(())
}
