//! What markets list, in the layouts that collectors of listings publish: accounts by
//! description and stock, reach by action and quality, and reach with what was measured
//! of it.

use super::offers::{keep, quoted, shop};
use super::rows::{DATASET, DESCRIPTION, PRICE, Row, Table};
use super::{Maker, NotTaken, make, market};
use crate::extension::{Offer, Price};

const PLATFORM: &[&str] = &["sn", "platform"];
const STOCK: &[&str] = &["available", "stock", "наличие"];
/// What was measured of reach that was bought: shares that stayed, and grades.
const MEASURES: &[&str] = &[
    "trust",
    "trust_idn",
    "trustz",
    "trustz_idn",
    "trustnz",
    "trustnz_idn",
    "sr",
    "btt",
    "speed",
    "nbq",
];

pub(super) fn read(text: &[u8], maker: &mut Maker<'_>) -> Result<(), NotTaken> {
    let table = Table::of(text);
    table.needs(PRICE)?;
    let take = match table.column(DATASET) {
        Some(_) => measured,
        None => {
            table.needs(DESCRIPTION)?;
            listed
        }
    };
    table.rows(maker, |row, maker| {
        if let Err(field) = take(row, maker) {
            maker.place.text = row.get(&[&field]).unwrap_or(&maker.place.text).to_owned();
            maker.place.field.clone_from(&field);
            maker.reject(&format!("this is no {field}"));
        }
    });
    Ok(())
}

/// A market that names itself nowhere is called by its source.
fn market_of(row: &Row<'_>, maker: &Maker<'_>) -> String {
    let named = row.get(&["shop", "market"]).map(market::shop);
    named.unwrap_or(&maker.options.source).to_owned()
}

/// `Err` names the column that cannot be read.
fn listed(row: &Row<'_>, maker: &mut Maker<'_>) -> Result<(), String> {
    let words = row.get(DESCRIPTION).ok_or_else(|| "description".to_owned())?;
    let words = &market::without_links(words);
    let amount = row.number(PRICE)?.ok_or_else(|| "price".to_owned())?;
    let number = row.whole(STOCK)?;
    let platform = row.get(PLATFORM).map(market::platform);
    let action = row.get(&["action"]);
    let is_reach = action.is_some();
    let mut labels = if is_reach { Vec::new() } else { market::labels(words) };
    labels.extend(action.map(|action| format!("action:{action}")));
    labels.extend(row.get(&["quality"]).map(|quality| format!("quality:{quality}")));
    // Of reach the number is the size of the lot, and the price is that of one.
    labels.extend(number.filter(|_| is_reach).map(|lot| format!("lot:{lot}")));
    let quoted = quoted(row.time(&["quoted", "date"])?, maker);
    let name = market_of(row, maker);
    let sold_at_ref = shop(&name, quoted, maker);
    let offer = Offer {
        tier: Some(tier(&labels, words)),
        platform,
        sold_at_ref,
        price: Some(Price { amount, currency: maker.options.currency.clone(), per: 1 }),
        stock: number.filter(|_| !is_reach),
        ..Offer::new(make::shown(words), if is_reach { "engagement" } else { "account" }, quoted)
    };
    keep(offer, &labels, Some(words.to_owned()), maker);
    Ok(())
}

/// The sort of an offer: what could be told of it, and the seller's own words, without
/// which two offers would be taken for one.
fn tier(labels: &[String], words: &str) -> String {
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    if labels.is_empty() { words } else { format!("{}: {words}", labels.join(", ")) }
}

/// Reach that was bought and looked at: `Shop_Tier.txt`, and numbers.
fn measured(row: &Row<'_>, maker: &mut Maker<'_>) -> Result<(), String> {
    let name = row.get(DATASET).map(market::shop).ok_or_else(|| "dataset".to_owned())?;
    let amount = row.number(PRICE)?.ok_or_else(|| "price".to_owned())?;
    let mut words = Vec::new();
    for measure in MEASURES {
        if let Some(number) = row.number(&[measure])? {
            words.push(format!("{measure} {number:.3}"));
        }
    }
    let (seller, tier) = name.rsplit_once('_').unwrap_or((name, ""));
    let quoted = quoted(row.time(&["quoted", "date"])?, maker);
    let sold_at_ref = shop(seller, quoted, maker);
    let offer = Offer {
        tier: (!tier.is_empty()).then(|| tier.to_owned()),
        sold_at_ref,
        price: Some(Price { amount, currency: maker.options.currency.clone(), per: 1 }),
        ..Offer::new(name, "engagement", quoted)
    };
    keep(offer, &[], Some(format!("as measured: {}", words.join(", "))), maker);
    Ok(())
}
