//! From a row to a sign-up. The account and the time must be usable, or the
//! row is rejected; any other value that cannot be taken is set aside, and the
//! row is kept without it. Nothing is left out without a word.

use super::raw::{Raw, RawTaker};
use super::row::{Row, Value};
use super::{Aside, Schema, Taker, Wanted, address};
use crate::columns::{Column, Layout};
use crate::place::{Place, Rejected, Scope};
use crate::time::TimeRules;
use crate::{
    AccountId, Captcha, Country, Email, Handle, PersonName, Phone, SignUp, Token, UserAgent,
};
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

/// Longest account id in bytes: longer is a damaged row or an attack.
pub(super) const ACCOUNT_ID_BYTES_MAX: usize = 1024;

/// Longest value of any other column of the record in bytes; headers are cut
/// off by servers well below it.
pub(super) const VALUE_BYTES_MAX: usize = 16 * 1024;

/// Most user agents remembered per chunk. A chunk has a few thousand rows, so
/// that only a hostile log reaches it; then they are parsed anew.
const AGENTS_MAX: usize = 4096;

/// Most names of late columns remembered per chunk: keys may be made up.
const LATE_NAMES_MAX: usize = 64;

/// Hands on what one chunk gives, and keeps what was set aside.
pub(super) struct Recorder<'s> {
    schema: &'s Schema,
    agents: HashMap<u64, Arc<UserAgent>>,
    hands: Hands<'s>,
    aside: Aside,
    absent: Absent<'s>,
}

/// What stands where a row lacks what every sign-up has; by itself the row is rejected.
#[derive(Default)]
pub(super) struct Absent<'s> {
    pub(super) time_ms: Option<i64>,
    /// The account's name, by the row's line.
    pub(super) account: Option<&'s dyn Fn(u64) -> String>,
}

/// Who takes the rows, and as what.
pub(super) enum Hands<'s> {
    /// As sign-ups.
    Whole(&'s mut dyn Taker),
    /// As they stand in the input.
    Raw(&'s mut dyn RawTaker),
}

impl<'s> Recorder<'s> {
    pub(super) fn new(schema: &'s Schema, hands: Hands<'s>) -> Self {
        let (aside, absent) = (Aside::default(), Absent::default());
        Self { schema, agents: HashMap::new(), hands, aside, absent }
    }

    pub(super) fn with(self, absent: Absent<'s>) -> Self {
        Self { absent, ..self }
    }

    pub(super) fn layout(&self) -> &'s Layout {
        &self.schema.layout
    }

    pub(super) fn finish(self) -> Aside {
        self.aside
    }

    /// Counts a row that cannot be taken.
    pub(super) fn reject_row(&mut self, line: u64, reason: &'static str) {
        self.aside.rows += 1;
        self.reject(line, None, reason, Scope::Row);
    }

    /// Counts a value in a column that the head did not have.
    pub(super) fn late(&mut self, name: &str) {
        if let Some(count) = self.aside.late.get_mut(name) {
            *count += 1;
        } else if self.aside.late.len() < LATE_NAMES_MAX {
            self.aside.late.insert(name.into(), 1);
        }
    }

    fn reject(&mut self, line: u64, column: Option<Column>, reason: &'static str, scope: Scope) {
        self.aside.rejected.push(Rejected {
            input: self.schema.input,
            line,
            field: column.map(|column| column.name().into()),
            reason: reason.into(),
            scope,
        });
    }

    /// Takes one row, or says why not.
    pub(super) fn row(&mut self, line: u64, row: &Row<'_>) {
        let required = self.account_id(line, row).and_then(|account_id| {
            let time_ms = time_ms(&self.schema.rules, &row.values[Column::Timestamp as usize]);
            match time_ms {
                Ok(Some(time_ms)) => Ok((account_id, time_ms)),
                Ok(None) => {
                    let time_ms = self.absent.time_ms.ok_or((Column::Timestamp, "missing"))?;
                    Ok((account_id, time_ms))
                }
                Err(reason) => Err((Column::Timestamp, reason)),
            }
        });
        match required {
            Ok((_, time_ms)) if self.is_outside(time_ms) => self.aside.outside += 1,
            Ok((account_id, time_ms)) => {
                self.aside.rows += 1;
                self.hand_on(line, row, account_id, time_ms);
            }
            Err((column, reason)) => {
                self.aside.rows += 1;
                self.reject(line, Some(column), reason, Scope::Row);
            }
        }
    }

    fn is_outside(&self, time_ms: i64) -> bool {
        self.schema.between.as_ref().is_some_and(|between| !between.contains(&time_ms))
    }

    fn hand_on<'r>(&mut self, line: u64, row: &'r Row<'_>, account_id: Cow<'r, str>, time_ms: i64) {
        match &mut self.hands {
            Hands::Whole(taker) => {
                if taker.wants(&account_id) == Wanted::Nothing {
                    return;
                }
                let signup = self.signup(line, row, AccountId::new(account_id), time_ms);
                if let Hands::Whole(taker) = &mut self.hands {
                    taker.take(signup);
                }
            }
            Hands::Raw(_) => {
                let raw = Fields { recorder: self, row, line }.raw(account_id, time_ms);
                if let Hands::Raw(taker) = &mut self.hands {
                    taker.take(raw);
                }
            }
        }
    }

    fn account_id<'r>(
        &self,
        line: u64,
        row: &'r Row<'_>,
    ) -> Result<Cow<'r, str>, (Column, &'static str)> {
        if self.schema.layout.row_ids {
            return Ok(Cow::Owned(match (&self.schema.rows_of, self.schema.input) {
                (Some(name), _) => format!("row-{name}-{line}"),
                (None, 0) => format!("row-{line}"),
                // The lines of several inputs must not meet.
                (None, input) => format!("row-{}-{line}", u64::from(input) + 1),
            }));
        }
        let wrong = |reason| (Column::AccountId, reason);
        match row.values[Column::AccountId as usize].text().map_err(wrong)? {
            None => match self.absent.account {
                Some(account) => Ok(Cow::Owned(account(line))),
                None => Err(wrong("missing")),
            },
            Some(text) if text.len() > ACCOUNT_ID_BYTES_MAX => Err(wrong("longer than 1024 bytes")),
            Some(text) => Ok(text),
        }
    }

    fn signup(&mut self, line: u64, row: &Row<'_>, account_id: AccountId, time_ms: i64) -> SignUp {
        let rules = &self.schema.rules;
        let mut fields = Fields { recorder: self, row, line };
        let country = fields.take(Column::Country, |text| {
            Country::parse(text).ok_or("not a country code of two letters")
        });
        SignUp {
            place: Place { input: fields.recorder.schema.input, line },
            event_id: fields.token(Column::EventId),
            account_id,
            time_ms,
            ip: fields.take(Column::Ip, address::ip),
            asn: fields.take(Column::Asn, address::asn).flatten(),
            country,
            network_kind: None,
            email: fields.take(Column::Email, Email::parse),
            username: fields.take(Column::Username, Handle::parse),
            display_name: fields.take(Column::DisplayName, PersonName::parse),
            phone: fields.take(Column::Phone, |text| Phone::parse(text, country)),
            user_agent: fields.user_agent(),
            accept_language: fields
                .take(Column::AcceptLanguage, |text| Ok(Token::new(lower(text)))),
            device_id: fields.token(Column::DeviceId),
            fingerprint: fields.token(Column::Fingerprint),
            ja4: fields.token(Column::Ja4),
            captcha: Captcha {
                provider: fields.token(Column::CaptchaProvider),
                issue_ms: fields.time(Column::CaptchaIssueTs, rules),
                solve_ms: fields.take(Column::CaptchaSolveMs, duration_ms),
                issue_ip: fields.take(Column::CaptchaIssueIp, address::ip),
                redeem_ip: fields.take(Column::CaptchaRedeemIp, address::ip),
            },
            referrer: fields.token(Column::Referrer),
            extra: fields.extra(),
        }
    }

    /// Few distinct user agents repeat a great deal: those of a chunk are parsed
    /// once and shared.
    fn agent(&mut self, text: &str) -> Arc<UserAgent> {
        let hash = xxhash_rust::xxh3::xxh3_64(text.as_bytes());
        match self.agents.get(&hash) {
            // The texts are compared, so that a made-up collision gains nothing.
            Some(agent) if *agent.text == *text => agent.clone(),
            _ => {
                let agent = Arc::new(UserAgent::parse(text));
                if self.agents.len() < AGENTS_MAX {
                    self.agents.insert(hash, agent.clone());
                }
                agent
            }
        }
    }
}

/// The optional fields of one row.
struct Fields<'f, 'r, 's, 'a> {
    recorder: &'f mut Recorder<'s>,
    row: &'r Row<'a>,
    line: u64,
}

impl<'r> Fields<'_, 'r, '_, '_> {
    /// The text of a column; one that cannot be taken is set aside.
    fn text(&mut self, column: Column) -> Option<Cow<'r, str>> {
        match self.row.values[column as usize].text() {
            Ok(Some(text)) if text.len() > VALUE_BYTES_MAX => {
                self.set_aside(column, "longer than 16384 bytes");
                None
            }
            Ok(text) => text,
            Err(reason) => {
                self.set_aside(column, reason);
                None
            }
        }
    }

    fn take<T>(
        &mut self,
        column: Column,
        parse: impl FnOnce(&str) -> Result<T, &'static str>,
    ) -> Option<T> {
        let text = self.text(column)?;
        parse(&text).map_err(|reason| self.set_aside(column, reason)).ok()
    }

    fn token(&mut self, column: Column) -> Option<Token> {
        self.text(column).map(Token::new)
    }

    fn user_agent(&mut self) -> Option<Arc<UserAgent>> {
        self.text(Column::UserAgent).map(|text| self.recorder.agent(&text))
    }

    fn time(&mut self, column: Column, rules: &TimeRules) -> Option<i64> {
        match time_ms(rules, &self.row.values[column as usize]) {
            Ok(time_ms) => time_ms,
            Err(reason) => {
                self.set_aside(column, reason);
                None
            }
        }
    }

    fn extra(&mut self) -> Vec<(u16, Box<str>)> {
        let mut kept = Vec::with_capacity(self.row.extra.len());
        for (index, value) in &self.row.extra {
            match value.text() {
                Ok(Some(text)) => kept.push((*index, text.into())),
                Ok(None) => {}
                Err(reason) => self.recorder.aside.rejected.push(Rejected {
                    input: self.recorder.schema.input,
                    line: self.line,
                    field: self.recorder.schema.extra.get(usize::from(*index)).cloned(),
                    reason: reason.into(),
                    scope: Scope::Field,
                }),
            }
        }
        kept
    }

    /// Texts as they are, however long; what is a number or a time in any
    /// writing, as such.
    fn raw(&mut self, account_id: Cow<'r, str>, time_ms: i64) -> Raw<'r> {
        let mut texts: [Option<Cow<'r, str>>; Column::COUNT] = std::array::from_fn(|_| None);
        for &column in Column::ALL {
            if Raw::is_text(column) {
                texts[column as usize] =
                    self.row.values[column as usize].text().unwrap_or_else(|reason| {
                        self.set_aside(column, reason);
                        None
                    });
            }
        }
        let rules = &self.recorder.schema.rules;
        Raw {
            account_id,
            time_ms,
            asn: self.take(Column::Asn, address::asn).flatten(),
            captcha_issue_ms: self.time(Column::CaptchaIssueTs, rules),
            captcha_solve_ms: self.take(Column::CaptchaSolveMs, duration_ms),
            texts,
            extra: self.extra(),
        }
    }

    fn set_aside(&mut self, column: Column, reason: &'static str) {
        self.recorder.reject(self.line, Some(column), reason, Scope::Field);
    }
}

/// The time that a value is; none where it is absent.
pub(super) fn time_ms(rules: &TimeRules, value: &Value<'_>) -> Result<Option<i64>, &'static str> {
    if let Value::TimeMs(ms) = value {
        return rules.check(*ms).map(Some);
    }
    value.text()?.map(|text| rules.parse(&text)).transpose()
}

/// In lower case, in one allocation of the right size where it is ASCII.
fn lower(text: &str) -> Box<str> {
    if !text.is_ascii() {
        return text.to_lowercase().into();
    }
    let mut lower: Box<str> = text.into();
    lower.make_ascii_lowercase();
    lower
}

/// Whole milliseconds; a fraction is rounded.
fn duration_ms(text: &str) -> Result<u32, &'static str> {
    let ms = text.parse::<f64>().map_err(|_| "not a number of milliseconds")?;
    match (0.0..=f64::from(u32::MAX)).contains(&ms) {
        true => Ok(ms.round() as u32),
        false => Err("not a number of milliseconds"),
    }
}
