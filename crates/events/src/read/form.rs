//! Sign-ups that come one by one, or some at a time, as JSON: there is no head to look
//! at, so that the columns are the record's own names, and those that the user maps.

use super::open::form_schema;
use super::record::{Absent, Hands, Recorder};
use super::taker::Aside;
use super::{Batch, Options, RawTaker, ReadError, Schema, Syntax, jsonl};

/// How sign-ups of one sender are read.
#[derive(Debug)]
pub struct Form {
    schema: Schema,
}

impl Form {
    /// `options.map` says where another sender's fields are (`account_id` → `user.id`); the
    /// others are found by the record's names, and by the usual other ones.
    pub fn new(options: &Options) -> Result<Self, ReadError> {
        Ok(Self { schema: form_schema(options)? })
    }

    /// Reads the objects of `text`, one a line, the first of which is line `line`. Where an
    /// object has no time it is of `now_ms`, where it has no account `account` names it.
    pub fn read(
        &self,
        text: &[u8],
        line: u64,
        now_ms: i64,
        account: Option<&dyn Fn(u64) -> String>,
    ) -> Batch {
        let mut signups = Vec::new();
        let absent = Absent { time_ms: Some(now_ms), account };
        let aside = self.record(text, line, Hands::Whole(&mut signups), absent);
        let Aside { rejected, rows, outside, late } = aside;
        Batch { signups, rejected, rows, outside, late }
    }

    /// The same objects as they stand, for whoever keeps them: those that [`Self::read`]
    /// makes a sign-up of.
    pub fn read_raw(
        &self,
        text: &[u8],
        line: u64,
        now_ms: i64,
        account: Option<&dyn Fn(u64) -> String>,
        taker: &mut dyn RawTaker,
    ) {
        let absent = Absent { time_ms: Some(now_ms), account };
        self.record(text, line, Hands::Raw(taker), absent);
    }

    fn record<'s>(&'s self, text: &[u8], line: u64, hands: Hands<'s>, absent: Absent<'s>) -> Aside {
        let mut recorder = Recorder::new(&self.schema, hands).with(absent);
        if let Syntax::JsonLines(keys) = &self.schema.syntax {
            jsonl::parse(text, line, keys, &mut recorder);
        }
        recorder.finish()
    }

    /// The names of columns that the record does not know, as far as they are kept.
    pub fn extra(&self) -> &[String] {
        &self.schema.extra
    }
}
