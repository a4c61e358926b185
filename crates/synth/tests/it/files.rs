//! What is written: fewer columns, other ids, a lake by day, a truth in Parquet.
//! None of it changes what is told of a sign-up.

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::TimestampMillisecondType;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Seek, Write};
use std::sync::{Arc, Mutex};
use synth::eval::Truth;
use synth::{
    Column, Columns, Format, Ids, Log, Squeeze, Texts, TruthFile, World, write_lake, write_log,
};

const COMPACT: [Column; 8] = [
    Column::AccountId,
    Column::Timestamp,
    Column::Ip,
    Column::Asn,
    Column::Country,
    Column::Email,
    Column::UserAgent,
    Column::Referrer,
];

/// Files by their paths, as a folder would hold them.
#[derive(Clone, Default)]
struct Folder(Arc<Mutex<BTreeMap<String, Vec<u8>>>>);

struct Open(Folder, String);

impl Write for Open {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.0.lock().unwrap().entry(self.1.clone()).or_default().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn lake(log: &Log) -> BTreeMap<String, Vec<u8>> {
    let folder = Folder::default();
    let open = |path: &str| Ok(Open(folder.clone(), path.to_owned()));
    write_lake(log, open, TruthFile::<io::Sink>::none(), |_| Ok(())).unwrap();
    let files = folder.0.lock().unwrap();
    files.clone()
}

/// The lines of a log as CSV, cell by cell.
fn cells(log: &Log) -> Vec<Vec<String>> {
    let mut text = Vec::new();
    let truth = TruthFile::<io::Sink>::none();
    write_log(log, Format::Csv(Squeeze::None), &mut text, truth, |_| Ok(())).unwrap();
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(&text[..]);
    let line = |line: csv::StringRecord| line.iter().map(str::to_owned).collect();
    reader.records().map(|record| line(record.unwrap())).collect()
}

fn file(bytes: &[u8]) -> File {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    file.rewind().unwrap();
    file
}

fn batches(bytes: &[u8]) -> Vec<RecordBatch> {
    let reader = ParquetRecordBatchReaderBuilder::try_new(file(bytes)).unwrap().build().unwrap();
    reader.map(Result::unwrap).collect()
}

/// Any choice of columns leaves the cells of the others as they are: what is skipped
/// must not move the draws of what is not.
#[test]
fn fewer_columns_hold_the_same_cells() {
    let worlds = [World::new(3, 4_000), World::wild(12, 3_000), World::wild(19, 3_000)];
    for world in worlds {
        let whole = cells(&Log::draw(&world).unwrap());
        // An empty line stands for nobody: beside its account each column has one.
        let alone = Column::ALL.map(|(column, _)| Columns::from_iter([Column::AccountId, column]));
        for columns in alone.into_iter().chain([COMPACT.into_iter().collect()]) {
            let wanted = |line: &Vec<String>| -> Vec<String> {
                columns.iter().map(|column| line[column as usize].clone()).collect()
            };
            let expected: Vec<Vec<String>> = whole.iter().map(wanted).collect();
            let found = cells(&Log::draw(&world).unwrap().only(columns));
            assert!(found == expected, "{:?}", columns.iter().collect::<Vec<_>>());
        }
    }
}

#[test]
fn ids_by_number_change_nothing_else() {
    let world = World::new(5, 3_000);
    let (usual, numbered) =
        (Log::draw(&world).unwrap(), Log::draw(&world).unwrap().with_ids(Ids::Sequential));
    let (usual, numbered) = (cells(&usual), cells(&numbered));
    assert_eq!(numbered[1][1], "u000000001");
    assert_eq!(numbered[3_000][1], "u000003000");
    for (usual, numbered) in usual.iter().zip(&numbered) {
        assert!(usual[0] == numbered[0] && usual[2..] == numbered[2..]);
    }
}

#[test]
fn a_lake_holds_the_log_day_by_day_on_any_number_of_threads() {
    let world = World { days: 5, ..World::new(8, 6_000) };
    let compact = COMPACT.into_iter().collect();
    let log = || Log::draw(&world).unwrap().only(compact);
    let on = |threads: usize, texts: Texts| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| lake(&log().with_texts(texts)))
    };
    let files = on(1, Texts::Kept);
    assert!(files == on(4, Texts::Spent));
    let mut accounts = Vec::new();
    let mut by_day: BTreeMap<String, usize> = BTreeMap::new();
    for (path, file) in &files {
        let date = path.strip_prefix("day=").unwrap()[..10].to_owned();
        for batch in batches(file) {
            let times = batch["timestamp"].as_primitive::<TimestampMillisecondType>();
            assert!(times.values().is_sorted());
            *by_day.entry(date.clone()).or_default() += batch.num_rows();
            accounts
                .extend(batch["account_id"].as_string::<i32>().iter().flatten().map(str::to_owned));
        }
    }
    let lines = &cells(&log())[1..];
    let mut expected: BTreeMap<String, usize> = BTreeMap::new();
    lines.iter().for_each(|line| *expected.entry(line[1][..10].to_owned()).or_default() += 1);
    assert_eq!(by_day, expected);
    assert!(lines.iter().map(|line| &line[0]).eq(&accounts));
}

#[test]
fn the_truth_says_the_same_in_parquet() {
    let log = Log::draw(&World::new(6, 5_000)).unwrap();
    let (mut text, mut columns) = (Vec::new(), Vec::new());
    let write = |truth| {
        write_log(&log, Format::Parquet, io::sink(), truth, |_| Ok(())).unwrap();
    };
    write(TruthFile::csv(&mut text).unwrap());
    write(TruthFile::parquet(&mut columns, &log).unwrap());
    assert!(columns.len() < text.len() / 2);
    let told = Truth::read(&text[..], "truth.csv").unwrap();
    let found = Truth::read_parquet(file(&columns), "truth.parquet").unwrap();
    assert_eq!(format!("{:?}", by_row(&told)), format!("{:?}", by_row(&found)));
}

/// All that a truth holds, in the order of its rows.
fn by_row(truth: &Truth) -> impl std::fmt::Debug + '_ {
    let words = |roll: &synth::eval::Roll, column: &[Option<u32>]| -> Vec<Option<String>> {
        column.iter().map(|number| number.map(|number| roll.text(number).to_owned())).collect()
    };
    (
        &truth.fraud,
        words(&truth.campaigns, &truth.campaign),
        words(&truth.factories, &truth.factory),
        words(&truth.levels, &truth.level),
        words(&truth.crowds, &truth.crowd),
    )
}
