//! Who sells what to whom: offers with their history, shops, sellers and resellers, buyers,
//! suppliers and marketers.

use super::{Deal, Direction, Good, Graph, Quote, Trade, Trader};
use crate::extension::{self, Offer, Roles};
use std::collections::{BTreeMap, BTreeSet};
use stix::{Id, Object};

/// Relationships of the trade between two parties.
const DEALS: [&str; 4] = ["buys-from", "markets", "succeeds", "supplies"];
/// Those who own or run a shop sell what it sells.
const RUNS: [&str; 3] = ["owns", "hosts", "uses"];

impl Graph {
    /// Who sells what to whom, as all offers and relationships together say.
    pub fn trade(&self) -> Trade {
        let mut goods: Vec<Good> =
            self.of_type("offer").filter_map(|offer| self.good(offer)).collect();
        goods.sort_by(|x, y| {
            (&x.sellers, &x.shops, &x.name, &x.offer)
                .cmp(&(&y.sellers, &y.shops, &y.name, &y.offer))
        });
        let deals = self.deals();
        let traders = self.traders(&goods, &deals);
        Trade { goods, deals, traders }
    }

    fn good(&self, object: &Object) -> Option<Good> {
        let offer = object.read::<Offer>().ok()?;
        let selling = self.related(object.id(), "sells", Direction::In);
        let selling = selling.into_iter().map(|(id, _)| id);
        let named = offer.seller_ref.iter().chain(&offer.sold_at_ref).map(|id| self.resolve(id));
        let (shops, mut sellers): (BTreeSet<&Id>, BTreeSet<&Id>) =
            selling.chain(named).partition(|id| id.type_name() == "infrastructure");
        for shop in &shops {
            for verb in RUNS {
                let owners = self.related(shop, verb, Direction::In);
                let owners = owners.into_iter().map(|(id, _)| id);
                sellers.extend(owners.filter(|id| is_actor(id)));
            }
        }
        let versions = self.versions(object.id()).iter().filter(|object| !object.head().is_revoked);
        Some(Good {
            offer: object.id().clone(),
            quotes: versions.filter_map(|version| Some(quote(&version.read().ok()?))).collect(),
            name: offer.name,
            good: offer.good,
            tier: offer.tier,
            platform: offer.platform,
            sellers: sellers.into_iter().cloned().collect(),
            shops: shops.into_iter().cloned().collect(),
        })
    }

    fn deals(&self) -> Vec<Deal> {
        let mut deals = Vec::new();
        for node in self.nodes() {
            for link in self.links(node) {
                let kind = self.kind(*link);
                if link.direction() == Direction::Out
                    && !link.is_doubted()
                    && DEALS.contains(&kind)
                    && self.id(link.said_by).type_name() == "relationship"
                {
                    let end = |node: u32| self.id(self.survivor(node)).clone();
                    let (from, to) = (end(node), end(link.to));
                    let said_by = self.id(link.said_by).clone();
                    deals.push(Deal { kind: kind.to_owned(), from, to, said_by });
                }
            }
        }
        deals.sort_by(|x, y| {
            (&x.kind, &x.from, &x.to, &x.said_by).cmp(&(&y.kind, &y.from, &y.to, &y.said_by))
        });
        deals
    }

    /// Those with a role that is said or that follows: who buys is a buyer, who sells is a
    /// seller, and who does both resells.
    fn traders(&self, goods: &[Good], deals: &[Deal]) -> Vec<Trader> {
        let mut follow: BTreeMap<&Id, BTreeSet<&str>> = BTreeMap::new();
        for good in goods {
            for id in good.sellers.iter().chain(&good.shops) {
                follow.entry(id).or_default().insert("seller");
            }
        }
        for deal in deals {
            let (from, to) = match &deal.kind[..] {
                "buys-from" => ("buyer", Some("seller")),
                "markets" => ("marketer", None),
                _ => continue,
            };
            follow.entry(&deal.from).or_default().insert(from);
            follow.entry(&deal.to).or_default().extend(to);
        }
        for roles in follow.values_mut() {
            if roles.contains("seller") && roles.contains("buyer") {
                *roles = BTreeSet::from(["reseller"]);
            }
        }
        let mut said: BTreeMap<&Id, BTreeSet<String>> = BTreeMap::new();
        for object in self.objects().filter(|object| !object.head().is_revoked) {
            if let Some(Roles(roles)) = extension::read::<Roles>(object) {
                said.entry(self.resolve(object.id())).or_default().extend(roles);
            }
        }
        let ids: BTreeSet<&Id> = follow.keys().chain(said.keys()).copied().collect();
        let trader = |id: &Id| {
            let said = said.get(id).cloned().unwrap_or_default();
            let follow = follow.get(id).into_iter().flatten().map(|role| (*role).to_owned());
            let inferred: Vec<String> = follow.filter(|role| !said.contains(role)).collect();
            let roles: BTreeSet<String> =
                said.into_iter().chain(inferred.iter().cloned()).collect();
            let name = self.node(id).map(|node| self.name(node)).unwrap_or_default();
            Trader { id: id.clone(), name, roles: roles.into_iter().collect(), inferred }
        };
        ids.into_iter().map(trader).collect()
    }
}

fn is_actor(id: &Id) -> bool {
    matches!(id.type_name(), "identity" | "intrusion-set" | "threat-actor")
}

/// What an offer says of its price at its time.
pub(crate) fn quote(offer: &Offer) -> Quote {
    Quote {
        at: offer.quoted,
        each: offer.price_each(),
        currency: offer.price.as_ref().map(|price| price.currency.clone()),
        stock: offer.stock,
        live_hours: offer.live_hours(),
        per_1000_live_hours: offer.price_per_1000_live_hours(),
    }
}
