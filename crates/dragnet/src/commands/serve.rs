//! `dragnet serve`: what was published, over TAXII 2.1.

mod access;
mod acting;
mod beside;
mod decided;
mod keeping;
mod live;
mod log;
mod others;
mod scanning;

use super::Usage;
use crate::intel::{Desk, DeskArgs};
use crate::{memory, settings, terminal};
use access::AccessArgs;
use acting::ActingArgs;
use clap::FromArgMatches;
use live::LiveArgs;
pub(crate) use live::{duration, read_policy};
use log::LogArgs;
use others::OthersArgs;
use server::{Config, Limits, Tls};
use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use store::Rate;

const EXAMPLES: &str = "\
Examples:
  dragnet share collection add Partners --alias partners --tlp green
  dragnet share publish partners
  dragnet share key add cert-example --read partners
  dragnet serve
  dragnet serve --bind 0.0.0.0:6443 --certificate chain.pem --key key.pem \\
    --public-url https://taxii.example.com
  dragnet config show --default > dragnet.toml
  dragnet serve --config dragnet.toml
  dragnet serve --policy sign-up.toml --store postgres://dragnet@db/dragnet \\
    --redis redis://redis:6379 --hash-key hash.key --nats nats://nats:4222
  curl -H 'Authorization: Bearer TOKEN' \\
    http://127.0.0.1:6080/taxii2/dragnet/collections/

TAXII 2.1: discovery is at /taxii2/, for OpenCTI, MISP, taxii2-client and
others. Without a certificate only this machine is listened to, unless --plain
says that something in front brings TLS. /healthz says that it runs, /readyz
that the store answers. The first time it says how the first admin is made
(docs/access.md).

Each flag can also stand in a file (--config) under its name, and in the
environment: DRAGNET_SERVE_BIND for --bind. Flags go before the environment,
that before the file.

Exit codes: 0 stopped; 1 failed; 2 the command line is wrong.";

/// Serve what was published to partners, over TAXII 2.1
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ServeArgs {
    /// A file of settings, in TOML: see `dragnet config`
    #[arg(long, value_name = "FILE", env = crate::settings::FILE)]
    config: Option<PathBuf>,
    /// Where it listens; port 0 is any free one
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:6080")]
    bind: SocketAddr,
    /// What it is called from outside [default: as whoever asks calls it]
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// The certificate, as PEM, its own first
    #[arg(long, value_name = "FILE", requires = "key")]
    certificate: Option<PathBuf>,
    /// The certificate's private key, as PEM
    #[arg(long, value_name = "FILE", requires = "certificate")]
    key: Option<PathBuf>,
    /// Listen beyond this machine without TLS: something in front brings it
    #[arg(long, conflicts_with = "certificate")]
    plain: bool,
    /// What it says of itself
    #[arg(long, value_name = "TEXT", default_value = "Dragnet")]
    title: String,
    /// Whom to write to
    #[arg(long, value_name = "ADDRESS")]
    contact: Option<String>,
    /// Objects a page where nobody says how many
    #[arg(long, value_name = "N", default_value_t = Limits::default().page_default)]
    page: u32,
    /// Objects a page at most
    #[arg(long, value_name = "N", default_value_t = Limits::default().page_max)]
    page_max: u32,
    /// The largest POST, unpacked [default: 32M]
    #[arg(long, value_name = "SIZE")]
    content_max: Option<String>,
    /// Requests a minute of a key that has no limit of its own; 0 is none
    #[arg(long, value_name = "N", default_value_t = 1200)]
    rate: u32,
    /// Connections at one time
    #[arg(long, value_name = "N", default_value_t = Limits::default().connections_max)]
    connections_max: usize,
    #[command(flatten)]
    live: LiveArgs,
    #[command(flatten)]
    access: AccessArgs,
    #[command(flatten)]
    log: LogArgs,
    #[command(flatten)]
    acting: ActingArgs,
    #[command(flatten)]
    others: OthersArgs,
    #[command(flatten)]
    desk: DeskArgs,
    /// Print nothing but errors
    #[arg(long, short)]
    quiet: bool,
}

/// Serves until told to stop.
pub(crate) fn run(args: ServeArgs) -> anyhow::Result<()> {
    args.log.begin(args.quiet);
    let limits = limits(&args)?;
    may_listen(&args)?;
    let tls = match (args.certificate, args.key) {
        (Some(certificate), Some(key)) => Some(Tls { certificate, key }),
        _ => None,
    };
    let desk = Desk::make(&args.desk)?;
    let scheme = if tls.is_some() { "https" } else { "http" };
    let quiet = args.quiet;
    let judging = args.live.open(quiet)?;
    let live = judging.as_ref().map(|judging| Arc::clone(&judging.live));
    live.as_ref().map(|live| args.others.join(live)).transpose()?;
    let config = Config {
        bind: args.bind,
        live: live.clone(),
        acting: Some(args.acting.resolve(args.live.found())),
        public_url: args.public_url,
        tls,
        store: desk.store().clone(),
        access: args.access.settings()?,
        limits,
        title: args.title,
        contact: args.contact,
    };
    let file = args.config;
    let setup = match quiet {
        true => None,
        false => desk.wait(server::access::set_up(desk.store()))?,
    };
    let _beside = live.as_ref().map(|live| args.live.beside(live, &desk, quiet)).transpose()?;
    let is_live = live.is_some();
    let ready = move |address: SocketAddr| {
        if !quiet {
            if is_live {
                terminal::say(&format!("sign-ups at {scheme}://{address}/v1/signups"));
            }
            terminal::say(&format!("TAXII 2.1 at {scheme}://{address}/taxii2/ (Ctrl-C stops)"));
            if let Some(token) = &setup {
                terminal::say(&format!(
                    "nobody can log in yet. The first admin is made by POST /v1/setup with this \
                     token, once:\n  {}",
                    token.text()
                ));
            }
        }
        tracing::info!(settings = ?file, "serving");
    };
    Ok(desk.serve(server::serve(config, ready, stopped()))?)
}

/// What is wrong with settings that each can be one, as words that would be typed: the
/// setting, where it is about one, and words. Nothing is opened.
pub(crate) fn problems(words: &[OsString]) -> Vec<(Option<String>, String)> {
    let words = [&[OsString::from("serve")], words].concat();
    let matches = settings::serve().try_get_matches_from(words);
    let args = matches.and_then(|matches| ServeArgs::from_arg_matches(&matches));
    // What flags alone show to be wrong was told before.
    let Ok(args) = args else { return Vec::new() };
    let said = |outcome: anyhow::Result<()>| {
        let words = format!("{:#}", outcome.err()?);
        // What is wrong with one begins with it.
        let flag = words.strip_prefix("--").and_then(|rest| rest.split([' ', ',']).next());
        Some((flag.map(str::to_owned), words))
    };
    let mut wrong = Vec::new();
    wrong.extend(said(pages(&args)));
    wrong.extend(said(content_max(&args).map(drop)));
    wrong.extend(said(may_listen(&args)));
    wrong.extend(said(args.access.settings().map(drop)));
    for (setting, path) in [("certificate", &args.certificate), ("key", &args.key)] {
        let missing = path.as_ref().filter(|path| !path.is_file());
        let words = |path: &PathBuf| format!("{} is not there", path.display());
        wrong.extend(missing.map(|path| (Some(setting.to_owned()), words(path))));
    }
    let of_live = args.live.problems().into_iter();
    wrong.extend(of_live.map(|(setting, words)| (Some(setting.to_owned()), words)));
    wrong
}

fn may_listen(args: &ServeArgs) -> anyhow::Result<()> {
    if args.certificate.is_none() && !args.plain && !args.bind.ip().is_loopback() {
        let words = "tokens would cross the network in clear: --certificate and --key, or \
                     --plain if something in front brings TLS";
        return Err(Usage(words.to_owned()).into());
    }
    Ok(())
}

fn limits(args: &ServeArgs) -> anyhow::Result<Limits> {
    pages(args)?;
    Ok(Limits {
        page_default: args.page,
        page_max: args.page_max,
        rate: (args.rate > 0).then_some(Rate(args.rate)),
        connections_max: args.connections_max,
        content_bytes_max: content_max(args)?,
    })
}

fn pages(args: &ServeArgs) -> anyhow::Result<()> {
    if args.page == 0 || args.page_max < args.page {
        return Err(Usage("--page is at least 1, and --page-max no less".to_owned()).into());
    }
    Ok(())
}

fn content_max(args: &ServeArgs) -> anyhow::Result<u64> {
    let Some(typed) = &args.content_max else { return Ok(Limits::default().content_bytes_max) };
    let bytes = memory::number(typed, 1 << 10).filter(|bytes| *bytes > 0);
    let words = || Usage(format!("--content-max {typed}: write a size like 8M"));
    Ok(bytes.ok_or_else(words)?)
}

/// Ends when the process is told to.
async fn stopped() {
    let (told, hears) = tokio::sync::oneshot::channel();
    let mut told = Some(told);
    let handler = move || {
        if let Some(told) = told.take() {
            // Whoever listened is gone only when the server is.
            let _ = told.send(());
        }
    };
    if ctrlc::set_handler(handler).is_err() {
        terminal::say("signals cannot be listened for: only a kill stops this");
        return std::future::pending().await;
    }
    let _ = hears.await;
}
