//! Families: one home, one surname, now and then one tablet for all.

use crate::calendar::{DAY, HOUR, MINUTE};
use crate::dice::{Dice, hash};
use crate::person::{self, Draft, Who};
use crate::plan::{Mark, Source, member_country};
use crate::platform::Platform;

/// Sixteen members make six families, in turn: (family, member of it).
const PLACES: [(u32, u32); 16] = [
    (0, 0),
    (0, 1),
    (1, 0),
    (1, 1),
    (1, 2),
    (2, 0),
    (2, 1),
    (3, 0),
    (3, 1),
    (3, 2),
    (3, 3),
    (4, 0),
    (4, 1),
    (5, 0),
    (5, 1),
    (5, 2),
];

struct Families {
    size: u32,
    key: u64,
}

pub(super) fn make(_p: &Platform, dice: &mut Dice, size: u32) -> Box<dyn Source> {
    Box::new(Families { size, key: dice.bits() })
}

/// The stream that all members of one family share.
fn shared(key: u64, family: u32) -> Dice {
    Dice::new(&[key, u64::from(family)])
}

fn place(member: u32) -> (u32, u32) {
    let (family, person) = PLACES[(member % 16) as usize];
    (member / 16 * 6 + family, person)
}

impl Source for Families {
    fn size(&self) -> u32 {
        self.size
    }

    fn mark(&self) -> Mark {
        Mark::crowd("family")
    }

    fn moment(&self, p: &Platform, dice: &mut Dice, member: u32) -> i64 {
        let (family, person) = place(member);
        let common = &mut shared(self.key, family);
        let first = p.calendar.moment(common, member_country(p, self.key, family));
        // Some sign up together, some when they hear of it.
        let together = common.chance(0.6);
        if person == 0 {
            return first;
        }
        let later = if together {
            dice.exponential(12.0 * MINUTE as f64)
        } else {
            dice.exponential(2.0 * DAY as f64)
        };
        p.calendar.wrap(first + later as i64)
    }

    fn draft(&self, p: &Platform, dice: &mut Dice, member: u32, time_ms: i64) -> Draft {
        let (family, person) = place(member);
        let country = member_country(p, self.key, family);
        let common = &mut Dice::new(&[self.key, 1, u64::from(family)]);
        let first = Who::draw(p, common, country, time_ms);
        let home = p.roads.some_home(common, country);
        let tablet = common.chance(0.4);
        let mut who = first.clone();
        who.name = first.name.relative(dice);
        who.birth_year = first.birth_year + [0, 1, 26, 28][person as usize % 4] - dice.whole(0, 3);
        let line = p.roads.home(dice, home);
        let device = if tablet && dice.chance(0.7) {
            let own = &mut Dice::new(&[self.key, 2, u64::from(family)]);
            let mut device = person::device_of(p, own, &first, 1, time_ms - time_ms % (24 * HOUR));
            device.id = hash(&[self.key, 3, u64::from(family)]);
            device
        } else {
            person::device(p, dice, &who, false, time_ms)
        };
        let mut draft = Draft::with(p, dice, &who, line, device);
        draft.face_challenge(p, dice, time_ms);
        draft
    }
}
