//! What can be typed, raw. `config` checks it and makes it complete.

use clap::{ColorChoice, Parser, Subcommand};
use std::path::PathBuf;

const EXIT_CODES: &str = "\
Exit codes:
  0    done, with or without campaigns
  1    failed: nothing readable, too many bad rows, disk full, …
  2    the command line is wrong
  130  interrupted (Ctrl-C); nothing half-written is left";

/// Finds account factories in sign-up logs
#[derive(Debug, Parser)]
#[command(name = "dragnet", version, after_help = EXIT_CODES, propagate_version = true, arg_required_else_help = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
    /// Use colour: auto (on a terminal, unless NO_COLOR is set), always, never
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        hide_default_value = true
    )]
    pub(crate) color: ColorChoice,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    // Many flags: boxed, so that the others are not as large.
    Scan(Box<ScanArgs>),
    Ingest(IngestArgs),
    Explain(ExplainArgs),
    Eval(crate::commands::eval::Args),
    Synth(crate::commands::synth::Args),
    Bench(crate::commands::bench::Args),
    Train(crate::commands::train::Args),
    Refdata(crate::commands::refdata::RefdataArgs),
    Cluster(crate::commands::cluster::ClusterArgs),
    Intel(Box<crate::commands::intel::IntelArgs>),
    Share(Box<crate::commands::share::ShareArgs>),
    Act(Box<crate::commands::act::ActArgs>),
    Serve(Box<crate::commands::serve::ServeArgs>),
    Policy(Box<crate::commands::policy::PolicyArgs>),
    Mcp(crate::commands::mcp::McpArgs),
    User(crate::commands::user::UserArgs),
    Config(crate::commands::config::ConfigArgs),
}

const SCAN_EXAMPLES: &str = "\
Examples:
  dragnet scan signups.csv
  dragnet scan logs/ --out monday.dragnet
  dragnet scan 'logs/2024-03-*.jsonl.gz' --map account_id=user_id,timestamp=created
  zcat signups.csv.gz | dragnet scan - --json | jq '.campaigns[].id'
  dragnet scan tuesday.csv --previous monday.dragnet   # keeps campaign ids
  dragnet scan signups.csv --harm reports.csv chargebacks.jsonl.gz --rank harm
  dragnet scan lake --since 2026-01-01 --until 2026-02-01
  dragnet scan s3://bucket/lake --out january.dragnet
  dragnet scan s3://bucket/lake --cluster df://node-1:50050   # see dragnet cluster

DIR holds report.html, accounts.csv and accounts.parquet (a row for every
sign-up), campaigns.jsonl, rejected.jsonl, run.json, and what `dragnet explain`
and the next `--previous` need.

Exit codes: 0 done, with or without campaigns; 1 failed; 2 the command line is
wrong; 130 interrupted.";

/// Find the factories in sign-up logs
///
/// Reads CSV, TSV, JSONL, Parquet and Stack Exchange Users.xml, also in gzip
/// or zstd. Only an account id and a timestamp are required; every other
/// column (ip, email, username, phone, user_agent, device_id, ja4, …) makes
/// the result better, and the summary says what was missing.
#[derive(Debug, clap::Args)]
#[command(after_help = SCAN_EXAMPLES)]
pub(crate) struct ScanArgs {
    /// Files, folders, globs, lakes, s3://BUCKET/PATH, or - for standard input
    #[arg(required = true, value_name = "FILE")]
    pub(crate) inputs: Vec<PathBuf>,
    /// Where the result goes [default: FILE's name + .dragnet, here]
    #[arg(long, short, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Replace DIR if it holds an earlier result
    #[arg(long)]
    pub(crate) force: bool,
    #[command(flatten)]
    pub(crate) reading: ReadingArgs,
    /// Only sign-ups from this time on: 2026-01-01 (UTC) or RFC 3339; of a lake, only
    /// the files and rows of that time are read
    #[arg(long, value_name = "TIME")]
    pub(crate) since: Option<String>,
    /// Only sign-ups before this time
    #[arg(long, value_name = "TIME")]
    pub(crate) until: Option<String>,
    /// Use this unknown column as a signal too (repeatable)
    #[arg(long, value_name = "COLUMN", value_delimiter = ',')]
    pub(crate) signal: Vec<String>,
    /// An earlier result, whose campaigns keep their ids and pseudonyms
    #[arg(long, value_name = "DIR")]
    pub(crate) previous: Option<PathBuf>,
    /// What accounts did later (abuse, chargebacks, …): files of account_id, kind
    /// and, if known, timestamp and amount; shown by campaign, never part of the risk
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub(crate) harm: Vec<PathBuf>,
    /// What was found out about accounts: files of account_id, kind (banned, appealed,
    /// good, purchased) and, if known, seller and timestamp; compared and learned from
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub(crate) labels: Vec<PathBuf>,
    /// Keep this share of the labelled accounts back from learning, to see what it is
    /// worth; with 100% labels are compared only
    #[arg(long, value_name = "SHARE", default_value = "0%")]
    pub(crate) hold_out: String,
    /// Which campaigns come first in the table and the report
    #[arg(long, value_name = "ORDER", default_value = "risk")]
    pub(crate) rank: TypedRank,
    /// Show account ids, addresses and names in the report instead of pseudonyms
    #[arg(long)]
    pub(crate) reveal: bool,
    /// Weigh evidence by a fixed rule instead of the trained model
    #[arg(long)]
    pub(crate) untrained: bool,
    /// Look at a log of more sign-ups than this in windows of time, each by itself;
    /// what is found depends on it [default: 1M, or what --memory holds]
    #[arg(long, value_name = "ROWS")]
    pub(crate) window: Option<String>,
    /// Memory to take, such as 8G [default: 60 % of the machine's or container's]
    #[arg(long, value_name = "SIZE")]
    pub(crate) memory: Option<String>,
    /// Where a scan in windows keeps what is done [default: beside the result]
    #[arg(long, value_name = "DIR")]
    pub(crate) spill: Option<PathBuf>,
    /// Go on with a scan in windows that was stopped
    #[arg(long)]
    pub(crate) resume: bool,
    /// Have windows looked at by other machines, which see the same paths or stores: the
    /// address of `dragnet cluster scheduler`
    #[arg(long, value_name = "df://HOST:PORT")]
    pub(crate) cluster: Option<String>,
    /// Print one JSON document instead of tables
    #[arg(long)]
    pub(crate) json: bool,
    /// Reference tables to use (see `dragnet refdata`)
    #[arg(long, value_name = "DIR")]
    pub(crate) refdata: Option<PathBuf>,
}

/// How inputs are read, by a scan and by an ingest.
#[derive(Debug, clap::Args)]
pub(crate) struct ReadingArgs {
    /// Which column is which: account_id=user_id,timestamp=created
    #[arg(long, value_name = "FIELD=COLUMN", value_delimiter = ',')]
    pub(crate) map: Vec<String>,
    /// Time zone of timestamps that name none: Europe/Berlin, +02:00 [default: UTC]
    #[arg(long, value_name = "ZONE")]
    pub(crate) zone: Option<String>,
    /// How 3/4/2024 is read: dmy or mdy [default: as the first rows show]
    #[arg(long, value_name = "ORDER")]
    pub(crate) date_order: Option<TypedDateOrder>,
    /// Fail when more rows than this are bad: a share (5%) or a count (1000)
    #[arg(long, value_name = "LIMIT", default_value = "10%")]
    pub(crate) max_rejected: String,
    /// The time to take as now, RFC 3339, so that a run can be repeated to the byte:
    /// later sign-ups are in the future
    #[arg(long, value_name = "TIME")]
    pub(crate) now: Option<String>,
    /// Threads [default: one per core]
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<usize>,
    /// Print nothing but errors
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

const INGEST_EXAMPLES: &str = "\
Examples:
  dragnet ingest logs/ --lake lake
  zcat signups.csv.gz | dragnet ingest - --lake lake --map account_id=user_id
  AWS_ENDPOINT_URL=http://minio:9000 AWS_ALLOW_HTTP=true \\
    dragnet ingest signups.csv --lake s3://bucket/signups
  dragnet scan lake --since 2026-01-01 --until 2026-02-01
  duckdb -c \"select day, count(*) from 'lake/day=*/*.parquet' group by day\"

Stores are reached with the usual variables: AWS_ACCESS_KEY_ID,
AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_REGION, AWS_ENDPOINT_URL,
AWS_ALLOW_HTTP.

A run that is stopped, by whatever, has added nothing; run it again. Files that
are in the lake already are skipped, by their content.

Exit codes: 0 done; 1 failed; 2 the command line is wrong; 130 interrupted.";

/// Keep sign-up logs as a lake: Parquet by day, in a folder or an S3-compatible store
///
/// Reads what `dragnet scan` reads, and writes LAKE/day=2026-01-31/*.parquet, which
/// DuckDB, Spark, Polars and `dragnet scan` read. Columns have the record's names,
/// others are kept under their own.
#[derive(Debug, clap::Args)]
#[command(after_help = INGEST_EXAMPLES)]
pub(crate) struct IngestArgs {
    /// Files, folders, globs, s3://BUCKET/PATH, or - for standard input
    #[arg(required = true, value_name = "FILE")]
    pub(crate) inputs: Vec<PathBuf>,
    /// The lake: a folder, or s3://BUCKET/PREFIX
    #[arg(long, value_name = "LAKE")]
    pub(crate) lake: PathBuf,
    /// Ingest files again that are in the lake already
    #[arg(long)]
    pub(crate) again: bool,
    #[command(flatten)]
    pub(crate) reading: ReadingArgs,
    /// Print one JSON document instead of a summary
    #[arg(long)]
    pub(crate) json: bool,
}

/// What comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum TypedRank {
    /// The riskiest campaigns
    Risk,
    /// The largest
    Size,
    /// Those whose accounts did most harm (needs --harm)
    Harm,
}

/// The order of a date's parts.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(crate) enum TypedDateOrder {
    /// Day, month, year
    Dmy,
    /// Month, day, year
    Mdy,
}

const EXPLAIN_EXAMPLES: &str = "\
Examples:
  dragnet explain signups.dragnet C-7F3K2M9Q
  dragnet explain signups.dragnet user-18823 --limit 50
  dragnet explain signups.dragnet user-18823 --reveal --json

Identifiers of people are shown as pseudonyms, the same ones as in the report,
unless --reveal is given.

Exit codes: 0 explained; 1 failed, or no such account or campaign; 2 the
command line is wrong.";

/// Say why an account or a campaign was flagged, down to the sign-ups
#[derive(Debug, clap::Args)]
#[command(after_help = EXPLAIN_EXAMPLES)]
pub(crate) struct ExplainArgs {
    /// A result of `dragnet scan`
    #[arg(value_name = "DIR")]
    pub(crate) dir: PathBuf,
    /// An account id or a campaign id
    #[arg(value_name = "ACCOUNT_OR_CAMPAIGN")]
    pub(crate) subject: String,
    /// Show account ids, addresses and names instead of pseudonyms
    #[arg(long)]
    pub(crate) reveal: bool,
    /// How many sign-ups to show behind each reason, and how many members
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub(crate) limit: usize,
    /// Print one JSON document
    #[arg(long)]
    pub(crate) json: bool,
}
