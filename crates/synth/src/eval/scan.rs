//! A scan's output directory, joined to the truth while it streams by:
//! `accounts.csv` or `accounts.parquet`, `campaigns.jsonl`, `run.json`.

use super::truth::heading;
use super::{EvalError, Roll, Truth};
use arrow::array::{Array, AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

/// Risk and group of every account of the truth, whoever gave them.
#[derive(Clone, Debug)]
pub struct Scores {
    /// Risk 0..1 by truth row.
    pub risk: Vec<f64>,
    /// Group by truth row: a campaign that the method calls a factory's.
    pub group: Vec<Option<u32>>,
}

impl Scores {
    /// Risk 0 and no group for every account.
    pub fn none(accounts: usize) -> Self {
        Self { risk: vec![0.0; accounts], group: vec![None; accounts] }
    }
}

/// A scan's output, seen from the truth.
#[derive(Clone, Debug)]
pub struct Scan {
    /// Risk and factory campaign of every labelled account.
    pub scores: Scores,
    /// What the join met.
    pub join: Join,
    /// Actor of every labelled account in a factory campaign; a campaign without
    /// one is an actor by itself.
    pub actor: Vec<Option<u32>>,
    /// Estimated fraudulent share, if `run.json` holds one.
    pub share: Option<Share>,
}

/// How the two sides met.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Join {
    /// Labelled accounts that the scan does not list: taken as risk 0.
    pub missing_in_scan: u64,
    /// Rows of the scan whose account has no label: left out.
    pub missing_in_truth: u64,
    /// Further rows of an account that the scan lists more than once: the
    /// highest risk counts, with its campaign.
    pub repeated_in_scan: u64,
    /// Factory campaigns in `campaigns.jsonl` that count (risk high enough).
    pub factories: u64,
    /// Factory campaigns whose risk is below [`super::Options::campaign_risk_min`]:
    /// left out of every campaign figure.
    pub factories_below: u64,
    /// Campaigns recognised as organisations: no factory, left out likewise.
    pub organisations: u64,
    /// Campaign ids of accounts that `campaigns.jsonl` lacks: they count.
    pub unlisted: u64,
}

/// The estimated fraudulent share of `run.json`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Share {
    /// Point estimate, 0..1.
    pub estimate: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl Scan {
    /// Reads the directory that `dragnet scan --out` wrote. Campaigns of a
    /// lower risk than `campaign_risk_min` do not count as predicted.
    pub fn open(dir: &Path, truth: &Truth, campaign_risk_min: f64) -> Result<Self, EvalError> {
        let mut joining =
            Joining::new(truth, listed(&dir.join("campaigns.jsonl"))?, campaign_risk_min);
        let (columns, text) = (dir.join("accounts.parquet"), dir.join("accounts.csv"));
        if columns.exists() {
            joining.parquet(open(&columns)?, &columns.display().to_string())?;
        } else if text.exists() {
            joining.csv(open(&text)?, &text.display().to_string())?;
        } else {
            let reason = "neither accounts.parquet nor accounts.csv: is this a scan's output?";
            return Err(EvalError::file(&dir.display().to_string(), reason));
        }
        Ok(joining.finish(share(&dir.join("run.json"))?))
    }
    /// Reads one `accounts.csv` and, if there is one, its `campaigns.jsonl`.
    pub fn read(
        accounts: impl Read,
        campaigns: Option<&mut dyn BufRead>,
        truth: &Truth,
        campaign_risk_min: f64,
    ) -> Result<Self, EvalError> {
        let listed = campaigns.map(|lines| campaign_lines(lines, "campaigns.jsonl")).transpose()?;
        let mut joining = Joining::new(truth, listed, campaign_risk_min);
        joining.csv(accounts, "accounts.csv")?;
        Ok(joining.finish(None))
    }
}

fn open(path: &Path) -> Result<File, EvalError> {
    File::open(path).map_err(|source| EvalError::io(&path.display().to_string(), source))
}

/// One line of `campaigns.jsonl`, as far as it matters here.
#[derive(Deserialize)]
struct Listed {
    id: String,
    kind: String,
    risk: f64,
    #[serde(default)]
    actor: Option<ListedActor>,
}

#[derive(Deserialize)]
struct ListedActor {
    id: String,
}

fn listed(path: &Path) -> Result<Option<Vec<Listed>>, EvalError> {
    if !path.exists() {
        return Ok(None);
    }
    campaign_lines(&mut BufReader::new(open(path)?), &path.display().to_string()).map(Some)
}

fn campaign_lines(lines: &mut dyn BufRead, file: &str) -> Result<Vec<Listed>, EvalError> {
    let mut campaigns: Vec<Listed> = Vec::new();
    for (line, text) in (1..).zip(lines.lines()) {
        let text = text.map_err(|source| EvalError::io(file, source))?;
        if text.trim().is_empty() {
            continue;
        }
        let campaign: Listed = serde_json::from_str(&text)
            .map_err(|error| EvalError::row(file, line, "*", error.to_string()))?;
        if !["factory", "organisation"].contains(&campaign.kind.as_str()) {
            return Err(EvalError::row(file, line, "kind", "neither `factory` nor `organisation`"));
        }
        campaigns.push(campaign);
    }
    Ok(campaigns)
}

/// The share stands at the top of `run.json` or one level down, whatever the
/// part is called; a run without one is fine.
fn share(path: &Path) -> Result<Option<Share>, EvalError> {
    if !path.exists() {
        return Ok(None);
    }
    let file = path.display().to_string();
    let run: serde_json::Value = serde_json::from_reader(BufReader::new(open(path)?))
        .map_err(|error| EvalError::file(&file, format!("not JSON: {error}")))?;
    let parts =
        std::iter::once(&run).chain(run.as_object().into_iter().flat_map(serde_json::Map::values));
    Ok(parts.filter_map(|part| part.get("share")).find_map(|share| Share::deserialize(share).ok()))
}

/// The join in progress.
struct Joining<'a> {
    truth: &'a Truth,
    scores: Scores,
    seen: Vec<bool>,
    campaigns: Roll,
    /// Whether the campaign of this number counts as a predicted factory.
    counts: Vec<bool>,
    actors: Roll,
    /// Actor of the campaign of this number.
    actor_of: Vec<u32>,
    join: Join,
}

impl<'a> Joining<'a> {
    fn new(truth: &'a Truth, listed: Option<Vec<Listed>>, risk_min: f64) -> Self {
        let accounts = truth.len();
        let (campaigns, counts, join) = (Roll::default(), Vec::new(), Join::default());
        let mut joining = Self {
            truth,
            scores: Scores::none(accounts),
            seen: vec![false; accounts],
            campaigns,
            counts,
            actors: Roll::default(),
            actor_of: Vec::new(),
            join,
        };
        for campaign in listed.into_iter().flatten() {
            let is_factory = campaign.kind == "factory";
            let is_counted = is_factory && campaign.risk >= risk_min;
            joining.join.organisations += u64::from(!is_factory);
            joining.join.factories += u64::from(is_counted);
            joining.join.factories_below += u64::from(is_factory && !is_counted);
            joining.campaigns.number(&campaign.id);
            joining.counts.push(is_counted);
            let actor = campaign.actor.map_or(campaign.id, |actor| actor.id);
            joining.actor_of.push(joining.actors.number(&actor));
        }
        joining
    }

    fn push(&mut self, account: &[u8], campaign: &str, risk: f64) {
        let group = self.group(campaign.trim());
        let Some(row) = self.truth.row(account) else {
            self.join.missing_in_truth += 1;
            return;
        };
        let row = row as usize;
        if std::mem::replace(&mut self.seen[row], true) {
            self.join.repeated_in_scan += 1;
            if risk <= self.scores.risk[row] {
                return;
            }
        }
        self.scores.risk[row] = risk;
        self.scores.group[row] = group;
    }

    fn group(&mut self, campaign: &str) -> Option<u32> {
        if campaign.is_empty() {
            return None;
        }
        let number = self.campaigns.number(campaign);
        if number as usize == self.counts.len() {
            self.counts.push(true);
            self.actor_of.push(self.actors.number(campaign));
            self.join.unlisted += 1;
        }
        self.counts[number as usize].then_some(number)
    }

    fn csv(&mut self, reader: impl Read, file: &str) -> Result<(), EvalError> {
        let mut rows = csv::Reader::from_reader(BufReader::new(reader));
        let header = rows.byte_headers().map_err(|error| EvalError::csv(file, error))?;
        let found: Vec<String> = header.iter().map(heading).collect();
        let [account, campaign, risk] = places(&found, file)?;
        let mut record = csv::ByteRecord::new();
        while rows.read_byte_record(&mut record).map_err(|error| EvalError::csv(file, error))? {
            let text =
                std::str::from_utf8(&record[risk]).ok().and_then(|text| text.trim().parse().ok());
            let line = record.position().map_or(0, csv::Position::line);
            let risk = checked_risk(text, file, line)?;
            self.push(&record[account], &String::from_utf8_lossy(&record[campaign]), risk);
        }
        Ok(())
    }

    fn parquet(&mut self, reader: File, file: &str) -> Result<(), EvalError> {
        let broken =
            |error: String| EvalError::file(file, format!("not readable Parquet: {error}"));
        let builder = ParquetRecordBatchReaderBuilder::try_new(reader)
            .map_err(|error| broken(error.to_string()))?;
        let found: Vec<String> =
            builder.schema().fields().iter().map(|f| heading(f.name().as_bytes())).collect();
        let mask = ProjectionMask::roots(builder.parquet_schema(), places(&found, file)?);
        let batches =
            builder.with_projection(mask).build().map_err(|error| broken(error.to_string()))?;
        let mut row = 0;
        for batch in batches {
            let batch = batch.map_err(|error| broken(error.to_string()))?;
            self.batch(&batch, file, row)?;
            row += batch.num_rows() as u64;
        }
        Ok(())
    }

    fn batch(&mut self, batch: &RecordBatch, file: &str, row_first: u64) -> Result<(), EvalError> {
        let found: Vec<String> =
            batch.schema().fields().iter().map(|f| heading(f.name().as_bytes())).collect();
        let [account, campaign, risk] = places(&found, file)?;
        let wrong_type = |error: arrow::error::ArrowError| EvalError::file(file, error.to_string());
        let account = cast(batch.column(account), &DataType::Utf8).map_err(wrong_type)?;
        let campaign = cast(batch.column(campaign), &DataType::Utf8).map_err(wrong_type)?;
        let risk = cast(batch.column(risk), &DataType::Float64).map_err(wrong_type)?;
        let (account, campaign) = (account.as_string::<i32>(), campaign.as_string::<i32>());
        let risk = risk.as_primitive::<Float64Type>();
        for i in 0..batch.num_rows() {
            let value = risk.is_valid(i).then(|| risk.value(i));
            let value = checked_risk(value, file, row_first + i as u64 + 1)?;
            let campaign = if campaign.is_valid(i) { campaign.value(i) } else { "" };
            self.push(account.value(i).as_bytes(), campaign, value);
        }
        Ok(())
    }

    fn finish(mut self, share: Option<Share>) -> Scan {
        self.join.missing_in_scan = self.seen.iter().filter(|seen| !**seen).count() as u64;
        let actor_of = |group: &Option<u32>| group.map(|group| self.actor_of[group as usize]);
        let actor = self.scores.group.iter().map(actor_of).collect();
        Scan { scores: self.scores, actor, join: self.join, share }
    }
}

fn places(found: &[String], file: &str) -> Result<[usize; 3], EvalError> {
    let place = |field: &'static str| {
        let missing = || EvalError::Column {
            file: file.into(),
            field,
            accepted: field.into(),
            found: found.join(", "),
        };
        found.iter().position(|name| name == field).ok_or_else(missing)
    };
    Ok([place("account_id")?, place("campaign_id")?, place("risk")?])
}

fn checked_risk(risk: Option<f64>, file: &str, line: u64) -> Result<f64, EvalError> {
    risk.filter(|risk| (0.0..=1.0).contains(risk))
        .ok_or_else(|| EvalError::row(file, line, "risk", "not a number from 0 to 1"))
}
