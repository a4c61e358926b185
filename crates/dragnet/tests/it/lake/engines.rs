//! Others read a lake with no help from us: DuckDB and Polars, by plain globs.
//! Where they are not installed (`make test` does it), the tests say so and pass.

use super::world;
use crate::room::Room;
use std::path::PathBuf;
use std::process::Command;

/// The Python that has them.
pub(super) fn python() -> Option<PathBuf> {
    let python =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../target/lake-tools/bin/python");
    if !python.is_file() {
        println!("skipped: no target/lake-tools (scripts/test.sh installs it)");
        return None;
    }
    Some(python)
}

const DUCKDB: &str = r#"
import duckdb
rows = duckdb.sql("""
    select day, count(*), count(distinct account_id), min(timestamp at time zone 'UTC')::date
    from read_parquet('lake/day=*/*.parquet', hive_partitioning = true, union_by_name = true)
    group by day order by day""").fetchall()
for day, count, accounts, first in rows:
    assert str(day) == str(first), (day, first)
    print(day, count, accounts)
"#;

const POLARS: &str = r#"
import polars
rows = (polars.scan_parquet("lake/day=*/*.parquet", hive_partitioning=True, missing_columns="insert",
                            extra_columns="ignore")
    .group_by("day").agg(polars.len(), polars.col("account_id").n_unique()).sort("day").collect())
for day, count, accounts in rows.iter_rows():
    print(day, count, accounts)
"#;

#[test]
fn duckdb_and_polars_count_what_we_count() {
    let Some(python) = python() else { return };
    let room = Room::new();
    world(&room, "20000");
    room.run(&["ingest", "log/signups.csv", "--lake", "lake"]).ok();
    let manifest = room.json("lake/_dragnet.json");
    let ours: String = manifest["files"]
        .as_array()
        .unwrap()
        .iter()
        // Each account of the generator signs up once.
        .map(|f| format!("{} {} {}\n", f["day"].as_str().unwrap(), f["rows"], f["rows"]))
        .collect();
    for script in [DUCKDB, POLARS] {
        let said =
            Command::new(&python).args(["-c", script]).current_dir(room.path("")).output().unwrap();
        assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
        assert_eq!(String::from_utf8(said.stdout).unwrap(), ours);
    }
}
