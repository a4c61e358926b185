//! What people decided on campaigns, on its way to whoever judges; and what is found of
//! campaigns, on its way to people's webhooks.

use anyhow::Context;
use serde_json::{Value, json};
use server::live::Live;
use std::sync::Arc;
use stix::Timestamp;
use store::{Act, EventKind, Store};
use tokio::runtime::Handle;
use verdicts::Decided;

/// Whose acts these are, in the audit log.
const WHO: &str = "dragnet";

/// Between the store and whoever judges.
#[derive(Clone)]
pub(super) struct Deciding {
    live: Arc<Live>,
    store: Store,
    runtime: Handle,
}

impl Deciding {
    pub(super) fn new(live: &Arc<Live>, store: &Store, runtime: &Handle) -> Self {
        Self { live: Arc::clone(live), store: store.clone(), runtime: runtime.clone() }
    }

    /// Has sign-ups judged by what was decided meanwhile, and tells of campaigns that have
    /// come back.
    pub(super) fn round(&self) -> anyhow::Result<()> {
        let read = async {
            let retired = self.store.retired_campaigns().await?;
            let retired = retired.into_iter().map(|retired| retired.campaign).collect();
            let cleared = self.store.cleared_campaigns().await?.into_iter().collect();
            Ok::<_, store::Error>(Decided { retired, cleared })
        };
        let decided = self.runtime.block_on(read).context("cannot read what was decided")?;
        if decided != *self.live.decided() {
            self.live.set_decided(decided);
        }
        for campaign in self.live.returned() {
            self.tell(EventKind::Returned, &campaign, json!({ "campaign": campaign }))?;
        }
        Ok(())
    }

    /// Tells of a campaign that was not known before.
    pub(super) fn recognised(&self, campaign: &str, accounts: u64) -> anyhow::Result<()> {
        let data = json!({ "campaign": campaign, "accounts": accounts });
        self.tell(EventKind::Recognised, campaign, data)
    }

    fn tell(&self, kind: EventKind, campaign: &str, data: Value) -> anyhow::Result<()> {
        let now = jiff::Timestamp::now().as_millisecond();
        let at = Timestamp::from_ms(now).context("the clock is outside the calendar")?;
        let act = Act { who: WHO.to_owned(), why: "the service found it".to_owned(), at };
        let told = self.store.announce(&act, kind, campaign, data);
        self.runtime.block_on(told).context("cannot tell webhooks of a campaign")
    }
}
