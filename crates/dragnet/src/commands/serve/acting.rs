//! The acting part of `dragnet serve`: what is decided on, and where webhooks may go.

use crate::results::Results;
use server::acting::{Acting, Reach};
use std::path::PathBuf;
use std::sync::Arc;

/// What is decided on.
#[derive(Debug, clap::Args)]
pub(super) struct ActingArgs {
    /// The result of a scan that is decided on, read anew when it is replaced
    /// [default: what this service's own scans find, STATE/found]
    #[arg(long, value_name = "DIR")]
    found: Option<PathBuf>,
    /// Let webhooks go to loopback and private addresses too, and there without TLS
    #[arg(long)]
    webhooks_inside: bool,
}

impl ActingArgs {
    pub(super) fn resolve(&self, own: PathBuf) -> Acting {
        let dir = self.found.clone().unwrap_or(own);
        let reach = if self.webhooks_inside { Reach::Inside } else { Reach::Public };
        Acting { campaigns: Arc::new(Results { dir }), reach }
    }
}
