//! Stack Exchange's `Users.xml`: one `<row … />` a line. The site's own
//! community account (id -1) is a row like any other.

use super::jsonl::lines;
use super::keys::{Filler, Keys};
use super::record::Recorder;
use super::row::Value;
use crate::columns::Column;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

/// What the attributes are. `AccountId` is the person's id across all sites of
/// the network; the account that was opened here is `Id`.
pub(super) const FIXED: &[(Column, &str)] = &[
    (Column::AccountId, "Id"),
    (Column::Timestamp, "CreationDate"),
    (Column::DisplayName, "DisplayName"),
];

const BROKEN: &str = "not valid XML";

/// Parses whole lines, the first of which is `line`.
pub(super) fn parse(bytes: &[u8], line: u64, keys: &Keys, recorder: &mut Recorder<'_>) {
    let mut filler = Filler::new(keys);
    for (at, end, line) in lines(bytes, line) {
        let Ok(text) = std::str::from_utf8(&bytes[at..end]) else {
            recorder.reject_row(line, "not UTF-8");
            continue;
        };
        let rows = rows(text, &mut |row| {
            filler.start();
            attributes(row, &mut |name, value| filler.put(name, Value::Owned(value)))?;
            filler.record(line, recorder);
            Ok(())
        });
        if let Err(reason) = rows {
            recorder.reject_row(line, reason);
        }
    }
}

/// The attributes of the head's rows in the order in which they first come.
pub(super) fn names(head: &[u8]) -> Vec<String> {
    let mut names = Vec::new();
    for (at, end, _) in lines(head, 1) {
        let text = std::str::from_utf8(&head[at..end]).unwrap_or("");
        let mut found = Vec::new();
        let _ = rows(text, &mut |row| attributes(row, &mut |name, _| found.push(name.to_string())));
        for name in found {
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    names
}

/// Shows each row of one line; other elements are the frame around the rows.
fn rows(
    text: &str,
    show: &mut dyn FnMut(&BytesStart<'_>) -> Result<(), &'static str>,
) -> Result<(), &'static str> {
    let mut reader = Reader::from_str(text.trim());
    // `<users>` and `</users>` stand in different lines.
    reader.config_mut().check_end_names = false;
    reader.config_mut().allow_unmatched_ends = true;
    loop {
        match reader.read_event().map_err(|_| BROKEN)? {
            Event::Empty(tag) | Event::Start(tag) if tag.name().as_ref() == "row" => show(&tag)?,
            Event::Text(text) if !text.trim().is_empty() => return Err(BROKEN),
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

fn attributes(
    row: &BytesStart<'_>,
    show: &mut dyn FnMut(&str, String),
) -> Result<(), &'static str> {
    // The check for repeated names compares each pair of them.
    for attribute in row.attributes().with_checks(false) {
        let attribute = attribute.map_err(|_| BROKEN)?;
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|_| BROKEN)?;
        show(attribute.key.as_ref(), value.into_owned());
    }
    Ok(())
}
