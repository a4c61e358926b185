//! Labels: what somebody found out about an account: a ban, a granted appeal, a
//! check that it is genuine, or that it was bought in a test purchase.

use super::{Companion, Field, Need};
use crate::AccountId;
use crate::read::Cells;

/// One label of one account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The account.
    pub account_id: AccountId,
    /// What was found out.
    pub kind: LabelKind,
    /// Who sold the account, where it was bought.
    pub seller: Option<Box<str>>,
    /// When, in milliseconds since the Unix epoch.
    pub time_ms: Option<i64>,
}

/// What was found out about an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LabelKind {
    /// The platform banned it.
    Banned,
    /// It was banned, and the appeal was granted.
    Appealed,
    /// It was checked and is genuine.
    Good,
    /// It was bought from a seller to see where it comes from.
    Purchased,
}

/// Longest name of a seller, in bytes: longer is a text, not a name.
const SELLER_BYTES_MAX: usize = 256;

impl LabelKind {
    /// Every kind, in the order in which they are shown.
    pub const ALL: [Self; 4] = [Self::Banned, Self::Appealed, Self::Good, Self::Purchased];

    /// The kind that a file's word means; the error says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let word = text.to_lowercase().replace(['-', '_'], " ");
        match word.trim() {
            "banned" | "ban" | "suspended" | "fraud" | "fake" => Ok(Self::Banned),
            "appealed" | "appeal granted" | "reinstated" | "unbanned" => Ok(Self::Appealed),
            "good" | "genuine" | "real" | "legitimate" | "benign" => Ok(Self::Good),
            "purchased" | "purchase" | "bought" | "test purchase" => Ok(Self::Purchased),
            _ => Err("not one of banned, appealed, good, purchased"),
        }
    }

    /// Its name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Banned => "banned",
            Self::Appealed => "appealed",
            Self::Good => "good",
            Self::Purchased => "purchased",
        }
    }
}

impl Companion for Label {
    const FIELDS: &'static [Field] = &[
        Field {
            name: "account_id",
            aliases: &[
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
                "label",
                "labelkind",
                "labeltype",
                "verdict",
                "outcome",
                "status",
                "decision",
                "action",
                "type",
            ],
            need: Need::Required,
        },
        Field {
            name: "seller",
            aliases: &["sellername", "vendor", "shop", "supplier", "boughtfrom", "purchasedfrom"],
            need: Need::Optional,
        },
        Field {
            name: "timestamp",
            aliases: &[
                "labeledat",
                "labelledat",
                "bannedat",
                "decidedat",
                "purchasedat",
                "createdat",
                "ts",
                "datetime",
                "time",
                "date",
            ],
            need: Need::Optional,
        },
    ];

    fn parse(cells: &mut Cells<'_, '_>) -> Result<Self, (&'static Field, &'static str)> {
        Ok(Self {
            account_id: cells.account_id(0)?,
            kind: cells.required(1, LabelKind::parse)?,
            seller: cells.optional(2, seller),
            time_ms: cells.time(3),
        })
    }
}

fn seller(text: &str) -> Result<Box<str>, &'static str> {
    if text.len() > SELLER_BYTES_MAX { Err("longer than 256 bytes") } else { Ok(text.into()) }
}
