//! A factory buys or writes another of something that was published. The first
//! time it takes another of the same sort, and of what is used up anyway, such
//! as domains, just fresh ones; each time after that, one a rung higher on the
//! ladder, since what it knows how to get is burnt.

use super::habit::Habit;
use super::kit::{Address, Fingerprint, Kit, Mail, Referrer};
use super::ladder;
use crate::dice::{Dice, hash_text};
use crate::platform::Platform;
use serde::Serialize;

/// Offers looked at until one differs from what is burnt: a seller without a
/// competitor is kept.
const OFFERS_MAX: u32 = 8;
/// The highest rung whose kit can be bought; above it accounts are made by hand.
const RUNG_MAX: u32 = 4;

/// A habit that a factory changed, and why then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The round of publishing that forced it, from 1.
    pub round: u32,
    /// Number of the factory.
    pub factory: u32,
    /// What was changed.
    pub habit: Habit,
    /// How often this factory has changed it, this time included.
    pub times: u32,
    /// Choices made until the rehearsal met no published signature, or none was left.
    pub tries: u32,
}

impl Change {
    /// The kit after it.
    pub(crate) fn apply(&self, p: &Platform, level: u8, kit: &mut Kit) {
        if self.times == 1 && self.tries == 1 && is_used_up(self.habit, kit) {
            return;
        }
        let path = [
            p.seed,
            hash_text("change"),
            u64::from(self.round),
            u64::from(self.factory),
            self.habit as u64,
            u64::from(self.tries),
        ];
        let dice = &mut Dice::new(&path);
        let rung = (u32::from(level) + self.times - 1).min(RUNG_MAX) as u8;
        let burnt = told(self.habit, kit);
        for _ in 0..OFFERS_MAX {
            let offer = ladder::kit(p, dice, rung);
            take(self.habit, kit, offer);
            if told(self.habit, kit) != burnt {
                break;
            }
        }
    }
}

/// Whether fresh ones of the same sort are enough: a campaign's key gives them.
fn is_used_up(habit: Habit, kit: &Kit) -> bool {
    match habit {
        Habit::Mail => matches!(kit.mail, Mail::CatchAll { .. } | Mail::Tagged { .. }),
        Habit::Addresses => true,
        Habit::Devices => true,
        Habit::Fingerprints => !matches!(kit.fingerprint, Fingerprint::Noise),
        Habit::Referrer => matches!(kit.referrer, Referrer::Invite | Referrer::Affiliate),
        _ => false,
    }
}

/// Takes one habit of another kit.
fn take(habit: Habit, kit: &mut Kit, offer: Kit) {
    match habit {
        Habit::Names => {
            kit.grammars = offer.grammars;
            kit.human_handles = offer.human_handles;
            kit.names = offer.names;
            kit.same_local = offer.same_local;
        }
        Habit::Mail => kit.mail = offer.mail,
        Habit::Agents => kit.agents = offer.agents,
        Habit::Language => {
            kit.tag = offer.tag;
            kit.tag_share = offer.tag_share;
        }
        Habit::Countries => kit.targets = offer.targets,
        // Whoever rents proxies changes the exits, not the seller.
        Habit::Addresses if matches!(kit.address, Address::Proxies { .. }) => {}
        Habit::Addresses | Habit::Lines => kit.address = offer.address,
        Habit::Referrer => kit.referrer = offer.referrer,
        Habit::Hours => kit.shift_start_ms = offer.shift_start_ms,
        Habit::Devices => kit.accounts_per_device = offer.accounts_per_device,
        Habit::Fingerprints => {
            kit.fingerprint = offer.fingerprint;
            kit.fingerprint_share = offer.fingerprint_share;
        }
        Habit::Solver => {
            kit.solver = offer.solver;
            kit.solver_share = offer.solver_share;
            kit.relayed = offer.relayed;
        }
        Habit::Tls => {
            kit.tls = offer.tls;
            kit.tls_share = offer.tls_share;
        }
        Habit::Numbers => {
            kit.sim = offer.sim;
            kit.phone_share = offer.phone_share;
        }
    }
}

/// What others could recognise the habit by; two that are told alike are one.
fn told(habit: Habit, kit: &Kit) -> String {
    match habit {
        Habit::Names => format!("{:?}", kit.grammars),
        Habit::Mail => format!("{:?}", kit.mail),
        Habit::Agents => format!("{:?}", kit.agents),
        Habit::Language => kit.tag.to_owned(),
        Habit::Countries => format!("{:?}", kit.targets),
        Habit::Addresses | Habit::Lines => kit.address.told(),
        Habit::Referrer => format!("{:?}", kit.referrer),
        Habit::Hours => kit.shift_start_ms.to_string(),
        Habit::Devices => format!("{:?}", kit.accounts_per_device),
        Habit::Fingerprints => format!("{:?}", kit.fingerprint),
        Habit::Solver => format!("{:?}", kit.solver),
        Habit::Tls => format!("{:?}", kit.tls),
        Habit::Numbers => format!("{:?}", kit.sim),
    }
}
