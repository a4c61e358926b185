//! One campaign: a kit at work for a while. Each account is drawn alone from
//! the kit, the campaign's key and its own place.

use super::keys::Keys;
use super::kit::{Address, Agents, Fingerprint, Kit, Mail, Names, Referrer};
use super::rhythm::Rhythm;
use crate::calendar::DAY;
use crate::captcha::Challenge;
use crate::device::{self, Agent, Device};
use crate::dice::{Dice, hash};
use crate::handle;
use crate::mail;
use crate::name::Name;
use crate::person::{self, Draft, Who};
use crate::phone;
use crate::plan::{Cover, Mark, Source, member_country};
use crate::platform::Platform;
use crate::referrer;
use crate::roads::Line;
use std::sync::Arc;

/// A campaign of a factory.
pub(super) struct Campaign {
    pub(super) number: u32,
    pub(super) factory: u32,
    pub(super) level: u8,
    pub(super) size: u32,
    pub(super) keys: Keys,
    pub(super) kit: Arc<Kit>,
    pub(super) rhythm: Rhythm,
    pub(super) cover: Option<Cover>,
}

/// Level 5 buys accounts that people made themselves: nothing to see.
const HAND_MADE: u8 = 5;

impl Source for Campaign {
    fn size(&self) -> u32 {
        self.size
    }

    fn mark(&self) -> Mark {
        Mark::Campaign { campaign: self.number, factory: self.factory, level: self.level }
    }

    fn moment(&self, p: &Platform, dice: &mut Dice, member: u32) -> i64 {
        let country = self.country(p, member);
        if self.level == HAND_MADE {
            return p.calendar.moment(dice, country.unwrap_or(0));
        }
        self.rhythm.moment(p, dice, member, self.size, country.unwrap_or(0))
    }

    fn draft(&self, p: &Platform, dice: &mut Dice, member: u32, time_ms: i64) -> Draft {
        let country = self.country(p, member);
        if self.level == HAND_MADE {
            return Draft::honest(p, dice, country.unwrap_or(0), time_ms);
        }
        let line = self.line(p, dice, country, time_ms);
        let who = self.who(p, dice, &line, time_ms);
        let device = self.device(p, dice, &who, time_ms);
        let username = self.handle(p, dice, &who, member);
        let mut draft = Draft {
            email: Some(self.email(p, dice, &who, &username, member)),
            display: self.display(p, dice, &who, &username),
            phone: self.phone(p, dice, line.country),
            agent_text: None,
            language: device::header(dice, &device.agent, who.tag),
            challenge: None,
            referrer: self.referrer(p, dice, line.country),
            line,
            username,
            device,
        };
        if draft.phone.is_some() && dice.chance(p.form.phone_only) {
            draft.email = None;
        }
        draft.challenge = self.challenge(p, dice, &draft.line, time_ms);
        draft
    }
}

impl Campaign {
    /// The country that this account plays, if the campaign chooses.
    fn country(&self, p: &Platform, member: u32) -> Option<usize> {
        let covered = self.cover.as_ref().map(Cover::country);
        if self.level == HAND_MADE {
            return Some(member_country(p, self.keys.campaign, member));
        }
        if covered.is_some() {
            return covered;
        }
        if self.kit.targets.is_empty() {
            // The patient ones play the platform's own mix.
            return (self.level >= 3).then(|| member_country(p, self.keys.campaign, member));
        }
        Some(*Dice::new(&[self.keys.campaign, 1, u64::from(member)]).popular(&self.kit.targets))
    }

    /// The account's place among all that were made under these keys.
    fn place(&self, member: u32) -> u32 {
        self.keys.made.saturating_add(member)
    }

    fn line(&self, p: &Platform, dice: &mut Dice, country: Option<usize>, time_ms: i64) -> Line {
        if let Some(Cover::Carrier { network, first, egress, .. }) = self.cover {
            return p.roads.at(network, first + dice.below(u64::from(egress)) as u32);
        }
        match self.kit.address {
            Address::Few { count, servers } => {
                let few = &mut Dice::new(&[self.keys.addresses, 2, dice.below(count)]);
                if servers {
                    let network = p.roads.hosting_network(few);
                    return p.roads.at(
                        network,
                        p.roads.site(network, few.bits()) + 2 + few.below(250) as u32,
                    );
                }
                let country = member_country(p, self.keys.addresses, 0);
                let home = p.roads.some_home(few, country);
                let line = p.roads.home(few, home);
                Line {
                    ip: line.twin.filter(|ip| ip.is_ipv4()).unwrap_or(line.ip),
                    twin: None,
                    ..line
                }
            }
            Address::Proxies { first, second, switch, sticky, sticky_pool } => {
                let seller = if self.rhythm.progress(time_ms) < switch { first } else { second };
                let proxy = &p.services.proxies[seller];
                if dice.chance(sticky) {
                    let place = dice.below(sticky_pool.max(u64::from(self.size) / 12));
                    return proxy.line(
                        &p.roads,
                        &mut Dice::new(&[self.keys.addresses, 3, place]),
                        country,
                    );
                }
                proxy.line(&p.roads, dice, country)
            }
        }
    }

    fn who(&self, p: &Platform, dice: &mut Dice, line: &Line, time_ms: i64) -> Who {
        let mut who = Who::draw(p, dice, line.country, time_ms);
        who.name = match self.kit.names {
            Names::OneList { tongue, first } => Name::from_list(dice, tongue, first),
            Names::LocalLists { first } => Name::from_list(dice, who.name.tongue, first),
            Names::Local => who.name,
        };
        if self.level < 4 {
            who.birth_year = dice.whole(1965, 2006);
        }
        if dice.chance(self.kit.tag_share) {
            who.tag = self.kit.tag;
        }
        who
    }

    fn device(&self, p: &Platform, dice: &mut Dice, who: &Who, time_ms: i64) -> Device {
        let (agent, place) = match &self.kit.agents {
            Agents::List(list) => {
                let place = dice.below(list.len() as u64);
                (list[place as usize], place)
            }
            Agents::Drawn { stale_days } => {
                let class = p.devices[who.country].draw(dice);
                // Real browsers on phones are dear: the app is left to people.
                (Agent::draw(dice, class, p.form.app * 0.4, false, time_ms - stale_days * DAY), 0)
            }
        };
        let mut device = person::make(p, dice, agent, device::Tls::Own, who);
        if dice.chance(self.kit.tls_share) {
            device.ja4 = device::ja4(dice, &agent, self.kit.tls);
        }
        if dice.chance(self.kit.fingerprint_share) {
            device.fingerprint = self.fingerprint(dice, place);
        }
        if let Some(accounts) = self.kit.accounts_per_device {
            let devices = (f64::from(self.size) / accounts).max(1.0) as u64;
            device.id = hash(&[self.keys.devices, 4, dice.below(devices)]);
        }
        device
    }

    fn fingerprint(&self, dice: &mut Dice, place: u64) -> u64 {
        match self.kit.fingerprint {
            Fingerprint::PerAgent => hash(&[self.keys.fingerprints, 5, place]),
            Fingerprint::Profiles { accounts } => {
                let shown = f64::from(self.size) * self.kit.fingerprint_share;
                hash(&[self.keys.fingerprints, 6, dice.below((shown / accounts).max(1.0) as u64)])
            }
            Fingerprint::Noise => dice.bits(),
        }
    }

    fn handle(&self, p: &Platform, dice: &mut Dice, who: &Who, member: u32) -> String {
        if dice.chance(self.kit.human_handles) {
            return p.habits.handle(dice, who);
        }
        dice.pick(&self.kit.grammars).handle(dice, who, self.keys.names, self.place(member))
    }

    fn email(
        &self,
        p: &Platform,
        dice: &mut Dice,
        who: &Who,
        username: &str,
        member: u32,
    ) -> String {
        let local = if dice.chance(self.kit.same_local) {
            handle::ascii(username)
        } else {
            let grammar = dice.pick(&self.kit.grammars);
            handle::ascii(&grammar.handle(dice, who, self.keys.names ^ 1, self.place(member)))
        };
        match &self.kit.mail {
            Mail::Bulk(domains) => {
                let domain = *dice.pick(domains);
                format!("{}@{domain}", mail::fit(dice, who, &local, domain))
            }
            Mail::CatchAll { domains } => {
                let domain = own_domain(self.keys.mail, dice.below(*domains));
                format!("{}@{domain}", mail::fit(dice, who, &local, &domain))
            }
            Mail::Disposable => {
                let domain = *dice.popular(&mail::DISPOSABLE);
                format!("{}@{domain}", mail::fit(dice, who, &local, domain))
            }
            Mail::Tagged { accounts } => {
                let place = self.place(member);
                tagged(dice, self.keys.mail, place / accounts, place)
            }
            Mail::Local => p.mail.mailbox(dice, who, username),
        }
    }

    fn display(&self, p: &Platform, dice: &mut Dice, who: &Who, username: &str) -> Option<String> {
        if !dice.chance(p.form.display) {
            return None;
        }
        Some(match self.level {
            0..=2 if dice.chance(0.4) => username.to_owned(),
            0..=2 => who.name.latin(),
            _ => person::display(p, dice, who, username),
        })
    }

    fn phone(&self, p: &Platform, dice: &mut Dice, country: usize) -> Option<String> {
        if !dice.chance(self.kit.phone_share) {
            return None;
        }
        match self.kit.sim {
            Some(sim) if self.level < 4 || dice.chance(0.7) => {
                Some(p.services.sims[sim].number(dice, country))
            }
            _ => Some(phone::number(dice, country)),
        }
    }

    fn challenge(
        &self,
        p: &Platform,
        dice: &mut Dice,
        line: &Line,
        time_ms: i64,
    ) -> Option<Challenge> {
        match self.kit.solver {
            Some(solver) if dice.chance(self.kit.solver_share) => {
                let relayed = dice.chance(self.kit.relayed);
                Challenge::bought(p, dice, line, time_ms, &p.services.solvers[solver], relayed)
            }
            _ => Challenge::human(p, dice, line, time_ms),
        }
    }

    fn referrer(&self, p: &Platform, dice: &mut Dice, country: usize) -> Option<String> {
        if let Some(Cover::Viral { referrer, .. }) = &self.cover {
            return dice.chance(0.8).then(|| referrer.clone());
        }
        match self.kit.referrer {
            Referrer::Empty => None,
            Referrer::Human => p.ways.arrive(dice, country),
            Referrer::Invite => Some(referrer::invite(self.keys.referrer)),
            Referrer::Affiliate => Some(p.ways.affiliate(&mut Dice::new(&[self.keys.referrer, 7]))),
        }
    }
}

/// An own domain that takes all mail.
fn own_domain(key: u64, index: u64) -> String {
    let dice = &mut Dice::new(&[key, 8, index]);
    let suffix = *dice.popular(&[
        "com", "xyz", "online", "site", "net", "store", "shop", "click", "top", "fun", "pro",
    ]);
    let tail = if dice.chance(0.4) {
        *dice.pick(&["mail", "box", "post", "inbox", "soft", "hub"])
    } else {
        ""
    };
    format!("{}{tail}.{suffix}", handle::coined(dice))
}

/// One mailbox under many spellings: a moved dot or a tag.
fn tagged(dice: &mut Dice, key: u64, mailbox: u32, member: u32) -> String {
    let own = &mut Dice::new(&[key, 9, u64::from(mailbox)]);
    let mut name = handle::coined(own) + &handle::coined(own);
    own.digits(2, &mut name);
    if own.chance(0.5) {
        return format!("{name}+{member}@gmail.com");
    }
    let mut dotted = String::new();
    for (place, letter) in name.chars().enumerate() {
        if place > 0 && dice.chance(0.4) {
            dotted.push('.');
        }
        dotted.push(letter);
    }
    dotted + "@gmail.com"
}
