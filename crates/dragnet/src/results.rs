//! The campaigns of a result's folder, for those who decide on them. It is opened anew for
//! each question, since a service replaces it after each of its scans.

use crate::hex::hex;
use crate::output::{self, accounts, campaigns};
use ::campaigns::{Campaign, Kind};
use anyhow::{Context, bail};
use server::acting::{Account, Campaigns, Found, Unread};
use sha2::{Digest, Sha256};
use signals::table::account_hash;
use std::collections::HashSet;
use std::fs::File;
use std::path::PathBuf;

/// A folder that a scan leaves, or will leave.
#[derive(Debug)]
pub(crate) struct Results {
    pub(crate) dir: PathBuf,
}

/// A folder that is replaced while it is opened is opened again: scans are minutes apart.
const OPENINGS_MAX: usize = 3;

impl Campaigns for Results {
    fn read(
        &self,
        id: &str,
        risk_floor: f64,
        take: &mut dyn FnMut(Account),
    ) -> Result<Option<Found>, Unread> {
        self.look(id, risk_floor, take).map_err(|e| Unread(format!("{e:#}")))
    }
}

/// What tells of a campaign, all of it of one scan.
struct Opened {
    campaigns: Vec<Campaign>,
    /// Read after the folder may be gone.
    accounts: File,
}

impl Results {
    fn look(
        &self,
        id: &str,
        risk_floor: f64,
        take: &mut dyn FnMut(Account),
    ) -> anyhow::Result<Option<Found>> {
        let Opened { campaigns, accounts } = self.open()?;
        let is_meant = |campaign: &&Campaign| {
            let mut ids = std::iter::once(&campaign.id).chain(&campaign.aliases);
            ids.any(|known| known.eq_ignore_ascii_case(id.trim()))
        };
        let Some(campaign) = campaigns.iter().find(is_meant) else { return Ok(None) };
        let is_organisation = campaign.kind == Kind::Organisation;
        // Its accounts have no campaign: who they are is told by the identities.
        let members = match is_organisation {
            true => Some(self.members(&campaign.id)?),
            false => None,
        };
        let of = (!is_organisation).then_some(campaign.id.as_str());
        accounts::read_of(accounts, of, |account, risk, reasons| {
            let is_member = members.as_ref().is_none_or(|all| all.contains(&account_hash(account)));
            if is_member && f64::from(risk) >= risk_floor {
                let reasons = reasons.iter().map(|&words| words.to_owned()).collect();
                take(Account { account: account.to_owned(), risk, reasons });
            }
        })?;
        Ok(Some(Found {
            id: campaign.id.clone(),
            is_organisation,
            accounts: campaign.accounts,
            risk: campaign.risk,
            first_ms: campaign.first_ms,
            last_ms: campaign.last_ms,
            reasons: campaign.reasons.iter().map(|reason| reason.words.clone()).collect(),
        }))
    }

    fn open(&self) -> anyhow::Result<Opened> {
        let shown = self.dir.display();
        if !output::is_result(&self.dir) {
            bail!("{shown} holds no result yet: `dragnet scan … --out {shown}` makes one");
        }
        for _ in 0..OPENINGS_MAX {
            let before = self.stamp()?;
            let campaigns = campaigns::read(&self.dir)?;
            let path = self.dir.join(output::ACCOUNTS_PARQUET);
            let accounts =
                File::open(&path).with_context(|| format!("cannot read {}", path.display()))?;
            if self.stamp()? == before {
                return Ok(Opened { campaigns, accounts });
            }
        }
        bail!("{shown} is replaced again and again: try again");
    }

    /// Another of each run: it tells when the run began.
    fn stamp(&self) -> anyhow::Result<String> {
        let path = self.dir.join(output::RUN);
        let run =
            std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        Ok(hex(&Sha256::digest(run)))
    }

    fn members(&self, id: &str) -> anyhow::Result<HashSet<u64>> {
        let identities = campaigns::read_identities(&self.dir)?;
        let of = identities.into_iter().filter(|identity| identity.id == id);
        Ok(of.flat_map(|identity| identity.members).collect())
    }
}
