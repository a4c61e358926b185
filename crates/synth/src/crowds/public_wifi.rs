//! A café, a station, a hotel: one address for weeks, guests from anywhere.

use crate::dice::Dice;
use crate::person::{Draft, Who};
use crate::plan::{Mark, Source};
use crate::platform::Platform;

struct Wifi {
    size: u32,
    country: usize,
    network: usize,
    address: u32,
    tourists: f64,
}

pub(super) fn make(p: &Platform, dice: &mut Dice, size: u32) -> Box<dyn Source> {
    let country = p.country(dice);
    let network = p.roads.business_network(dice, country);
    let address = p.roads.site(network, dice.bits()) + 1 + dice.below(250) as u32;
    Box::new(Wifi { size, country, network, address, tourists: dice.between(0.05, 0.6) })
}

impl Source for Wifi {
    fn size(&self) -> u32 {
        self.size
    }

    fn mark(&self) -> Mark {
        Mark::crowd("public_wifi")
    }

    fn moment(&self, p: &Platform, dice: &mut Dice, _member: u32) -> i64 {
        p.calendar.moment(dice, self.country)
    }

    fn draft(&self, p: &Platform, dice: &mut Dice, _member: u32, time_ms: i64) -> Draft {
        let country = if dice.chance(self.tourists) { p.country(dice) } else { self.country };
        let who = Who::draw(p, dice, country, time_ms);
        let line = p.roads.at(self.network, self.address);
        let mut draft = Draft::of(p, dice, &who, line, time_ms);
        draft.face_challenge(p, dice, time_ms);
        draft
    }
}
