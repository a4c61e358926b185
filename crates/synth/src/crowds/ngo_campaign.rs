//! Field workers register people on shared tablets over one carrier: few
//! devices, mail addresses made up on the spot, phone numbers of the village.

use crate::atlas::Atlas;
use crate::calendar::DAY;
use crate::dice::{Dice, hash};
use crate::handle;
use crate::name::capital;
use crate::person::{self, Draft, Who};
use crate::phone;
use crate::plan::{Mark, Source};
use crate::platform::Platform;

struct Drive {
    size: u32,
    key: u64,
    country: usize,
    network: usize,
    start_ms: i64,
    days: u64,
    tablets: u64,
    suffix: String,
    made_up_mail: f64,
    blocks: Vec<String>,
}

/// Countries where such drives take place.
const PLACES: [&str; 12] = ["KE", "NG", "IN", "BD", "PK", "PH", "ID", "PE", "CO", "MA", "EG", "ZA"];

pub(super) fn make(p: &Platform, dice: &mut Dice, size: u32) -> Box<dyn Source> {
    let country = Atlas::get().country(dice.pick::<&str>(&PLACES)).unwrap_or(0);
    let days = 2 + dice.below(8);
    Box::new(Drive {
        size,
        key: dice.bits(),
        country,
        network: p.roads.carrier(dice, country),
        start_ms: p.calendar.beginning(dice, days as i64 * DAY),
        days,
        tablets: 2 + dice.below(8),
        suffix: format!(
            "{}{}",
            dice.pick(&["ngo", "aid", "coop", "farm", "clinic", "vote"]),
            dice.whole(1, 99)
        ),
        made_up_mail: dice.between(0.2, 0.9),
        // Villages buy their SIM cards at one shop.
        blocks: (0..6 + dice.below(20)).map(|_| phone::block(dice, country)).collect(),
    })
}

impl Source for Drive {
    fn size(&self) -> u32 {
        self.size
    }

    fn mark(&self) -> Mark {
        Mark::crowd("ngo_campaign")
    }

    fn moment(&self, p: &Platform, dice: &mut Dice, _member: u32) -> i64 {
        let day = self.start_ms + dice.below(self.days) as i64 * DAY;
        p.calendar.working_moment(dice, self.country, day)
    }

    fn draft(&self, p: &Platform, dice: &mut Dice, _member: u32, time_ms: i64) -> Draft {
        let who = Who::draw(p, dice, self.country, time_ms);
        let tablet = dice.below(self.tablets);
        let line = p.roads.handset_of(dice, self.network);
        let mut device =
            person::device_of(p, &mut Dice::new(&[self.key, 1]), &who, 0, self.start_ms);
        device.id = hash(&[self.key, 2, tablet]);
        let mut draft = Draft::with(p, dice, &who, line, device);
        let (given, family) = (who.name.given(), who.name.family());
        draft.username =
            format!("{given}{}{}", capital(&family), handle::personal_digits(dice, who.birth_year));
        draft.email = dice
            .chance(self.made_up_mail)
            .then(|| format!("{given}.{family}{}.{}@gmail.com", dice.below(100), self.suffix));
        if dice.chance(0.85) {
            let block: &String = dice.popular(&self.blocks);
            let mut number = phone::international(self.country, block);
            dice.digits(4, &mut number);
            draft.phone = Some(number);
        }
        draft.display = Some(who.name.latin());
        draft.referrer = None;
        draft.face_challenge(p, dice, time_ms);
        draft
    }
}
