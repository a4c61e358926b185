//! `accounts.csv` and `accounts.parquet`: one row for every accepted sign-up,
//! in input order: `account_id, campaign_id, risk, reasons`.

use super::{ACCOUNTS_CSV, ACCOUNTS_PARQUET, File, Folder, Mode};
use anyhow::Context;
use arrow::array::{ArrayRef, BooleanArray, Float32Array, RecordBatch, StringArray, StringBuilder};
use arrow::datatypes::{DataType, Field, Schema};
use arrow::error::ArrowError;
use campaigns::{Campaign, Findings, Kind};
use parquet::arrow::arrow_reader::{ArrowPredicateFn, ParquetRecordBatchReaderBuilder, RowFilter};
use parquet::arrow::{ArrowWriter, ProjectionMask};
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;
use std::borrow::Cow;
use std::io::Write;
use std::sync::Arc;

/// A person reads the best three; the rest is in campaigns.jsonl.
const REASONS_MAX: usize = 3;
const REASONS_SEPARATOR: &str = " | ";

/// Rows per record batch: large enough to compress, small enough to hold.
const BATCH_ROWS: usize = 1 << 16;

/// Rows per row group: what `dragnet explain` reads at once.
const GROUP_ROWS: usize = 1 << 20;

/// Both files in the making.
pub(crate) struct Accounts<'a> {
    findings: &'a Findings,
    reasons: Vec<String>,
    row: usize,
    csv: File,
    parquet: ArrowWriter<File>,
    schema: Arc<Schema>,
    batch: Batch,
}

#[derive(Default)]
struct Batch {
    account_id: StringBuilder,
    campaign_id: StringBuilder,
    risk: Vec<f32>,
    reasons: StringBuilder,
}

impl<'a> Accounts<'a> {
    /// Begins both files; the findings' first rows, so many, are `carried` over from
    /// an earlier run and not listed again.
    pub(crate) fn begin(
        folder: &Folder,
        findings: &'a Findings,
        carried: usize,
    ) -> anyhow::Result<Self> {
        let mut csv = folder.file(ACCOUNTS_CSV, Mode::Shared)?;
        csv.write_all(b"account_id,campaign_id,risk,reasons\n")?;
        let schema = Arc::new(Schema::new(vec![
            Field::new("account_id", DataType::Utf8, false),
            Field::new("campaign_id", DataType::Utf8, true),
            Field::new("risk", DataType::Float32, false),
            Field::new("reasons", DataType::Utf8, true),
        ]));
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_max_row_group_row_count(Some(GROUP_ROWS))
            .build();
        let file = folder.file(ACCOUNTS_PARQUET, Mode::Shared)?;
        let parquet = ArrowWriter::try_new(file, schema.clone(), Some(properties))
            .with_context(|| format!("cannot write {ACCOUNTS_PARQUET}"))?;
        let reasons = findings.campaigns.iter().map(short_reasons).collect();
        Ok(Self { findings, reasons, row: carried, csv, parquet, schema, batch: Batch::default() })
    }

    /// The next sign-up's row.
    pub(crate) fn push(&mut self, account_id: &str) -> anyhow::Result<()> {
        let risk = self.findings.risk.get(self.row).copied().unwrap_or(0.0);
        let campaign = self.findings.campaign.get(self.row).copied().flatten();
        let of_campaign = campaign.map(|c| self.reasons[c as usize].as_str());
        let reasons = with_own(self.findings, self.row, of_campaign);
        let reasons = reasons.as_deref();
        self.row += 1;
        let id = self.campaign_id(campaign);
        write_csv(&mut self.csv, account_id, id, risk, reasons)?;
        self.batch.push(account_id, id, risk, reasons);
        self.write_full_batch()
    }

    /// A row of an account whose sign-up is not among the findings' rows. Its reasons
    /// are its campaign's: the text repeats them nowhere.
    pub(crate) fn push_listed(
        &mut self,
        account_id: &str,
        risk: f32,
        campaign: Option<u32>,
    ) -> anyhow::Result<()> {
        let id = self.campaign_id(campaign);
        write_csv(&mut self.csv, account_id, id, risk, None)?;
        let reasons = campaign.map(|c| self.reasons[c as usize].as_str());
        self.batch.push(account_id, id, risk, reasons);
        self.write_full_batch()
    }

    /// An organisation's accounts are in no campaign.
    fn campaign_id(&self, campaign: Option<u32>) -> Option<&'a str> {
        let campaign = campaign.map(|c| &self.findings.campaigns[c as usize]);
        campaign.filter(|c| c.kind == Kind::Factory).map(|c| c.id.as_str())
    }

    fn write_full_batch(&mut self) -> anyhow::Result<()> {
        if self.batch.risk.len() == BATCH_ROWS { self.write_batch() } else { Ok(()) }
    }

    /// Completes both files.
    pub(crate) fn finish(mut self) -> anyhow::Result<()> {
        self.write_batch()?;
        self.csv.finish()?;
        let parquet = self
            .parquet
            .into_inner()
            .with_context(|| format!("cannot write {ACCOUNTS_PARQUET}"))?;
        parquet.finish()
    }

    fn write_batch(&mut self) -> anyhow::Result<()> {
        let text = |builder: &mut StringBuilder| -> ArrayRef { Arc::new(builder.finish()) };
        let columns = vec![
            text(&mut self.batch.account_id),
            text(&mut self.batch.campaign_id),
            Arc::new(Float32Array::from(std::mem::take(&mut self.batch.risk))),
            text(&mut self.batch.reasons),
        ];
        let batch = RecordBatch::try_new(self.schema.clone(), columns)?;
        self.parquet.write(&batch).with_context(|| format!("cannot write {ACCOUNTS_PARQUET}"))
    }
}

impl Batch {
    fn push(&mut self, account_id: &str, id: Option<&str>, risk: f32, reasons: Option<&str>) {
        self.account_id.append_value(account_id);
        self.campaign_id.append_option(id);
        self.risk.push(risk);
        self.reasons.append_option(reasons);
    }
}

/// Why a row is at risk: what its company or labels tell, then what its campaign shares.
fn with_own<'r>(
    findings: &'r Findings,
    row: usize,
    of_campaign: Option<&'r str>,
) -> Option<Cow<'r, str>> {
    let because = findings.because.get(&(row as u32));
    match (because, of_campaign) {
        (Some(because), Some(reasons)) => {
            Some(format!("{because}{REASONS_SEPARATOR}{reasons}").into())
        }
        (Some(because), None) => Some(because.into()),
        (None, reasons) => reasons.map(Cow::from),
    }
}

/// The best reasons of a campaign on one line.
fn short_reasons(campaign: &Campaign) -> String {
    let words: Vec<_> =
        campaign.reasons.iter().take(REASONS_MAX).map(|r| r.words.as_str()).collect();
    if campaign.kind == Kind::Organisation {
        return "looks like one organisation's own accounts".into();
    }
    words.join(REASONS_SEPARATOR)
}

fn write_csv(
    csv: &mut File,
    account_id: &str,
    campaign_id: Option<&str>,
    risk: f32,
    reasons: Option<&str>,
) -> std::io::Result<()> {
    write_field(csv, account_id)?;
    csv.write_all(b",")?;
    write_field(csv, campaign_id.unwrap_or_default())?;
    write!(csv, ",{risk},")?;
    write_field(csv, reasons.unwrap_or_default())?;
    csv.write_all(b"\n")
}

/// A field by RFC 4180: in quotes where it must be.
fn write_field(csv: &mut File, field: &str) -> std::io::Result<()> {
    if !field.contains(['"', ',', '\n', '\r']) {
        return csv.write_all(field.as_bytes());
    }
    write!(csv, "\"{}\"", field.replace('"', "\"\""))
}

/// A row of a finished `accounts.parquet`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Account {
    /// Its number, from 0, in input order.
    pub(crate) row: u64,
    /// As the platform has it.
    pub(crate) account_id: String,
    /// The campaign it is in.
    pub(crate) campaign_id: Option<String>,
    /// 0..1.
    pub(crate) risk: f32,
    /// Why its company or labels raised its risk, in words.
    pub(crate) because: Option<String>,
}

/// What the sentences begin with that say so.
const BECAUSE: [&str; 2] = [campaigns::learning::SAID, campaigns::company::SAID];

/// Calls `visit` for each row of a finished result, in order.
pub(crate) fn read(dir: &std::path::Path, mut visit: impl FnMut(Account)) -> anyhow::Result<()> {
    let path = dir.join(ACCOUNTS_PARQUET);
    let shown = path.display();
    let file = std::fs::File::open(&path).with_context(|| format!("cannot read {shown}"))?;
    let reader = ParquetRecordBatchReaderBuilder::try_new(file)
        .and_then(|builder| builder.with_batch_size(BATCH_ROWS).build())
        .with_context(|| format!("{shown} is damaged"))?;
    let mut row = 0;
    for batch in reader {
        let batch = batch.with_context(|| format!("{shown} is damaged"))?;
        let (Some(ids), Some(campaigns), Some(risks), Some(reasons)) = (
            texts(&batch, "account_id"),
            texts(&batch, "campaign_id"),
            risks(&batch),
            texts(&batch, "reasons"),
        ) else {
            anyhow::bail!("{shown} has other columns than Dragnet writes");
        };
        for (((id, campaign), risk), reasons) in ids.iter().zip(campaigns).zip(risks).zip(reasons) {
            let first = reasons.and_then(|reasons| reasons.split(REASONS_SEPARATOR).next());
            visit(Account {
                row,
                account_id: id.unwrap_or_default().to_owned(),
                campaign_id: campaign.map(str::to_owned),
                risk: risk.unwrap_or(0.0),
                because: first
                    .filter(|first| BECAUSE.iter().any(|said| first.starts_with(said)))
                    .map(str::to_owned),
            });
            row += 1;
        }
    }
    Ok(())
}

/// Calls `visit` for each row of an open `accounts.parquet` that is of a campaign, or for
/// all of them where none is named: account, risk, reasons. Rows of other campaigns are
/// passed over by that one column.
pub(crate) fn read_of(
    file: std::fs::File,
    campaign: Option<&str>,
    mut visit: impl FnMut(&str, f32, &[&str]),
) -> anyhow::Result<()> {
    let damaged = || format!("{ACCOUNTS_PARQUET} is damaged");
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).with_context(damaged)?;
    let column = |name: &'static str| ProjectionMask::columns(builder.parquet_schema(), [name]);
    let filter = campaign.map(|campaign| {
        let campaign = campaign.to_owned();
        let is_of = move |batch: RecordBatch| {
            let ids = texts(&batch, "campaign_id").ok_or_else(|| {
                ArrowError::SchemaError("campaign_id is no column of texts".to_owned())
            })?;
            Ok(ids.iter().map(|id| Some(id == Some(&campaign))).collect::<BooleanArray>())
        };
        RowFilter::new(vec![Box::new(ArrowPredicateFn::new(column("campaign_id"), is_of))])
    });
    let builder = match filter {
        Some(filter) => builder.with_row_filter(filter),
        None => builder,
    };
    let reader = builder.with_batch_size(BATCH_ROWS).build().with_context(damaged)?;
    for batch in reader {
        let batch = batch.with_context(damaged)?;
        let (Some(ids), Some(risks), Some(reasons)) =
            (texts(&batch, "account_id"), risks(&batch), texts(&batch, "reasons"))
        else {
            anyhow::bail!("{ACCOUNTS_PARQUET} has other columns than Dragnet writes");
        };
        for ((id, risk), reasons) in ids.iter().zip(risks).zip(reasons) {
            let reasons: Vec<&str> =
                reasons.into_iter().flat_map(|all| all.split(REASONS_SEPARATOR)).collect();
            visit(id.unwrap_or_default(), risk.unwrap_or(0.0), &reasons);
        }
    }
    Ok(())
}

fn texts<'b>(batch: &'b RecordBatch, name: &str) -> Option<&'b StringArray> {
    batch.column_by_name(name)?.as_any().downcast_ref()
}

fn risks(batch: &RecordBatch) -> Option<&Float32Array> {
    batch.column_by_name("risk")?.as_any().downcast_ref()
}
