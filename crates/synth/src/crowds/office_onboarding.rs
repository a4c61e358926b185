//! A company brings its staff: own domain, one address, one device image behind
//! an inspecting proxy (so the client hello is not the browser's), one invite
//! link, one name grammar, one morning. Every key of a factory at once.

use crate::calendar::{DAY, HOUR};
use crate::device::{self, Tls};
use crate::dice::{Dice, hash};
use crate::handle::{self, Style};
use crate::mail;
use crate::person::{self, Draft, Who};
use crate::plan::{Mark, Source};
use crate::platform::Platform;
use crate::referrer;

struct Office {
    size: u32,
    key: u64,
    country: usize,
    firm: u64,
    start_ms: i64,
    days: u64,
    network: usize,
    address: u32,
    tls: Tls,
    remote: f64,
    invited: f64,
}

pub(super) fn make(p: &Platform, dice: &mut Dice, size: u32) -> Box<dyn Source> {
    let country = p.country(dice);
    let network = p.roads.business_network(dice, country);
    let key = dice.bits();
    let any = p.calendar.anywhen(dice);
    let inspected = dice.chance(0.7);
    Box::new(Office {
        size,
        key,
        country,
        // Firms of an own: not the ones that their people use privately, mostly.
        firm: dice.below(4_000),
        start_ms: p.calendar.working_moment(dice, country, any),
        days: if dice.chance(0.6) { 1 } else { dice.below(6) + 2 },
        network,
        address: p.roads.site(network, key) + 1 + dice.below(250) as u32,
        tls: if inspected {
            Tls::Middlebox(dice.skewed(device::MIDDLEBOXES, 1.4) as u8)
        } else {
            Tls::Own
        },
        remote: dice.between(0.0, 0.3),
        invited: dice.between(0.5, 1.0),
    })
}

impl Source for Office {
    fn size(&self) -> u32 {
        self.size
    }

    fn mark(&self) -> Mark {
        Mark::crowd("office_onboarding")
    }

    fn moment(&self, p: &Platform, dice: &mut Dice, _member: u32) -> i64 {
        let day = self.start_ms + dice.below(self.days) as i64 * DAY;
        if self.days == 1 {
            return p.calendar.wrap(day + (dice.exponential(0.4).min(3.0) * HOUR as f64) as i64);
        }
        p.calendar.working_moment(dice, self.country, day)
    }

    fn draft(&self, p: &Platform, dice: &mut Dice, _member: u32, time_ms: i64) -> Draft {
        let who = Who::draw(p, dice, self.country, time_ms);
        let remote = dice.chance(self.remote);
        let line = if remote {
            person::line(p, dice, self.country, None)
        } else {
            p.roads.at(self.network, self.address)
        };
        let image = &mut Dice::new(&[self.key, 1]);
        let mut device = person::device_of(p, image, &who, 2, self.start_ms);
        device.id = dice.bits();
        if !remote {
            device.ja4 = device::ja4(dice, &device.agent, self.tls);
        }
        // Docking stations and second screens: a few fingerprints to an image.
        device.fingerprint = hash(&[self.key, 2 + dice.skewed(4, 2.0)]);
        let mut draft = Draft::with(p, dice, &who, line, device);
        let local = mail::office_local(&who, self.firm);
        draft.username = match dice.below(4) {
            0 => handle::spell(dice, &who, Style::InitialFamily),
            _ => local.clone(),
        };
        draft.email = Some(format!("{local}@{}", p.mail.firm_domain(self.country, self.firm)));
        draft.display = Some(who.name.latin());
        if dice.chance(self.invited) {
            draft.referrer = Some(referrer::invite(self.key));
        }
        draft.face_challenge(p, dice, time_ms);
        draft
    }
}
