//! A campus at the start of term: one address block, addresses given by the
//! university in one grammar, lab machines of one image, two days of rush.

use crate::calendar::DAY;
use crate::dice::{Dice, hash};
use crate::handle;
use crate::mail;
use crate::person::{self, Draft, Who};
use crate::plan::{Mark, Source};
use crate::platform::Platform;

struct Campus {
    size: u32,
    key: u64,
    country: usize,
    school: u64,
    start_ms: i64,
    days: f64,
    network: usize,
    block: u32,
    /// Addresses of its NAT; the dormitories have their own.
    egress: u32,
    own_mail: f64,
    lab: f64,
}

pub(super) fn make(p: &Platform, dice: &mut Dice, size: u32) -> Box<dyn Source> {
    let country = p.country(dice);
    let days = dice.between(1.0, 4.0);
    let network = p.roads.campus_network(dice, country);
    let key = dice.bits();
    Box::new(Campus {
        size,
        key,
        country,
        school: dice.skewed(40, 1.6),
        start_ms: p.calendar.beginning(dice, (days * DAY as f64) as i64),
        days,
        network,
        block: p.roads.site(network, key),
        egress: 1 + dice.skewed(4, 1.5) as u32,
        own_mail: dice.between(0.45, 0.95),
        lab: dice.between(0.05, 0.5),
    })
}

impl Source for Campus {
    fn size(&self) -> u32 {
        self.size
    }

    fn mark(&self) -> Mark {
        Mark::crowd("campus")
    }

    fn moment(&self, p: &Platform, dice: &mut Dice, _member: u32) -> i64 {
        let day = self.start_ms + (dice.exponential(0.45).min(1.0) * self.days * DAY as f64) as i64;
        p.calendar.working_moment(dice, self.country, day)
    }

    fn draft(&self, p: &Platform, dice: &mut Dice, _member: u32, time_ms: i64) -> Draft {
        let mut who = Who::draw(p, dice, self.country, time_ms);
        who.birth_year += (crate::calendar::civil(time_ms / DAY).0 - 19 - who.birth_year) * 4 / 5;
        let dormitory = dice.chance(0.25);
        let host = if dormitory {
            64 + dice.below(120) as u32
        } else {
            1 + dice.below(u64::from(self.egress)) as u32
        };
        let line = p.roads.at(self.network, self.block + host);
        let device = if dice.chance(self.lab) {
            // One image on every machine of the room; cookies are wiped at log-off.
            let image = &mut Dice::new(&[self.key, 1]);
            let mut device = person::device_of(p, image, &who, 2, self.start_ms);
            device.fingerprint = hash(&[self.key, 2 + dice.below(2)]);
            device.id = dice.bits();
            device
        } else {
            person::device(p, dice, &who, false, time_ms)
        };
        let mut draft = Draft::with(p, dice, &who, line, device);
        if dice.chance(self.own_mail) {
            let local = mail::school_local(dice, &who, self.school);
            if dice.chance(0.5) {
                draft.username =
                    if local.len() > 3 { local.clone() } else { handle::ascii(&draft.username) };
            }
            draft.email =
                Some(format!("{local}@{}", p.mail.school_domain(self.country, self.school)));
        }
        draft.face_challenge(p, dice, time_ms);
        draft
    }
}
