//! Harm: what an account was seen or reported to do after it was opened.

use super::{Companion, Field, Need};
use crate::AccountId;
use crate::read::Cells;
use std::fmt;

/// One harmful event of one account.
#[derive(Clone, Debug, PartialEq)]
pub struct Harm {
    /// The account.
    pub account_id: AccountId,
    /// What it did.
    pub kind: HarmKind,
    /// When, in milliseconds since the Unix epoch.
    pub time_ms: Option<i64>,
    /// What it cost, in whatever unit the file is kept in.
    pub amount: Option<f64>,
}

/// What kind of harm.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum HarmKind {
    /// Somebody reported the account.
    AbuseReport,
    /// Somebody complained of spam.
    SpamComplaint,
    /// A payment was taken back.
    Chargeback,
    /// It phished.
    Phishing,
    /// It took part in an attack on availability.
    Ddos,
    /// Anything else, in the file's own word: folded to `lower_case`.
    Other(Box<str>),
}

/// Longest word for a kind, in bytes: longer is a text, not a kind.
const KIND_BYTES_MAX: usize = 64;

impl HarmKind {
    /// The kind that a file's word means; the error says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        if text.len() > KIND_BYTES_MAX {
            return Err("longer than 64 bytes");
        }
        let words = text.to_lowercase();
        let words: Vec<&str> = words.split(|c: char| !c.is_alphanumeric()).collect();
        let word = words.into_iter().filter(|w| !w.is_empty()).collect::<Vec<_>>().join("_");
        Ok(match word.as_str() {
            "" => return Err("not a word"),
            "abuse_report" | "abuse" | "report" | "reported" | "user_report" => Self::AbuseReport,
            "spam_complaint" | "spam" | "complaint" | "spam_report" => Self::SpamComplaint,
            "chargeback" | "charge_back" | "payment_dispute" => Self::Chargeback,
            "phishing" | "phish" => Self::Phishing,
            "ddos" | "dos" | "denial_of_service" => Self::Ddos,
            _ => Self::Other(word.into_boxed_str()),
        })
    }

    /// Its name in files.
    pub fn name(&self) -> &str {
        match self {
            Self::AbuseReport => "abuse_report",
            Self::SpamComplaint => "spam_complaint",
            Self::Chargeback => "chargeback",
            Self::Phishing => "phishing",
            Self::Ddos => "ddos",
            Self::Other(word) => word,
        }
    }
}

impl fmt::Display for HarmKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Companion for Harm {
    const FIELDS: &'static [Field] = &[
        Field {
            name: "account_id",
            aliases: &[
                "reportedaccountid",
                "reporteduserid",
                "targetaccountid",
                "targetuserid",
                "userid",
                "uid",
                "useruuid",
                "accountuuid",
                "account",
                "customerid",
                "memberid",
                "profileid",
                "playerid",
                "user",
                "uuid",
                "id",
            ],
            need: Need::Required,
        },
        Field {
            name: "kind",
            aliases: &[
                "harm",
                "harmkind",
                "harmtype",
                "abusetype",
                "abusekind",
                "reporttype",
                "eventtype",
                "eventkind",
                "category",
                "type",
                "reason",
            ],
            need: Need::Required,
        },
        Field {
            name: "timestamp",
            aliases: &[
                "reportedat",
                "reporttime",
                "eventtime",
                "eventtimestamp",
                "occurredat",
                "createdat",
                "ts",
                "datetime",
                "time",
                "date",
            ],
            need: Need::Optional,
        },
        Field {
            name: "amount",
            aliases: &["amountusd", "loss", "cost", "value", "sum"],
            need: Need::Optional,
        },
    ];

    fn parse(cells: &mut Cells<'_, '_>) -> Result<Self, (&'static Field, &'static str)> {
        Ok(Self {
            account_id: cells.account_id(0)?,
            kind: cells.required(1, HarmKind::parse)?,
            time_ms: cells.time(2),
            amount: cells.optional(3, amount),
        })
    }
}

/// `12.5`; a currency beside it would be added up with others, so it is refused.
fn amount(text: &str) -> Result<f64, &'static str> {
    let amount = text.parse::<f64>().map_err(|_| "not a number")?;
    if amount.is_finite() && amount >= 0.0 { Ok(amount) } else { Err("not an amount") }
}
