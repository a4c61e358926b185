//! People behind a privacy relay: shared exits, and mail aliases whose random
//! local parts look like a script's. Apple's devices, otherwise anyone.

use crate::dice::Dice;
use crate::mail;
use crate::person::{self, Draft, Who};
use crate::plan::{Mark, Source, member_country};
use crate::platform::Platform;

struct Relay {
    size: u32,
    key: u64,
    hidden_mail: f64,
}

pub(super) fn make(_p: &Platform, dice: &mut Dice, size: u32) -> Box<dyn Source> {
    Box::new(Relay { size, key: dice.bits(), hidden_mail: dice.between(0.3, 0.7) })
}

impl Source for Relay {
    fn size(&self) -> u32 {
        self.size
    }

    fn mark(&self) -> Mark {
        Mark::crowd("privacy_relay")
    }

    fn moment(&self, p: &Platform, dice: &mut Dice, member: u32) -> i64 {
        p.calendar.moment(dice, member_country(p, self.key, member))
    }

    fn draft(&self, p: &Platform, dice: &mut Dice, member: u32, time_ms: i64) -> Draft {
        let country = member_country(p, self.key, member);
        let who = Who::draw(p, dice, country, time_ms);
        let line = p.roads.relay(dice, country);
        let class = if dice.chance(0.75) { 1 } else { 3 };
        let device = person::device_of(p, dice, &who, class, time_ms);
        let mut draft = Draft::with(p, dice, &who, line, device);
        if draft.email.is_some() && dice.chance(self.hidden_mail) {
            draft.email = Some(mail::relay(dice, &who, true));
        }
        draft.face_challenge(p, dice, time_ms);
        draft
    }
}
