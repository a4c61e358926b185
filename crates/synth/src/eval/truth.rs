//! The truth file: who is fraud, in which campaign, how well hidden, and which
//! benign crowd the others stand in.
//!
//! Canonical columns: `account_id, label, campaign, factory, level, crowd`.
//! Only the first two are needed. Other usual names and labels are accepted
//! (see [`FIELDS`]); an unknown label or a second row for one account is an
//! error with its line, since a silent guess would change every figure.

use super::{EvalError, Roll};
use arrow::array::{Array, ArrayRef, AsArray, RecordBatchReader};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::file::reader::ChunkReader;
use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read};
use xxhash_rust::xxh3::xxh3_128;

/// The columns of a truth file with the names that are understood, first
/// match wins. Headers are compared in lower case with `_` for blanks and dashes.
pub const FIELDS: [(&str, &[&str]); 6] = [
    ("account_id", &["account_id", "account", "user_id", "userid", "username", "event_id", "id"]),
    (
        "label",
        &[
            "label",
            "is_fraud",
            "fraud",
            "event_label",
            "class",
            "is_bot",
            "is_fake",
            "fake",
            "bot",
            "target",
        ],
    ),
    ("campaign", &["campaign", "campaign_id", "cluster", "cluster_id", "group", "ring"]),
    ("factory", &["factory", "factory_id", "actor", "actor_id", "operator"]),
    ("level", &["level", "evasion_level", "evasion", "difficulty"]),
    ("crowd", &["crowd", "cohort", "benign_crowd", "population"]),
];

const FRAUD: [&str; 13] = [
    "fraud",
    "fraudulent",
    "fake",
    "bot",
    "sybil",
    "malicious",
    "bad",
    "abuse",
    "1",
    "1.0",
    "true",
    "yes",
    "y",
];
const REAL: [&str; 14] = [
    "real",
    "genuine",
    "legit",
    "legitimate",
    "benign",
    "human",
    "normal",
    "good",
    "ok",
    "0",
    "0.0",
    "false",
    "no",
    "n",
];

/// What is known of every labelled account, column by column.
#[derive(Clone, Debug, Default)]
pub struct Truth {
    rows: HashMap<u128, u32>,
    /// Whether the account is a factory's.
    pub fraud: Vec<bool>,
    /// Campaign, of fraud only.
    pub campaign: Vec<Option<u32>>,
    /// Factory or actor, of fraud only.
    pub factory: Vec<Option<u32>>,
    /// Evasion level, of fraud only.
    pub level: Vec<Option<u32>>,
    /// Benign crowd, of real accounts only; none for ordinary people.
    pub crowd: Vec<Option<u32>>,
    /// Names of campaigns.
    pub campaigns: Roll,
    /// Names of factories.
    pub factories: Roll,
    /// Names of levels.
    pub levels: Roll,
    /// Names of crowds.
    pub crowds: Roll,
}

impl Truth {
    /// Reads CSV, or TSV where the header has tabs and no comma. `file` names
    /// it in errors.
    pub fn read(reader: impl Read, file: &str) -> Result<Self, EvalError> {
        let mut reader = BufReader::new(reader);
        let head = reader.fill_buf().map_err(|source| EvalError::io(file, source))?;
        let head = head.split(|&byte| byte == b'\n').next().unwrap_or_default();
        let delimiter = if head.contains(&b'\t') && !head.contains(&b',') { b'\t' } else { b',' };
        let mut rows = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(reader);
        let columns =
            Columns::find(rows.byte_headers().map_err(|error| EvalError::csv(file, error))?, file)?;
        let mut truth = Self::default();
        let mut record = csv::ByteRecord::new();
        while rows.read_byte_record(&mut record).map_err(|error| EvalError::csv(file, error))? {
            let line = record.position().map_or(0, csv::Position::line);
            truth.push(&record, &columns, file, line)?;
        }
        if truth.is_empty() {
            return Err(EvalError::file(file, "no labelled account"));
        }
        Ok(truth)
    }

    /// Reads Parquet, whatever the types of its columns. `file` names it in errors,
    /// which count rows in place of lines.
    pub fn read_parquet(reader: impl ChunkReader + 'static, file: &str) -> Result<Self, EvalError> {
        let unreadable = |error: &dyn std::fmt::Display| EvalError::file(file, error.to_string());
        let batches = ParquetRecordBatchReaderBuilder::try_new(reader)
            .and_then(ParquetRecordBatchReaderBuilder::build)
            .map_err(|error| unreadable(&error))?;
        let names: csv::ByteRecord =
            batches.schema().fields().iter().map(|field| field.name().as_bytes()).collect();
        let columns = Columns::find(&names, file)?;
        let (mut truth, mut record) = (Self::default(), csv::ByteRecord::new());
        for batch in batches {
            let batch = batch.map_err(|error| unreadable(&error))?;
            let texts: Vec<ArrayRef> = (batch.columns().iter())
                .map(|column| cast(column, &DataType::Utf8))
                .collect::<Result<_, _>>()
                .map_err(|error| unreadable(&error))?;
            for row in 0..batch.num_rows() {
                record.clear();
                for column in &texts {
                    let text = column.as_string::<i32>();
                    record.push_field(if text.is_null(row) {
                        b""
                    } else {
                        text.value(row).as_bytes()
                    });
                }
                truth.push(&record, &columns, file, truth.len() as u64 + 1)?;
            }
        }
        if truth.is_empty() {
            return Err(EvalError::file(file, "no labelled account"));
        }
        Ok(truth)
    }

    /// Number of labelled accounts.
    pub fn len(&self) -> usize {
        self.fraud.len()
    }
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.fraud.is_empty()
    }
    /// A level's name, or what stands for none.
    pub fn level_name(&self, level: Option<u32>) -> &str {
        level.map_or("(none)", |level| self.levels.text(level))
    }
    /// The row of an account, if it is labelled.
    pub fn row(&self, account_id: &[u8]) -> Option<u32> {
        self.rows.get(&xxh3_128(account_id.trim_ascii())).copied()
    }

    fn push(
        &mut self,
        record: &csv::ByteRecord,
        columns: &Columns,
        file: &str,
        line: u64,
    ) -> Result<(), EvalError> {
        let account = columns.text(record, Field::Account);
        if account.is_empty() {
            return Err(EvalError::row(file, line, columns.name(Field::Account), "empty"));
        }
        let fraud = label(columns.text(record, Field::Label)).ok_or_else(|| {
            let reason = "unknown label; it must be `fraud` or `real` (1/0, true/false, fake/genuine, … also do)";
            EvalError::row(file, line, columns.name(Field::Label), reason)
        })?;
        let row = self.fraud.len() as u32;
        if self.rows.insert(xxh3_128(account), row).is_some() {
            return Err(EvalError::row(
                file,
                line,
                columns.name(Field::Account),
                "this account already has a row above",
            ));
        }
        let number = |roll: &mut Roll, field, wanted: bool| {
            let text = columns.text(record, field);
            (wanted && !text.is_empty()).then(|| roll.number(&String::from_utf8_lossy(text)))
        };
        self.fraud.push(fraud);
        self.campaign.push(number(&mut self.campaigns, Field::Campaign, fraud));
        self.factory.push(number(&mut self.factories, Field::Factory, fraud));
        self.level.push(number(&mut self.levels, Field::Level, fraud));
        self.crowd.push(number(&mut self.crowds, Field::Crowd, !fraud));
        Ok(())
    }
}

fn label(text: &[u8]) -> Option<bool> {
    let text = String::from_utf8_lossy(text).to_lowercase();
    if FRAUD.contains(&text.as_str()) {
        Some(true)
    } else {
        REAL.contains(&text.as_str()).then_some(false)
    }
}

#[derive(Clone, Copy)]
enum Field {
    Account,
    Label,
    Campaign,
    Factory,
    Level,
    Crowd,
}

/// Where each field stands in the file, and what the file calls it.
struct Columns {
    places: [Option<usize>; 6],
    names: [String; 6],
}

impl Columns {
    fn find(header: &csv::ByteRecord, file: &str) -> Result<Self, EvalError> {
        let found: Vec<String> = header.iter().map(heading).collect();
        let place =
            |names: &[&str]| names.iter().find_map(|name| found.iter().position(|f| f == name));
        let places = FIELDS.map(|(_, names)| place(names));
        for field in [Field::Account, Field::Label] {
            let (name, accepted) = FIELDS[field as usize];
            if places[field as usize].is_none() {
                let accepted = accepted.join(", ");
                return Err(EvalError::Column {
                    file: file.into(),
                    field: name,
                    accepted,
                    found: found.join(", "),
                });
            }
        }
        let names = places.map(|place| place.map_or(String::new(), |place| found[place].clone()));
        Ok(Self { places, names })
    }
    fn name(&self, field: Field) -> &str {
        &self.names[field as usize]
    }
    fn text<'a>(&self, record: &'a csv::ByteRecord, field: Field) -> &'a [u8] {
        self.places[field as usize]
            .and_then(|place| record.get(place))
            .unwrap_or_default()
            .trim_ascii()
    }
}

/// A header in its compared form.
pub(super) fn heading(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    text.trim_start_matches('\u{feff}').trim().to_lowercase().replace([' ', '-'], "_")
}
