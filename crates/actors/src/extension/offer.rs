//! Offers: what is for sale, by whom, where and for how much. One offer is one id; every
//! quote of it is a version, so that its versions are the history of its price.

use super::{id, of_own_type};
use crate::Act;
use crate::act::written;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use stix::object::Typed;
use stix::version::{self, NoVersion};
use stix::{Id, Object, Timestamp};

/// What is for sale, as it was quoted once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Offer {
    /// For people.
    pub name: String,
    /// What, of [`super::words::GOODS`].
    pub good: String,
    /// Which sort of it, in the seller's words: `trusted`, `phone-verified`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<String>,
    /// Whose accounts, challenges or numbers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform: Option<String>,
    /// Who sells: an identity, a threat actor or an intrusion set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seller_ref: Option<Id>,
    /// The shop: an infrastructure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sold_at_ref: Option<Id>,
    /// For how much.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<Price>,
    /// How many there were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stock: Option<u64>,
    /// Hours that one lives, at least, as advertised or measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub live_time_hours_min: Option<f64>,
    /// Hours that one lives, at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub live_time_hours_max: Option<f64>,
    /// When it was quoted so.
    pub quoted: Timestamp,
    /// Everything else.
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

/// A price.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Price {
    /// How much.
    pub amount: f64,
    /// Of which currency, by ISO 4217.
    pub currency: String,
    /// For how many of the good.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub per: u64,
}

fn one() -> u64 {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands it over so")]
fn is_one(per: &u64) -> bool {
    *per == 1
}

impl Typed for Offer {
    const TYPE: &'static str = "offer";
}

impl Offer {
    /// An offer that says only what is sold, and when it was seen.
    pub fn new(name: impl Into<String>, good: impl Into<String>, quoted: Timestamp) -> Self {
        Self {
            name: name.into(),
            good: good.into(),
            tier: None,
            platform: None,
            seller_ref: None,
            sold_at_ref: None,
            price: None,
            stock: None,
            live_time_hours_min: None,
            live_time_hours_max: None,
            quoted,
            rest: Map::new(),
        }
    }

    /// Its id: of seller, shop, good, platform and tier, however the last three are spaced
    /// and capitalised. Its name and its price are not part of it.
    pub fn id(&self) -> Id {
        let of = |id: &Option<Id>| id.as_ref().map(Id::to_string).unwrap_or_default();
        let text = |text: &Option<String>| text.as_deref().map(folded).unwrap_or_default();
        let (seller, shop) = (of(&self.seller_ref), of(&self.sold_at_ref));
        let good = folded(&self.good);
        id("offer", &[&seller, &shop, &good, &text(&self.platform), &text(&self.tier)])
    }

    /// Its first quote. It is made when it was quoted, whenever `act` is.
    pub fn object(&self, act: &Act) -> Object {
        let act = Act { at: self.quoted, ..act.clone() };
        let mut properties = act.head(&self.id());
        properties.extend(self.written());
        Object::from_properties(&properties).expect("a head and an offer are an object")
    }

    /// A further quote of the offer that `before` is a quote of; fails where it is not
    /// later, or where somebody else made that one.
    pub fn quoted_after(&self, before: &Object, act: &Act) -> Result<Object, NoVersion> {
        version::changed(before, self.written(), &act.by, written(self.quoted))
    }

    /// The price of one, where there is a price.
    pub fn price_each(&self) -> Option<f64> {
        let price = self.price.as_ref()?;
        let each = price.amount / price.per.max(1) as f64;
        (each.is_finite() && each >= 0.0).then_some(each)
    }

    /// Hours that one lives: the middle of what is known.
    pub fn live_hours(&self) -> Option<f64> {
        let (min, max) = (self.live_time_hours_min, self.live_time_hours_max);
        let middle = match (min, max) {
            (Some(min), Some(max)) => f64::midpoint(min, max),
            (one, other) => one.or(other)?,
        };
        (middle.is_finite() && middle > 0.0).then_some(middle)
    }

    /// What a thousand hours of live accounts cost: price ÷ live time. A takedown should
    /// raise it, whichever of the two it moves.
    pub fn price_per_1000_live_hours(&self) -> Option<f64> {
        Some(self.price_each()? / self.live_hours()? * 1000.0)
    }

    fn written(&self) -> Map<String, Value> {
        let value = serde_json::to_value(self).expect("an offer is JSON");
        let Value::Object(mut properties) = value else { unreachable!("a structure is an object") };
        properties.insert("extensions".to_owned(), of_own_type());
        properties
    }
}

/// Without what people write differently: capitals, blanks, and the sign that parts names.
pub(super) fn folded(text: &str) -> String {
    let plain = text.to_lowercase().replace('|', " ");
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}
