//! Tables: rows with their line, columns by any of their names, whatever separates them.

use super::make::Place;
use super::{Maker, NotTaken};
use csv::{ByteRecord, ReaderBuilder};
use stix::Timestamp;

pub(super) const DATASET: &[&str] = &["dataset"];
pub(super) const PRICE: &[&str] = &["price", "цена"];
pub(super) const DESCRIPTION: &[&str] = &["description", "descr", "title", "описание"];
pub(super) const VALUE: &[&str] = &["value", "indicator", "ioc", "observable"];

/// A table that is read row by row.
pub(super) struct Table<'t> {
    /// Names of its columns, in lower case and without blanks around them.
    pub(super) header: Vec<String>,
    text: &'t [u8],
    separator: u8,
}

/// One row.
pub(super) struct Row<'r> {
    header: &'r [String],
    record: ByteRecord,
}

impl<'t> Table<'t> {
    pub(super) fn of(text: &'t [u8]) -> Self {
        let end = text.iter().position(|byte| *byte == b'\n').unwrap_or(text.len());
        let count = |separator: u8| text[..end].iter().filter(|byte| **byte == separator).count();
        // Of those that are as frequent the first counts.
        let separator =
            [b',', b';', b'\t'].into_iter().rev().max_by_key(|separator| count(*separator));
        let mut table = Self { header: Vec::new(), text, separator: separator.unwrap_or(b',') };
        let mut record = ByteRecord::new();
        if table.reader().read_byte_record(&mut record).is_ok() {
            let name = |field: &[u8]| String::from_utf8_lossy(field).trim().to_lowercase();
            table.header = record.iter().map(name).collect();
        }
        table
    }

    fn reader(&self) -> csv::Reader<&'t [u8]> {
        let mut builder = ReaderBuilder::new();
        builder.has_headers(false).flexible(true).delimiter(self.separator);
        builder.from_reader(self.text)
    }

    /// The place of the column that has one of these names.
    pub(super) fn column(&self, names: &[&str]) -> Option<usize> {
        names.iter().find_map(|name| self.header.iter().position(|column| column == name))
    }

    /// A table without the columns that it cannot be read without is none.
    pub(super) fn needs(&self, names: &[&str]) -> Result<(), NotTaken> {
        match self.column(names) {
            Some(_) => Ok(()),
            None => Err(NotTaken::Broken {
                line: 1,
                field: "the header".to_owned(),
                why: format!("there is no column {}", names.join(" or ")),
            }),
        }
    }

    /// Hands each row behind the header to `take`.
    pub(super) fn rows(&self, maker: &mut Maker<'_>, take: impl FnMut(&Row<'_>, &mut Maker<'_>)) {
        self.each(1, maker, take);
    }

    /// Hands every row to `take`, the first as well.
    pub(super) fn all(&self, maker: &mut Maker<'_>, take: impl FnMut(&Row<'_>, &mut Maker<'_>)) {
        self.each(0, maker, take);
    }

    fn each(
        &self,
        skipped: usize,
        maker: &mut Maker<'_>,
        mut take: impl FnMut(&Row<'_>, &mut Maker<'_>),
    ) {
        // Reading from memory, and with rows of any length, cannot fail.
        for record in self.reader().into_byte_records().skip(skipped).flatten() {
            let line = record.position().map_or(0, csv::Position::line);
            let row = Row { header: &self.header, record };
            maker.place = Place { line, field: "row".to_owned(), text: row.text() };
            match row.not_text() {
                Some(field) => {
                    maker.place.field = field;
                    maker.reject("this is no UTF-8");
                }
                None => take(&row, maker),
            }
        }
    }
}

impl Row<'_> {
    /// What stands in the column that has one of these names; none where that is nothing.
    pub(super) fn get(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| {
            let at = self.header.iter().position(|column| column == name)?;
            self.at(at)
        })
    }

    /// What stands in the column at this place.
    pub(super) fn at(&self, at: usize) -> Option<&str> {
        let text = std::str::from_utf8(self.record.get(at)?).ok()?.trim();
        (!text.is_empty()).then_some(text)
    }

    /// A number, where one is written; `Err` where something else is.
    pub(super) fn number(&self, names: &[&str]) -> Result<Option<f64>, String> {
        let Some(text) = self.get(names) else { return Ok(None) };
        let plain = text.replace(',', ".");
        match plain.parse::<f64>() {
            Ok(number) if number.is_finite() && number >= 0.0 => Ok(Some(number)),
            _ => Err(names[0].to_owned()),
        }
    }

    /// A whole number.
    pub(super) fn whole(&self, names: &[&str]) -> Result<Option<u64>, String> {
        match self.number(names)? {
            Some(number) if number.fract() == 0.0 && number <= WHOLE_MAX => Ok(Some(number as u64)),
            Some(_) => Err(names[0].to_owned()),
            None => Ok(None),
        }
    }

    /// A time, or a day.
    pub(super) fn time(&self, names: &[&str]) -> Result<Option<Timestamp>, String> {
        match self.get(names) {
            None => Ok(None),
            Some(text) => time(text).map(Some).ok_or_else(|| names[0].to_owned()),
        }
    }

    fn not_text(&self) -> Option<String> {
        let at = self.record.iter().position(|field| std::str::from_utf8(field).is_err())?;
        Some(self.header.get(at).map_or_else(|| format!("column {}", at + 1), Clone::clone))
    }

    fn text(&self) -> String {
        let fields: Vec<_> = self.record.iter().map(String::from_utf8_lossy).collect();
        fields.join(" | ")
    }
}

/// Beyond this a float does not hold every whole number.
const WHOLE_MAX: f64 = 9_007_199_254_740_992.0;

/// `2024-05-01T10:00:00Z`, with any offset or none, or `2024-05-01`: its beginning, UTC.
pub(super) fn time(text: &str) -> Option<Timestamp> {
    let zoned = text.parse::<jiff::Timestamp>().ok();
    let civil = || {
        let at: jiff::civil::DateTime = text.parse().ok()?;
        Some(at.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp())
    };
    Timestamp::from_ms(zoned.or_else(civil)?.as_millisecond())
}
