//! A conference: one venue's address for two or three days, people of many
//! countries and firms, most of them by one link on a slide.

use crate::calendar::DAY;
use crate::dice::Dice;
use crate::mail;
use crate::person::{Draft, Who};
use crate::plan::{Mark, Source};
use crate::platform::Platform;
use crate::referrer;

struct Conference {
    size: u32,
    key: u64,
    country: usize,
    start_ms: i64,
    days: u64,
    network: usize,
    address: u32,
    guests: f64,
    firm_mail: f64,
}

pub(super) fn make(p: &Platform, dice: &mut Dice, size: u32) -> Box<dyn Source> {
    let country = p.country(dice);
    let days = 1 + dice.below(3);
    let network = p.roads.business_network(dice, country);
    Box::new(Conference {
        size,
        key: dice.bits(),
        country,
        start_ms: p.calendar.beginning(dice, days as i64 * DAY),
        days,
        network,
        address: p.roads.site(network, dice.bits()) + 1 + dice.below(240) as u32,
        guests: dice.between(0.2, 0.8),
        firm_mail: dice.between(0.3, 0.8),
    })
}

impl Source for Conference {
    fn size(&self) -> u32 {
        self.size
    }

    fn mark(&self) -> Mark {
        Mark::crowd("conference")
    }

    fn moment(&self, p: &Platform, dice: &mut Dice, _member: u32) -> i64 {
        let day = self.start_ms + dice.below(self.days) as i64 * DAY;
        p.calendar.working_moment(dice, self.country, day)
    }

    fn draft(&self, p: &Platform, dice: &mut Dice, _member: u32, time_ms: i64) -> Draft {
        let home = if dice.chance(self.guests) { p.country(dice) } else { self.country };
        let who = Who::draw(p, dice, home, time_ms);
        let line = p.roads.at(self.network, self.address + dice.below(3) as u32);
        let mut draft = Draft::of(p, dice, &who, line, time_ms);
        if dice.chance(self.firm_mail) {
            let firm = dice.below(4_000);
            draft.email = Some(format!(
                "{}@{}",
                mail::office_local(&who, firm),
                p.mail.firm_domain(home, firm)
            ));
        }
        if dice.chance(0.8) {
            draft.referrer = Some(referrer::invite(self.key));
        }
        draft.face_challenge(p, dice, time_ms);
        draft
    }
}
