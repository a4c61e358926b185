//! `dragnet serve`: what was published, over TAXII 2.1.

mod live;
mod others;

use super::Usage;
use crate::intel::{Desk, DeskArgs};
use crate::{memory, terminal};
use live::LiveArgs;
use others::OthersArgs;
use server::{Config, Limits, Tls};
use std::net::SocketAddr;
use std::path::PathBuf;
use store::Rate;

const EXAMPLES: &str = "\
Examples:
  dragnet share collection add Partners --alias partners --tlp green
  dragnet share publish partners
  dragnet share key add cert-example --read partners
  dragnet serve
  dragnet serve --bind 0.0.0.0:6443 --certificate chain.pem --key key.pem \\
    --public-url https://taxii.example.com
  dragnet serve --policy sign-up.toml --store postgres://dragnet@db/dragnet \\
    --redis redis://redis:6379 --hash-key hash.key --nats nats://nats:4222
  curl -H 'Authorization: Bearer TOKEN' \\
    http://127.0.0.1:6080/taxii2/dragnet/collections/

TAXII 2.1: discovery is at /taxii2/, for OpenCTI, MISP, taxii2-client and
others. Without a certificate only this machine is listened to, unless --plain
says that something in front brings TLS. /healthz says that it runs, /readyz
that the store answers.

Exit codes: 0 stopped; 1 failed; 2 the command line is wrong.";

/// Serve what was published to partners, over TAXII 2.1
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ServeArgs {
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
    #[command(flatten)]
    live: LiveArgs,
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
    let limits = limits(&args)?;
    let tls = match (args.certificate, args.key) {
        (Some(certificate), Some(key)) => Some(Tls { certificate, key }),
        _ => None,
    };
    if tls.is_none() && !args.plain && !args.bind.ip().is_loopback() {
        let words = "tokens would cross the network in clear: --certificate and --key, or \
                     --plain if something in front brings TLS";
        return Err(Usage(words.to_owned()).into());
    }
    let desk = Desk::make(&args.desk)?;
    let scheme = if tls.is_some() { "https" } else { "http" };
    let live = args.live.open()?;
    live.as_ref().map(|live| args.others.join(live)).transpose()?;
    let config = Config {
        bind: args.bind,
        live: live.clone(),
        public_url: args.public_url,
        tls,
        store: desk.store().clone(),
        limits,
        title: args.title,
        contact: args.contact,
    };
    let quiet = args.quiet;
    let _scanning = live.as_ref().map(|live| args.live.scan(live, quiet)).transpose()?;
    let is_live = live.is_some();
    let ready = move |address: SocketAddr| {
        if !quiet {
            if is_live {
                terminal::say(&format!("sign-ups at {scheme}://{address}/v1/signups"));
            }
            terminal::say(&format!("TAXII 2.1 at {scheme}://{address}/taxii2/ (Ctrl-C stops)"));
        }
    };
    Ok(desk.serve(server::serve(config, ready, stopped()))?)
}

fn limits(args: &ServeArgs) -> anyhow::Result<Limits> {
    let mut limits = Limits {
        page_default: args.page,
        page_max: args.page_max,
        rate: (args.rate > 0).then_some(Rate(args.rate)),
        ..Limits::default()
    };
    if args.page == 0 || args.page_max < args.page {
        return Err(Usage("--page is at least 1, and --page-max no less".to_owned()).into());
    }
    if let Some(typed) = &args.content_max {
        let bytes = memory::number(typed, 1 << 10).filter(|bytes| *bytes > 0);
        let words = || Usage(format!("--content-max {typed}: write a size like 8M"));
        limits.content_bytes_max = bytes.ok_or_else(words)?;
    }
    Ok(limits)
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
