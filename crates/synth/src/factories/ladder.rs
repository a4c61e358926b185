//! The ladder of evasion: what a kit of each level is like. The figures are
//! ranges, drawn per factory, so that two factories of a level differ.

use super::grammar::Grammar;
use super::kit::{Address, Agents, Fingerprint, Kit, Mail, Names, Referrer};
use crate::atlas::Atlas;
use crate::calendar::DAY;
use crate::device::{self, Agent, Tls};
use crate::dice::Dice;
use crate::platform::Platform;
use crate::services::{ProxyWant, shift_start};

/// Providers whose mailboxes are sold by the thousand.
const BULK: [&str; 14] = [
    "outlook.com",
    "hotmail.com",
    "gmail.com",
    "mail.ru",
    "rambler.ru",
    "gmx.com",
    "yahoo.com",
    "web.de",
    "onet.pl",
    "inbox.ru",
    "wp.pl",
    "163.com",
    "gmx.de",
    "o2.pl",
];

/// A kit of a level; level 5 has none that shows.
pub(crate) fn kit(p: &Platform, dice: &mut Dice, level: u8) -> Kit {
    match level {
        0 => crude(p, dice),
        1 => servers(p, dice),
        2 => homes(p, dice),
        3 => lifelike(p, dice),
        _ => patient(p, dice),
    }
}

/// The same factory with new names and mailboxes.
pub(crate) fn variant(p: &Platform, dice: &mut Dice, level: u8, old: &Kit) -> Kit {
    let new = kit(p, dice, level);
    Kit {
        grammars: new.grammars,
        names: new.names,
        mail: new.mail,
        targets: new.targets,
        ..old.clone()
    }
}

/// Level 0: one address or few, one name pattern.
fn crude(p: &Platform, dice: &mut Dice) -> Kit {
    let own_browser = dice.chance(0.3);
    Kit {
        address: Address::Few { count: 1 + dice.skewed(5, 2.0), servers: dice.chance(0.5) },
        targets: Vec::new(),
        grammars: vec![Grammar::crude(dice)],
        human_handles: 0.0,
        names: Names::OneList { tongue: tongue(dice), first: 30 },
        mail: cheap_mail(dice),
        same_local: 0.9,
        agents: Agents::List(list(p, dice, 1, 90)),
        tls: tool(dice),
        tls_share: if own_browser { 0.0 } else { 1.0 },
        fingerprint: Fingerprint::PerAgent,
        fingerprint_share: 1.0,
        accounts_per_device: dice.chance(0.5).then(|| dice.log_normal(40.0, 1.0)),
        tag: tag(dice),
        tag_share: 1.0,
        sim: None,
        phone_share: 0.0,
        solver: dice.chance(0.6).then(|| solver(p, dice)),
        solver_share: 1.0,
        relayed: if dice.chance(0.3) { 1.0 } else { 0.0 },
        referrer: referrer(dice, 0.1),
        shift_start_ms: shift_start(dice.bits()),
    }
}

/// Level 1: rented servers and VPNs, mailboxes in bulk.
fn servers(p: &Platform, dice: &mut Dice) -> Kit {
    let want = if dice.chance(0.25) { ProxyWant::Vpn } else { ProxyWant::Servers };
    let profiles = dice.log_normal(60.0, 0.8);
    let count = dice.whole(4, 30) as usize;
    let recycles = dice.chance(0.55);
    Kit {
        address: proxies(p, dice, want, 0.0),
        grammars: vec![if dice.chance(0.5) {
            Grammar::crude(dice)
        } else {
            Grammar::common(dice, p.form.suggested > 0.0)
        }],
        names: Names::OneList { tongue: tongue(dice), first: 50 },
        mail: if dice.chance(0.75) {
            bulk(dice, 1)
        } else {
            Mail::CatchAll { domains: 1 + dice.skewed(12, 1.8) }
        },
        agents: Agents::List(list(p, dice, count, 240)),
        tls_share: if dice.chance(0.2) { 0.0 } else { 1.0 },
        fingerprint: if dice.chance(0.5) {
            Fingerprint::PerAgent
        } else {
            Fingerprint::Profiles { accounts: profiles }
        },
        accounts_per_device: recycles.then(|| dice.log_normal(18.0, 0.9)),
        solver: Some(solver(p, dice)),
        relayed: if dice.chance(0.5) { 1.0 } else { 0.0 },
        ..crude(p, dice)
    }
}

/// Level 2: lines of real homes, mixed patterns, fresh device ids; the TLS of
/// one library or headless build.
fn homes(p: &Platform, dice: &mut Dice) -> Kit {
    let count = dice.whole(20, 100) as usize;
    let want = if dice.chance(0.12) { ProxyWant::Handsets } else { ProxyWant::Homes };
    let numbers = dice.chance(0.3);
    let grammars =
        (0..dice.whole(1, 3)).map(|_| Grammar::common(dice, p.form.suggested > 0.0)).collect();
    let profiles = dice.log_normal(14.0, 0.6);
    Kit {
        address: proxies(p, dice, want, 0.15),
        targets: targets(p, dice, 0.5),
        grammars,
        human_handles: 0.0,
        names: Names::OneList { tongue: tongue(dice), first: 200 },
        mail: match dice.below(8) {
            0..=4 => bulk(dice, 2),
            5 => Mail::CatchAll { domains: 3 + dice.skewed(40, 1.5) },
            6 => Mail::Tagged { accounts: dice.whole(10, 80) as u32 },
            _ => Mail::Disposable,
        },
        same_local: if dice.chance(0.6) { 0.85 } else { 0.0 },
        agents: Agents::List(list(p, dice, count, 300)),
        tls_share: dice.between(0.85, 1.0),
        fingerprint: match dice.below(10) {
            0..=4 => Fingerprint::Noise,
            5..=7 => Fingerprint::Profiles { accounts: profiles },
            _ => Fingerprint::PerAgent,
        },
        fingerprint_share: 1.0,
        accounts_per_device: None,
        tag_share: if dice.chance(0.5) { 1.0 } else { 0.0 },
        sim: numbers.then(|| sim(p, dice)),
        phone_share: if numbers { dice.between(0.1, 0.9) } else { 0.0 },
        referrer: referrer(dice, 0.3),
        ..servers(p, dice)
    }
}

/// Level 3: names of the right language, spoofed fingerprints with tell-tale
/// stacks or languages in part, bought numbers, relayed tokens.
fn lifelike(p: &Platform, dice: &mut Dice) -> Kit {
    let want = if dice.chance(0.25) { ProxyWant::Handsets } else { ProxyWant::Homes };
    let profiles = dice.log_normal(6.0, 0.5);
    let tls = if dice.chance(0.4) { Tls::Engine(dice.whole(102, 122) as u8) } else { tool(dice) };
    Kit {
        address: proxies(p, dice, want, 0.2),
        targets: targets(p, dice, 0.8),
        grammars: vec![Grammar::lifelike(dice)],
        human_handles: dice.between(0.0, 0.15),
        names: Names::LocalLists { first: dice.whole(25, 120) as usize },
        mail: match dice.below(6) {
            0..=2 => bulk(dice, 3),
            3 => Mail::CatchAll { domains: 8 + dice.skewed(80, 1.3) },
            _ => Mail::Local,
        },
        same_local: dice.between(0.3, 0.9),
        agents: Agents::Drawn { stale_days: dice.whole(0, 200) },
        tls,
        tls_share: dice.between(0.3, 0.7),
        fingerprint: if dice.chance(0.5) {
            Fingerprint::Noise
        } else {
            Fingerprint::Profiles { accounts: profiles }
        },
        fingerprint_share: dice.between(0.5, 1.0),
        accounts_per_device: None,
        tag: tag(dice),
        tag_share: dice.between(0.08, 0.4),
        sim: Some(sim(p, dice)),
        phone_share: dice.between(0.15, 0.8),
        solver: Some(solver(p, dice)),
        solver_share: 1.0,
        relayed: if dice.chance(0.85) { dice.between(0.8, 1.0) } else { 0.0 },
        referrer: referrer(dice, 0.6),
        shift_start_ms: shift_start(dice.bits()),
    }
}

/// Level 4: weeks of patience, real browsers, several providers; small residues
/// of what is bought: lines, profiles, tokens, numbers.
fn patient(p: &Platform, dice: &mut Dice) -> Kit {
    let mixed = dice.chance(0.4);
    let profiles = dice.log_normal(5.0, 0.4);
    let sticky = dice.between(0.05, 0.2);
    Kit {
        address: proxies(p, dice, ProxyWant::Homes, sticky),
        grammars: if mixed {
            vec![Grammar::lifelike(dice), Grammar::narrow(dice)]
        } else {
            vec![Grammar::narrow(dice)]
        },
        human_handles: dice.between(0.3, 0.7),
        names: Names::Local,
        mail: if dice.chance(0.5) { Mail::Local } else { bulk(dice, 6) },
        same_local: dice.between(0.3, 0.6),
        agents: Agents::Drawn { stale_days: dice.whole(0, 45) },
        tls_share: dice.between(0.03, 0.15),
        fingerprint: Fingerprint::Profiles { accounts: profiles },
        fingerprint_share: dice.between(0.05, 0.2),
        tag_share: dice.between(0.0, 0.05),
        phone_share: dice.between(0.1, 0.6),
        solver_share: dice.between(0.4, 0.8),
        relayed: if dice.chance(0.8) { 1.0 } else { 0.0 },
        referrer: referrer(dice, 0.85),
        ..lifelike(p, dice)
    }
}

/// An operation needs two sellers now and then: the first one was blocked.
fn proxies(p: &Platform, dice: &mut Dice, want: ProxyWant, sticky: f64) -> Address {
    let first = p.services.proxy(dice, want);
    let second = if dice.chance(0.2) { p.services.proxy(dice, want) } else { first };
    Address::Proxies {
        first,
        second,
        switch: dice.between(0.3, 0.7),
        sticky,
        sticky_pool: dice.whole(3, 40) as u64,
    }
}

fn targets(p: &Platform, dice: &mut Dice, share: f64) -> Vec<usize> {
    if !dice.chance(share) {
        return Vec::new();
    }
    (0..1 + dice.skewed(7, 1.8)).map(|_| p.country(dice)).collect()
}

fn tongue(dice: &mut Dice) -> usize {
    let tongues = &Atlas::get().tongues;
    if dice.chance(0.45) { 0 } else { dice.below(tongues.len() as u64) as usize }
}

fn tag(dice: &mut Dice) -> &'static str {
    if dice.chance(0.6) {
        return "en-US";
    }
    dice.pick(&dice.clone().pick(&Atlas::get().countries).speech).tag
}

fn tool(dice: &mut Dice) -> Tls {
    if dice.chance(0.55) {
        Tls::Library(dice.below(device::LIBRARIES) as u8)
    } else {
        Tls::Frozen(dice.below(device::FROZEN) as u8)
    }
}

fn solver(p: &Platform, dice: &mut Dice) -> usize {
    dice.skewed(p.services.solvers.len() as u64, 1.6) as usize
}

fn sim(p: &Platform, dice: &mut Dice) -> usize {
    dice.skewed(p.services.sims.len() as u64, 1.4) as usize
}

fn bulk(dice: &mut Dice, most: i64) -> Mail {
    Mail::Bulk((0..dice.whole(1, most)).map(|_| *dice.popular(&BULK)).collect())
}

fn cheap_mail(dice: &mut Dice) -> Mail {
    match dice.below(10) {
        0..=4 => bulk(dice, 1),
        5..=7 => Mail::CatchAll { domains: 1 + dice.below(2) },
        8 => Mail::Disposable,
        _ => Mail::Tagged { accounts: 400 },
    }
}

fn referrer(dice: &mut Dice, human: f64) -> Referrer {
    if dice.chance(human) {
        return Referrer::Human;
    }
    match dice.below(8) {
        0 => Referrer::Invite,
        1 => Referrer::Affiliate,
        2 | 3 => Referrer::Human,
        _ => Referrer::Empty,
    }
}

/// User agents copied from a list that was current some time ago.
fn list(p: &Platform, dice: &mut Dice, count: usize, stale_most: i64) -> Vec<Agent> {
    let time = p.calendar.start_ms - dice.whole(0, stale_most) * DAY;
    (0..count)
        .map(|_| {
            // Lists are of desktops first.
            let class = [2, 2, 2, 3, 0, 1, 4][dice.skewed(7, 1.2) as usize];
            Agent::draw(dice, class, 0.0, false, time)
        })
        .collect()
}
