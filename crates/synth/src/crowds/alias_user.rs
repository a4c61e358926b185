//! One person with many accounts: plus tags and moved dots of one mailbox, one
//! device, one home. Against the rules of some platforms, but no factory.

use crate::calendar::DAY;
use crate::dice::{Dice, hash};
use crate::handle;
use crate::person::{self, Draft, Who};
use crate::plan::{Mark, Source, member_country};
use crate::platform::Platform;

/// Twelve accounts belong to three people, in turn.
const OWNERS: [u32; 12] = [0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2, 2];

struct Aliases {
    size: u32,
    key: u64,
}

pub(super) fn make(_p: &Platform, dice: &mut Dice, size: u32) -> Box<dyn Source> {
    Box::new(Aliases { size, key: dice.bits() })
}

fn owner(member: u32) -> u32 {
    member / 12 * 3 + OWNERS[(member % 12) as usize]
}

impl Source for Aliases {
    fn size(&self) -> u32 {
        self.size
    }

    fn mark(&self) -> Mark {
        Mark::crowd("alias_user")
    }

    fn moment(&self, p: &Platform, dice: &mut Dice, member: u32) -> i64 {
        let owner = owner(member);
        let common = &mut Dice::new(&[self.key, u64::from(owner)]);
        let first = p.calendar.moment(common, member_country(p, self.key, owner));
        let pace = common.log_normal(0.4, 1.6) * DAY as f64;
        p.calendar.wrap(first + dice.exponential(pace) as i64)
    }

    fn draft(&self, p: &Platform, dice: &mut Dice, member: u32, time_ms: i64) -> Draft {
        let owner = owner(member);
        let country = member_country(p, self.key, owner);
        let common = &mut Dice::new(&[self.key, 1, u64::from(owner)]);
        let who = Who::draw(p, common, country, p.calendar.start_ms);
        let home = p.roads.some_home(common, country);
        let mut device = person::device(p, common, &who, false, p.calendar.start_ms);
        let main = handle::ascii(&p.habits.handle(common, &who)).replace(['_', '-', '.'], "");
        let dots = common.chance(0.35);
        if dice.chance(0.15) {
            device.id = hash(&[self.key, 2, u64::from(member)]);
        }
        let line = if dice.chance(0.12) {
            p.roads.handset(dice, country)
        } else {
            p.roads.home(dice, home)
        };
        let mut draft = Draft::with(p, dice, &who, line, device);
        let main = if main.len() < 6 {
            format!("{main}{}", 1_000 + hash(&[self.key, u64::from(owner)]) % 9_000)
        } else {
            main
        };
        let tag = *dice.pick(&[
            "shop", "news", "2", "alt", "game", "old", "work", "x", "spam", "new", "11", "test",
        ]);
        draft.email = Some(if dots && main.len() > 4 {
            let cut = 1 + dice.below(main.len() as u64 - 2) as usize;
            format!("{}.{}@gmail.com", &main[..cut], &main[cut..])
        } else {
            format!("{main}+{tag}{}@gmail.com", member % 12)
        });
        if dice.chance(0.6) {
            draft.username = format!("{main}{}{tag}", ["_", "", "."][dice.below(3) as usize]);
        }
        draft.face_challenge(p, dice, time_ms);
        draft
    }
}
