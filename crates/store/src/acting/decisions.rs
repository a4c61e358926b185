//! Decisions on campaigns: proposed, approved by a second person where they are large, in
//! force, and over.

use super::decided::{self, Target};
use super::kinds::{Action, DecisionState, EventKind};
use super::{count, next, outbox};
use crate::Store;
use crate::act::{self, Act};
use crate::error::Error;
use crate::insert::Arguments;
use crate::when;
use serde_json::json;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Row};
use stix::Timestamp;
use uuid::Uuid;

/// What somebody wants done; who, why and when is the [`Act`].
#[derive(Clone, Debug)]
pub struct Proposal {
    /// Given by whoever proposes: proposed twice, it is one decision.
    pub id: Uuid,
    /// Which campaign.
    pub campaign: String,
    /// What is to be done to its accounts.
    pub action: Action,
    /// Until when; for good where nothing is said.
    pub expires: Option<Timestamp>,
    /// Only accounts of at least this risk, 0..1.
    pub risk_floor: f64,
    /// Of what was shown before it was decided.
    pub fingerprint: String,
    /// Whether it looks like an organisation's own accounts: these are not suspended or
    /// challenged by one person alone, however few they are.
    pub is_organisation: bool,
}

/// A decision.
#[derive(Clone, Debug)]
pub struct Decision {
    /// Its number, by which it is paged.
    pub seq: i64,
    /// Its id.
    pub id: Uuid,
    /// Which campaign.
    pub campaign: String,
    /// What is done.
    pub action: Action,
    /// Why.
    pub why: String,
    /// Who proposed it.
    pub who: String,
    /// When.
    pub at: Timestamp,
    /// Until when.
    pub expires: Option<Timestamp>,
    /// What became of it.
    pub state: DecisionState,
    /// Accounts that it is for.
    pub accounts: u64,
    /// Accounts that it leaves out, since an appeal restored them.
    pub left_out: u64,
    /// Only accounts of at least this risk, 0..1.
    pub risk_floor: f64,
    /// Of what was shown before it was decided.
    pub fingerprint: String,
    /// Whether one person is not enough.
    pub needs_second: bool,
    /// Who approved or refused it.
    pub second: Option<Ended>,
    /// Since when it holds, or from when it held.
    pub in_force: Option<Timestamp>,
    /// Who ended it, where it held and is over.
    pub ended: Option<Ended>,
}

/// Who settled something, and when.
#[derive(Clone, Debug)]
pub struct Ended {
    /// Who.
    pub who: String,
    /// Why.
    pub why: String,
    /// When.
    pub at: Timestamp,
}

/// Which decisions are asked for.
#[derive(Clone, Debug, Default)]
pub struct Sought {
    /// In this state.
    pub state: Option<DecisionState>,
    /// On this campaign.
    pub campaign: Option<String>,
    /// With numbers above this.
    pub after: i64,
    /// At most so many.
    pub limit: u32,
}

const COLUMNS: &str = "seq, id, campaign, action, why, who, at_us, expires_us, state, accounts,
    left_out, risk_floor, fingerprint, needs_second, second_who, second_why, second_us,
    in_force_us, ended_who, ended_why, ended_us";

impl Store {
    /// Above how many accounts a decision needs a second person.
    pub async fn second_above(&self) -> Result<u64, Error> {
        second_above(&mut *self.read.acquire().await?).await
    }

    /// From now on above so many.
    pub async fn set_second_above(&self, act: &Act, accounts: u64) -> Result<(), Error> {
        let mut change = self.change().await?;
        let before = second_above(&mut change).await?;
        let set = sqlx::query("UPDATE deciding SET second_above = $1");
        let most = i64::try_from(accounts).unwrap_or(i64::MAX);
        set.bind(most).execute(&mut *change).await?;
        let detail = json!({ "second_above": accounts, "before": before });
        act::note(&mut change, act, "decision rule", "second person", detail).await?;
        Ok(change.commit().await?)
    }

    /// Decides: in force at once where one person is enough, else proposed. The same
    /// proposal a second time is the decision that it became.
    pub async fn decide(
        &self,
        act: &Act,
        proposal: Proposal,
        targets: impl IntoIterator<Item = Target>,
    ) -> Result<Decision, Error> {
        let mut change = self.change().await?;
        if let Some(there) = one(&mut change, proposal.id).await? {
            return match there.is_of(act, &proposal) {
                true => Ok(there),
                false => Err(Error::Taken { kind: "decision", name: proposal.id.to_string() }),
            };
        }
        let seq = insert(&mut change, act, &proposal).await?;
        decided::insert(self.dialect, &mut change, seq, targets).await?;
        decided::leave_out_restored(&mut change, seq).await?;
        let (accounts, left_out) = decided::counted(&mut change, seq).await?;
        if accounts == 0 {
            return Err(Error::NoAccounts);
        }
        let is_harsh = matches!(proposal.action, Action::Suspend | Action::Challenge);
        let needs_second = count(accounts)? > second_above(&mut change).await?
            || proposal.is_organisation && is_harsh;
        let set = "UPDATE decisions SET accounts = $2, left_out = $3, needs_second = $4
            WHERE seq = $1";
        let set = sqlx::query(set).bind(seq).bind(accounts).bind(left_out);
        set.bind(i64::from(needs_second)).execute(&mut *change).await?;
        let detail = json!({
            "campaign": proposal.campaign, "action": proposal.action.name(),
            "accounts": accounts, "left_out": left_out, "risk_floor": proposal.risk_floor,
            "fingerprint": proposal.fingerprint, "needs_second": needs_second,
            "expires": proposal.expires.map(|time| time.to_string()),
        });
        act::note(&mut change, act, "decision", &proposal.id.to_string(), detail).await?;
        if !needs_second {
            come_into_force(&mut change, act, proposal.id).await?;
        }
        let decision = known(&mut change, proposal.id).await?;
        change.commit().await?;
        Ok(decision)
    }

    /// A second person agrees: it is in force.
    pub async fn approve(&self, act: &Act, id: Uuid) -> Result<Decision, Error> {
        let mut change = self.change().await?;
        let decision = known(&mut change, id).await?;
        if decision.state != DecisionState::Proposed {
            return decision.settled_by(act, DecisionState::InForce, decision.second.as_ref());
        }
        if is_same_person(&decision.who, &act.who) {
            return Err(Error::OwnDecision { who: act.who.clone() });
        }
        second(&mut change, act, id).await?;
        act::note(&mut change, act, "decision approve", &id.to_string(), json!({})).await?;
        come_into_force(&mut change, act, id).await?;
        let decision = known(&mut change, id).await?;
        change.commit().await?;
        Ok(decision)
    }

    /// It is not to be; who proposed it may take it back so, too.
    pub async fn refuse(&self, act: &Act, id: Uuid) -> Result<Decision, Error> {
        let mut change = self.change().await?;
        let decision = known(&mut change, id).await?;
        if decision.state != DecisionState::Proposed {
            return decision.settled_by(act, DecisionState::Refused, decision.second.as_ref());
        }
        second(&mut change, act, id).await?;
        set_state(&mut change, id, DecisionState::Refused).await?;
        act::note(&mut change, act, "decision refuse", &id.to_string(), json!({})).await?;
        let decision = known(&mut change, id).await?;
        change.commit().await?;
        Ok(decision)
    }

    /// Takes back a decision in force: each of its accounts is as the other decisions in
    /// force have it.
    pub async fn undo(&self, act: &Act, id: Uuid) -> Result<Decision, Error> {
        let mut change = self.change().await?;
        let decision = known(&mut change, id).await?;
        if decision.state != DecisionState::InForce {
            return decision.settled_by(act, DecisionState::Undone, decision.ended.as_ref());
        }
        end(&mut change, act, &decision, DecisionState::Undone).await?;
        let decision = known(&mut change, id).await?;
        change.commit().await?;
        Ok(decision)
    }

    /// Ends what is over by the time of `act`, which whoever looks at the clock does: what
    /// held, and what nobody approved in time. Gives what it ended.
    pub async fn expire(&self, act: &Act) -> Result<Vec<Decision>, Error> {
        let over = "SELECT id FROM decisions WHERE state IN ('in force', 'proposed')
            AND expires_us <= $1 ORDER BY seq";
        let over = sqlx::query(over).bind(when::us(act.at));
        let ids = over.fetch_all(&self.read).await?;
        let mut ended = Vec::with_capacity(ids.len());
        for row in &ids {
            let id = uuid(row.try_get(0)?)?;
            let mut change = self.change().await?;
            let decision = known(&mut change, id).await?;
            // Somebody else may have looked at the clock too.
            if !matches!(decision.state, DecisionState::InForce | DecisionState::Proposed) {
                continue;
            }
            end(&mut change, act, &decision, DecisionState::Expired).await?;
            ended.push(known(&mut change, id).await?);
            change.commit().await?;
        }
        Ok(ended)
    }

    /// A decision.
    pub async fn decision(&self, id: Uuid) -> Result<Decision, Error> {
        known(&mut *self.read.acquire().await?, id).await
    }

    /// Decisions, in the order in which they were made.
    pub async fn decisions(&self, sought: &Sought) -> Result<Vec<Decision>, Error> {
        let mut values = Arguments::default();
        let mut where_ = format!("seq > {}", values.add(sought.after));
        if let Some(state) = sought.state {
            where_ += &format!(" AND state = {}", values.add(state.name()));
        }
        if let Some(campaign) = &sought.campaign {
            where_ += &format!(" AND campaign = {}", values.add(campaign.clone()));
        }
        let limit = sought.limit;
        let text =
            format!("SELECT {COLUMNS} FROM decisions WHERE {where_} ORDER BY seq LIMIT {limit}");
        let rows = sqlx::query_with(AssertSqlSafe(text), values.all).fetch_all(&self.read).await?;
        rows.iter().map(decision).collect()
    }
}

impl Decision {
    /// Whether this came of that.
    fn is_of(&self, act: &Act, proposal: &Proposal) -> bool {
        is_same_person(&self.who, &act.who)
            && (self.action, self.risk_floor) == (proposal.action, proposal.risk_floor)
            && self.campaign == proposal.campaign
            && self.fingerprint == proposal.fingerprint
    }

    /// What is answered to somebody who wants it to become what it may be already: it did,
    /// where it was they who did it, else that it is too late.
    fn settled_by(
        &self,
        act: &Act,
        wanted: DecisionState,
        by: Option<&Ended>,
    ) -> Result<Self, Error> {
        let is_theirs = by.is_some_and(|by| is_same_person(&by.who, &act.who));
        match self.state == wanted && is_theirs {
            true => Ok(self.clone()),
            false => Err(Error::Settled {
                kind: "decision",
                name: self.id.to_string(),
                state: self.state.name(),
            }),
        }
    }
}

/// Names differ by letter case and blanks, and not by these alone.
fn is_same_person(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}

async fn second_above(connection: &mut AnyConnection) -> Result<u64, Error> {
    let select = sqlx::query("SELECT second_above FROM deciding");
    count(select.fetch_one(connection).await?.try_get(0)?)
}

async fn insert(change: &mut AnyConnection, act: &Act, proposal: &Proposal) -> Result<i64, Error> {
    let seq = next(change, "decisions").await?;
    let insert = "INSERT INTO decisions (seq, id, campaign, action, why, who, at_us, expires_us,
            state, accounts, left_out, risk_floor, fingerprint, needs_second)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'proposed', 0, 0, $9, $10, 0)";
    let insert = sqlx::query(insert).bind(seq).bind(proposal.id.to_string());
    let insert = insert.bind(proposal.campaign.clone()).bind(proposal.action.name());
    let insert = insert.bind(act.why.clone()).bind(act.who.clone()).bind(when::us(act.at));
    let insert = insert.bind(proposal.expires.map(when::us)).bind(proposal.risk_floor);
    insert.bind(proposal.fingerprint.clone()).execute(change).await?;
    Ok(seq)
}

async fn second(change: &mut AnyConnection, act: &Act, id: Uuid) -> Result<(), Error> {
    let set = "UPDATE decisions SET second_who = $2, second_why = $3, second_us = $4
        WHERE id = $1";
    let set = sqlx::query(set).bind(id.to_string()).bind(act.who.clone());
    set.bind(act.why.clone()).bind(when::us(act.at)).execute(change).await?;
    Ok(())
}

async fn set_state(
    change: &mut AnyConnection,
    id: Uuid,
    state: DecisionState,
) -> Result<(), Error> {
    let set = sqlx::query("UPDATE decisions SET state = $2 WHERE id = $1");
    set.bind(id.to_string()).bind(state.name()).execute(change).await?;
    Ok(())
}

async fn come_into_force(change: &mut AnyConnection, act: &Act, id: Uuid) -> Result<(), Error> {
    let decision = known(change, id).await?;
    decided::note_what_was(change, decision.seq).await?;
    let set = "UPDATE decisions SET state = 'in force', in_force_us = $2,
        force = (SELECT coalesce(max(force), 0) + 1 FROM decisions) WHERE id = $1";
    let set = sqlx::query(set).bind(id.to_string()).bind(when::us(act.at));
    set.execute(&mut *change).await?;
    let detail = json!({ "action": decision.action.name(), "accounts": decision.accounts });
    act::note(change, act, "decision in force", &id.to_string(), detail).await?;
    let decision = known(change, id).await?;
    outbox::tell_decision(change, act, EventKind::InForce, &decision).await
}

/// Ends a decision that holds, or that waited for too long.
async fn end(
    change: &mut AnyConnection,
    act: &Act,
    decision: &Decision,
    state: DecisionState,
) -> Result<(), Error> {
    let id = decision.id.to_string();
    let set = "UPDATE decisions SET state = $2, ended_who = $3, ended_why = $4, ended_us = $5
        WHERE id = $1";
    let set = sqlx::query(set).bind(id.clone()).bind(state.name()).bind(act.who.clone());
    set.bind(act.why.clone()).bind(when::us(act.at)).execute(&mut *change).await?;
    let (action, kind) = match state {
        DecisionState::Expired => ("decision expire", EventKind::Expired),
        _ => ("decision undo", EventKind::Undone),
    };
    let detail = json!({ "was": decision.state.name(), "accounts": decision.accounts });
    act::note(change, act, action, &id, detail).await?;
    // Nobody was told of what was only proposed.
    if decision.state == DecisionState::InForce {
        let ended = known(change, decision.id).await?;
        outbox::tell_decision(change, act, kind, &ended).await?;
    }
    Ok(())
}

pub(super) async fn known(connection: &mut AnyConnection, id: Uuid) -> Result<Decision, Error> {
    let missing = || Error::Missing { kind: "decision", name: id.to_string() };
    one(connection, id).await?.ok_or_else(missing)
}

async fn one(connection: &mut AnyConnection, id: Uuid) -> Result<Option<Decision>, Error> {
    let select = format!("SELECT {COLUMNS} FROM decisions WHERE id = $1");
    let select = sqlx::query(AssertSqlSafe(select)).bind(id.to_string());
    select.fetch_optional(connection).await?.as_ref().map(decision).transpose()
}

fn decision(row: &AnyRow) -> Result<Decision, Error> {
    let time = |at: usize| -> Result<Option<Timestamp>, Error> {
        row.try_get::<Option<i64>, _>(at)?.map(when::time).transpose()
    };
    Ok(Decision {
        seq: row.try_get(0)?,
        id: uuid(row.try_get(1)?)?,
        campaign: row.try_get(2)?,
        action: Action::stored(row.try_get(3)?)?,
        why: row.try_get(4)?,
        who: row.try_get(5)?,
        at: when::time(row.try_get(6)?)?,
        expires: time(7)?,
        state: DecisionState::stored(row.try_get(8)?)?,
        accounts: count(row.try_get(9)?)?,
        left_out: count(row.try_get(10)?)?,
        risk_floor: row.try_get(11)?,
        fingerprint: row.try_get(12)?,
        needs_second: row.try_get::<i64, _>(13)? != 0,
        second: ended(row, 14)?,
        in_force: time(17)?,
        ended: ended(row, 18)?,
    })
}

/// Who settled it, from three columns.
pub(super) fn ended(row: &AnyRow, at: usize) -> Result<Option<Ended>, Error> {
    let Some(who) = row.try_get::<Option<String>, _>(at)? else { return Ok(None) };
    let why: Option<String> = row.try_get(at + 1)?;
    let time = when::time(row.try_get(at + 2)?)?;
    Ok(Some(Ended { who, why: why.unwrap_or_default(), at: time }))
}

pub(super) fn uuid(text: &str) -> Result<Uuid, Error> {
    text.parse().map_err(crate::error::unreadable)
}
