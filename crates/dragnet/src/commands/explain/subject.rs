//! Which account or campaign is meant. A miss names what comes close.

use crate::output::accounts::{self, Account};
use crate::output::campaigns;
use crate::terminal::{text, units};
use ::campaigns::{Campaign, Kind};
use anyhow::bail;
use signals::table::account_hash;
use std::collections::HashMap;
use std::path::Path;

/// Names that come close, at most so many.
const SUGGESTIONS_MAX: usize = 3;

/// Two ids further apart than this are different ids, not a slip.
const SLIPS_MAX: usize = 2;

/// What was asked for.
pub(super) enum Subject {
    Account(Account, Option<Campaign>),
    Campaign(Campaign, Members),
}

/// Rows of a campaign's accounts, or of one account.
pub(super) struct Members {
    /// Ascending.
    rows: Vec<u64>,
}

impl Members {
    /// Of one account.
    pub(super) fn only(row: u64) -> Self {
        Self { rows: vec![row] }
    }
    /// Whether the row is one of them.
    pub(super) fn contain(&self, row: u64) -> bool {
        self.rows.binary_search(&row).is_ok()
    }
}

/// Finds a campaign by its id or an earlier one, else an account.
pub(super) fn find(dir: &Path, asked: &str) -> anyhow::Result<Subject> {
    let mut campaigns = campaigns::read(dir)?;
    let is_meant = |campaign: &Campaign| {
        let mut ids = std::iter::once(&campaign.id).chain(&campaign.aliases);
        ids.any(|id| id.eq_ignore_ascii_case(asked))
    };
    if let Some(at) = campaigns.iter().position(is_meant) {
        let campaign = campaigns.swap_remove(at);
        let mut rows = Vec::new();
        let groups = Groups::of(dir, std::slice::from_ref(&campaign))?;
        accounts::read(dir, |account| {
            if groups.of_account(&account) == Some(&campaign.id) {
                rows.push(account.row);
            }
        })?;
        return Ok(Subject::Campaign(campaign, Members { rows }));
    }
    let mut search = Search::new(asked);
    accounts::read(dir, |account| search.look_at(account))?;
    match search.found {
        Some(account) => {
            let groups = Groups::of(dir, &campaigns)?;
            let id = groups.of_account(&account).cloned();
            let campaign = campaigns.into_iter().find(|c| Some(&c.id) == id.as_ref());
            Ok(Subject::Account(account, campaign))
        }
        None => bail!("{}", missed(dir, asked, &campaigns, &search)),
    }
}

/// Which group an account is in. An organisation is no campaign, so its accounts
/// have no campaign id; who they are is told by the identities.
struct Groups {
    organisations: HashMap<u64, String>,
}

impl Groups {
    fn of(dir: &Path, campaigns: &[Campaign]) -> anyhow::Result<Self> {
        let is_organisation =
            |id: &str| campaigns.iter().any(|c| c.id == id && c.kind == Kind::Organisation);
        let mut organisations = HashMap::new();
        for identity in campaigns::read_identities(dir)? {
            if is_organisation(&identity.id) {
                let members = identity.members.iter();
                organisations.extend(members.map(|member| (*member, identity.id.clone())));
            }
        }
        Ok(Self { organisations })
    }

    fn of_account<'a>(&'a self, account: &'a Account) -> Option<&'a String> {
        let organisation = || self.organisations.get(&account_hash(&account.account_id));
        account.campaign_id.as_ref().or_else(organisation)
    }
}

struct Search<'a> {
    asked: &'a str,
    found: Option<Account>,
    close: Vec<String>,
    accounts: u64,
}

impl<'a> Search<'a> {
    fn new(asked: &'a str) -> Self {
        Self { asked, found: None, close: Vec::new(), accounts: 0 }
    }

    fn look_at(&mut self, account: Account) {
        self.accounts += 1;
        if account.account_id == self.asked {
            self.found = Some(account);
        } else if self.close.len() < SUGGESTIONS_MAX && is_close(&account.account_id, self.asked) {
            self.close.push(account.account_id);
        }
    }
}

fn missed(dir: &Path, asked: &str, campaigns: &[Campaign], search: &Search<'_>) -> String {
    let ids = campaigns.iter().map(|campaign| &campaign.id).filter(|id| is_close(id, asked));
    let close: Vec<_> =
        ids.chain(&search.close).take(SUGGESTIONS_MAX).map(|id| text::harmless(id)).collect();
    let hint = match (close.is_empty(), campaigns.first()) {
        (false, _) => format!("did you mean {}?", close.join(" or ")),
        (true, Some(campaign)) => format!("it holds campaigns such as {}", campaign.id),
        (true, None) => "it holds no campaign".to_owned(),
    };
    format!(
        "no account and no campaign {} among {} of {}; {hint}",
        text::harmless(asked),
        units::counted(search.accounts, "account", "accounts"),
        dir.display()
    )
}

/// Whether two ids differ by letter case, blanks, or a slip of the finger.
fn is_close(id: &str, asked: &str) -> bool {
    let asked = asked.trim();
    if id.trim().eq_ignore_ascii_case(asked) {
        return true;
    }
    // A short id has many neighbours that differ by two letters.
    let slips_max = if asked.len() < 8 { 1 } else { SLIPS_MAX };
    id.len().abs_diff(asked.len()) <= slips_max
        && slips(id.as_bytes(), asked.as_bytes()) <= slips_max
}

/// Letters to change, insert or leave out; Levenshtein's distance.
fn slips(a: &[u8], b: &[u8]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let change = diagonal + usize::from(!x.eq_ignore_ascii_case(y));
            diagonal = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_finger_is_close() {
        assert!(is_close("C-7F3K2M9Q", "c-7f3k2m9q"));
        assert!(is_close("C-7F3K2M9Q", "C-7F3K2N9Q"));
        assert!(is_close("C-7F3K2M9Q", "C7F3K2M9Q"));
        assert!(!is_close("C-7F3K2M9Q", "C-00000000"));
        assert!(!is_close("u1", "u23"));
    }
}
