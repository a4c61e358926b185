//! A teacher registers a class: thirty pupils in twenty minutes, from one room
//! of equal machines, with handles that the teacher thought up.

use crate::calendar::MINUTE;
use crate::dice::{Dice, hash};
use crate::name::capital;
use crate::person::{self, Draft, Who};
use crate::plan::{Mark, Source};
use crate::platform::Platform;

struct Class {
    size: u32,
    key: u64,
    country: usize,
    start_ms: i64,
    network: usize,
    address: u32,
    grade: String,
    school: u64,
    school_mail: bool,
    grammar: u64,
    one_machine: bool,
}

pub(super) fn make(p: &Platform, dice: &mut Dice, size: u32) -> Box<dyn Source> {
    let country = p.country(dice);
    let network = p.roads.business_network(dice, country);
    let any = p.calendar.anywhen(dice);
    Box::new(Class {
        size,
        key: dice.bits(),
        country,
        start_ms: p.calendar.working_moment(dice, country, any),
        network,
        address: p.roads.site(network, dice.bits()) + 1 + dice.below(250) as u32,
        grade: format!("{}{}", dice.whole(3, 12), dice.pick(&["a", "b", "c", "d"])),
        school: dice.below(5_000) + 100,
        school_mail: dice.chance(0.65),
        grammar: dice.below(4),
        one_machine: dice.chance(0.35),
    })
}

impl Class {
    fn handle(&self, dice: &mut Dice, who: &Who, member: u32) -> String {
        let given = who.name.given();
        let initial: String = who.name.family().chars().take(1).collect();
        match self.grammar {
            0 => format!("{}-{given}.{initial}", self.grade),
            1 => format!("class{}_{:02}", self.grade, member + 1),
            2 => format!(
                "{}{}{}",
                capital(&given),
                initial.to_uppercase(),
                self.grade.to_uppercase()
            ),
            _ => format!("{given}{initial}{}{}", self.grade, dice.whole(0, 9)),
        }
    }
}

impl Source for Class {
    fn size(&self) -> u32 {
        self.size
    }

    fn mark(&self) -> Mark {
        Mark::crowd("classroom")
    }

    fn moment(&self, p: &Platform, dice: &mut Dice, member: u32) -> i64 {
        // One after the other at one machine, all at once at many.
        let minutes = if self.one_machine { f64::from(member) * 0.8 } else { 0.0 };
        let spread = if self.one_machine { 0.5 } else { 18.0 };
        p.calendar.wrap(self.start_ms + ((minutes + dice.unit() * spread) * MINUTE as f64) as i64)
    }

    fn draft(&self, p: &Platform, dice: &mut Dice, member: u32, time_ms: i64) -> Draft {
        let mut who = Who::draw(p, dice, self.country, time_ms);
        who.birth_year = crate::calendar::civil(time_ms / crate::calendar::DAY).0 - 12;
        let line = p.roads.at(self.network, self.address);
        let mut device =
            person::device_of(p, &mut Dice::new(&[self.key, 1]), &who, 2, self.start_ms);
        device.fingerprint = hash(&[self.key, 2]);
        device.id = if self.one_machine { hash(&[self.key, 3]) } else { dice.bits() };
        let mut draft = Draft::with(p, dice, &who, line, device);
        let username = self.handle(dice, &who, member);
        let domain = p.mail.school_domain(self.country, self.school);
        draft.email = Some(if self.school_mail {
            format!("{}@{domain}", username.to_lowercase())
        } else {
            format!("{}.{}@gmail.com", crate::handle::ascii(&username), dice.whole(10, 99))
        });
        draft.username = username;
        draft.display = Some(capital(&who.name.given()));
        draft.phone = None;
        draft.referrer = None;
        draft.face_challenge(p, dice, time_ms);
        draft
    }
}
