//! Who sells what to whom, for how much, and what several use.

use super::{LISTED_MAX, more};
use crate::terminal::{faint, heading, text, units, width};
use actors::Graph;
use actors::graph::{Deal, Good, Quote, Shared, Trade};
use stix::Id;

/// The trade: goods with their last price, deals, who has which part.
pub(crate) fn trade(graph: &Graph, trade: &Trade) -> String {
    if trade.goods.is_empty() && trade.deals.is_empty() && trade.traders.is_empty() {
        return "no trade is known: offers come by `dragnet intel import offers.csv`\n".to_owned();
    }
    let called = |id: &Id| graph.get(id).map_or(id.to_string(), super::name);
    let mut shown = String::new();
    if !trade.goods.is_empty() {
        shown +=
            &format!("{}\n", heading(&units::counted(trade.goods.len() as u64, "offer", "offers")));
        for good in trade.goods.iter().take(LISTED_MAX) {
            shown += &text::wrapped("  ", &offer(good, &called), width());
        }
        more(&mut shown, trade.goods.len());
    }
    if !trade.deals.is_empty() {
        shown +=
            &format!("\n{}\n", heading(&units::counted(trade.deals.len() as u64, "deal", "deals")));
        for deal in trade.deals.iter().take(LISTED_MAX) {
            shown += &text::wrapped("  ", &said(deal, &called), width());
        }
        more(&mut shown, trade.deals.len());
    }
    if !trade.traders.is_empty() {
        shown += &format!("\n{}\n", heading("Who does what"));
        for trader in trade.traders.iter().take(LISTED_MAX) {
            let words = format!("{}: {}", trader.name, trader.roles.join(", "));
            shown += &text::wrapped("  ", &words, width());
        }
        more(&mut shown, trade.traders.len());
    }
    shown
}

fn offer(good: &Good, called: &impl Fn(&Id) -> String) -> String {
    let mut words = good.name.clone();
    let mut shops: Vec<String> = good.shops.iter().map(called).collect();
    // The name of an offer often says where it is sold.
    shops.retain(|shop| !good.name.ends_with(&format!(" at {shop}")));
    let sellers: Vec<String> = good.sellers.iter().map(called).collect();
    for (word, all) in [("at", shops), ("by", sellers)] {
        if !all.is_empty() {
            words += &format!(" {word} {}", all.join(", "));
        }
    }
    let last = good.quotes.last().map(price).filter(|words| !words.is_empty());
    words += &format!(": {}", last.as_deref().unwrap_or("price not known"));
    if good.quotes.len() > 1 {
        words += &format!(", {} quotes", good.quotes.len());
    }
    words
}

fn price(quote: &Quote) -> String {
    let currency = quote.currency.as_deref().unwrap_or_default();
    let amount = |n: f64| if n < 0.1 { format!("{n:.4}") } else { format!("{n:.2}") };
    let parts = [
        quote.each.map(|each| format!("{} {currency} each", amount(each))),
        quote.stock.map(|stock| format!("{} in stock", units::count(stock))),
        quote.live_hours.map(|hours| format!("lives {hours:.0} h")),
        quote.per_1000_live_hours.map(|n| format!("{} {currency} per 1,000 live hours", amount(n))),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn said(deal: &Deal, called: &impl Fn(&Id) -> String) -> String {
    format!("{} {} {}", called(&deal.from), deal.kind.replace('-', " "), called(&deal.to))
}

/// What more than one actor uses, the most telling first.
pub(crate) fn shared(shared: &[Shared]) -> String {
    if shared.is_empty() {
        return "nothing is known to be used by more than one actor\n".to_owned();
    }
    let head = units::counted(shared.len() as u64, "thing is", "things are");
    let mut shown = format!("{}\n", heading(&format!("{head} used by more than one actor")));
    for one in shared.iter().take(LISTED_MAX) {
        let users: Vec<&str> = one.used_by.iter().map(|user| user.name.as_str()).collect();
        shown += &text::wrapped("  ", &format!("{}: {}", one.name, users.join(", ")), width());
        shown += &faint(&format!("    {}, rarity {:.1}\n", one.id.type_name(), one.rarity));
    }
    more(&mut shown, shared.len());
    shown
}
