//! A library or cyber-café: one address and a few machines for weeks, used by
//! people who have nothing in common. Cookies survive on some machines.

use crate::dice::{Dice, hash};
use crate::person::{self, Draft, Who};
use crate::plan::{Mark, Source};
use crate::platform::Platform;

struct Kiosk {
    size: u32,
    key: u64,
    country: usize,
    network: usize,
    address: u32,
    machines: u64,
    wiped: bool,
}

pub(super) fn make(p: &Platform, dice: &mut Dice, size: u32) -> Box<dyn Source> {
    let country = p.country(dice);
    let network = p.roads.business_network(dice, country);
    Box::new(Kiosk {
        size,
        key: dice.bits(),
        country,
        network,
        address: p.roads.site(network, dice.bits()) + 1 + dice.below(250) as u32,
        machines: 1 + dice.skewed(8, 1.4),
        wiped: dice.chance(0.5),
    })
}

impl Source for Kiosk {
    fn size(&self) -> u32 {
        self.size
    }

    fn mark(&self) -> Mark {
        Mark::crowd("kiosk")
    }

    fn moment(&self, p: &Platform, dice: &mut Dice, _member: u32) -> i64 {
        let any = p.calendar.anywhen(dice);
        p.calendar.working_moment(dice, self.country, any)
    }

    fn draft(&self, p: &Platform, dice: &mut Dice, _member: u32, time_ms: i64) -> Draft {
        let who = Who::draw(p, dice, self.country, time_ms);
        let line = p.roads.at(self.network, self.address);
        let machine = dice.below(self.machines);
        // All machines were bought together; each keeps or loses its cookies.
        let mut device =
            person::device_of(p, &mut Dice::new(&[self.key, 1]), &who, 2, p.calendar.start_ms);
        device.fingerprint = hash(&[self.key, 2]);
        device.id = if self.wiped { dice.bits() } else { hash(&[self.key, 3, machine]) };
        let mut draft = Draft::with(p, dice, &who, line, device);
        draft.face_challenge(p, dice, time_ms);
        draft
    }
}
