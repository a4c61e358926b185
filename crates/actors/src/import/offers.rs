//! Offers in a table of our own layout: who sells what, where and for how much.

use super::make::{Draft, time};
use super::rows::{PRICE, Row, Table};
use super::{Maker, NotTaken, id_of};
use crate::act::Act;
use crate::extension::{Offer, Price, Roles};
use serde_json::json;
use stix::{Id, Timestamp};

const SHOP: &[&str] = &["shop", "market", "site"];
const SELLER: &[&str] = &["seller", "vendor"];
const QUOTED: &[&str] = &["quoted", "date", "seen"];

pub(super) fn read(text: &[u8], maker: &mut Maker<'_>) -> Result<(), NotTaken> {
    let table = Table::of(text);
    table.needs(&["good"])?;
    table.rows(maker, |row, maker| {
        if let Err(field) = taken(row, maker) {
            maker.place.text = row.get(&[&field]).unwrap_or(&maker.place.text).to_owned();
            maker.place.field.clone_from(&field);
            maker.reject(&format!("this is no {field}"));
        }
    });
    Ok(())
}

/// `Err` names the column that cannot be read.
fn taken(row: &Row<'_>, maker: &mut Maker<'_>) -> Result<(), String> {
    let text = |names: &[&str]| row.get(names).map(str::to_owned);
    let good = text(&["good"]).ok_or_else(|| "good".to_owned())?;
    let (shop, seller) = (row.get(SHOP), row.get(SELLER));
    if shop.is_none() && seller.is_none() {
        return Err("shop".to_owned());
    }
    let currency = text(&["currency"]).unwrap_or_else(|| maker.options.currency.clone());
    let per = row.whole(&["per"])?.unwrap_or(1).max(1);
    let price = row.number(PRICE)?;
    let (tier, platform) = (text(&["tier"]), text(&["platform"]));
    let names = [platform.as_deref(), Some(&good[..]), tier.as_deref()];
    let name = names.into_iter().flatten().collect::<Vec<_>>().join(", ");
    let quoted = quoted(row.time(QUOTED)?, maker);
    let offer = Offer {
        tier,
        platform,
        price: price.map(|amount| Price { amount, currency: currency.to_uppercase(), per }),
        stock: row.whole(&["stock", "available"])?,
        live_time_hours_min: row.number(&["live_time_hours_min"])?,
        live_time_hours_max: row.number(&["live_time_hours_max"])?,
        ..Offer::new(name, good, quoted)
    };
    let (min, max) = (offer.live_time_hours_min, offer.live_time_hours_max);
    if min.zip(max).is_some_and(|(min, max)| min > max) {
        return Err("live_time_hours_max".to_owned());
    }
    let seller_ref = seller.and_then(|name| self::seller(name, quoted, maker));
    let sold_at_ref = shop.and_then(|name| self::shop(name, quoted, maker));
    keep(Offer { seller_ref, sold_at_ref, ..offer }, &[], None, maker);
    Ok(())
}

/// When a price was quoted: by its column, or as whoever imports says.
pub(super) fn quoted(column: Option<Timestamp>, maker: &Maker<'_>) -> Timestamp {
    column.or(maker.options.quoted).unwrap_or(maker.options.created)
}

/// Where something is sold, by its name.
pub(super) fn shop(name: &str, at: Timestamp, maker: &mut Maker<'_>) -> Option<Id> {
    let id = id_of("infrastructure", &["shop", &name.to_lowercase()]);
    if maker.has(&id) {
        return Some(id);
    }
    let draft = Draft::new(&id, at)
        .set("name", name)
        .set("labels", json!(["shop"]))
        .with(&Roles(vec!["seller".to_owned()]));
    maker.add(draft)
}

/// Who sells: an actor of whom only the name is known.
fn seller(name: &str, at: Timestamp, maker: &mut Maker<'_>) -> Option<Id> {
    let id = id_of("threat-actor", &["seller", &name.to_lowercase()]);
    if maker.has(&id) {
        return Some(id);
    }
    let draft = Draft::new(&id, at)
        .set("name", name)
        .set("threat_actor_types", json!(["criminal"]))
        .with(&Roles(vec!["seller".to_owned()]));
    maker.add(draft)
}

/// Keeps an offer: a version of it for each quote.
pub(super) fn keep(
    offer: Offer,
    labels: &[String],
    description: Option<String>,
    maker: &mut Maker<'_>,
) {
    let act = Act::new(maker.created_by.clone(), offer.quoted, "");
    let object = offer.object(&act);
    let draft = Draft::of(&object)
        .set("quoted", time(offer.quoted))
        .set("labels", json!(labels))
        .set("description", description);
    let Some(id) = maker.add_version(draft) else { return };
    maker.note("offers");
    let ends = [offer.seller_ref, offer.sold_at_ref];
    for end in ends.into_iter().flatten() {
        let draft = maker.relation(&end, "sells", &id, offer.quoted);
        maker.add(draft);
    }
}
