//! What `dragnet serve` logs, on standard error: routes, times and what fails, and no
//! identifiers of people. Of other crates nothing is logged, since nobody knows what they
//! tell.

use tracing::level_filters::LevelFilter;
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// Whose words are logged.
const OURS: [&str; 5] = ["dragnet", "server", "share", "store", "verdicts"];

/// What is logged.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Log")]
pub(super) struct LogArgs {
    /// How the log is written: a line of text or of JSON each
    #[arg(long, value_name = "FORM", default_value = "text")]
    log: Form,
    /// What is logged: info is a line a request
    #[arg(long, value_name = "LEVEL", default_value = "warn")]
    log_level: Level,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Form {
    Text,
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Level {
    Error,
    Warn,
    Info,
    Debug,
}

impl LogArgs {
    /// From now on.
    pub(super) fn begin(&self, is_quiet: bool) {
        let level = match self.log_level {
            _ if is_quiet => LevelFilter::ERROR,
            Level::Error => LevelFilter::ERROR,
            Level::Warn => LevelFilter::WARN,
            Level::Info => LevelFilter::INFO,
            Level::Debug => LevelFilter::DEBUG,
        };
        let ours = OURS.iter().map(|name| (*name, level)).collect::<Targets>();
        let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(false);
        let begun = match self.log {
            Form::Text => {
                let lines = lines.with_target(false).with_filter(ours);
                tracing_subscriber::registry().with(lines).try_init()
            }
            Form::Json => {
                let lines = lines.json().flatten_event(true).with_current_span(false);
                let lines = lines.with_span_list(false).with_filter(ours);
                tracing_subscriber::registry().with(lines).try_init()
            }
        };
        begun.expect("nothing else in this program takes the log");
    }
}
