//! A carrier with few egress addresses: hundreds of strangers behind each.
//! Nothing else is alike: ordinary people on ordinary phones.

use crate::dice::Dice;
use crate::person::{self, Draft, Who};
use crate::plan::{Cover, Mark, Source};
use crate::platform::Platform;
use crate::roads::Line;

struct Carrier {
    size: u32,
    country: usize,
    network: usize,
    /// First address of the egress block, and how many addresses it has.
    first: u32,
    egress: u32,
}

pub(super) fn make(p: &Platform, dice: &mut Dice, size: u32) -> Box<dyn Source> {
    let country = p.country(dice);
    let network = p.roads.carrier(dice, country);
    let people_per_address = dice.between(110.0, 420.0);
    let egress = (f64::from(size) / people_per_address) as u32;
    let first = p.roads.site(network, dice.bits()) + 2 + dice.below(60) as u32;
    Box::new(Carrier { size, country, network, first, egress: egress.clamp(1, 180) })
}

impl Carrier {
    fn line(&self, p: &Platform, dice: &mut Dice) -> Line {
        p.roads.at(self.network, self.first + dice.below(u64::from(self.egress)) as u32)
    }
}

impl Source for Carrier {
    fn size(&self) -> u32 {
        self.size
    }

    fn mark(&self) -> Mark {
        Mark::crowd("mobile_cgnat")
    }

    fn moment(&self, p: &Platform, dice: &mut Dice, _member: u32) -> i64 {
        p.calendar.moment(dice, self.country)
    }

    fn draft(&self, p: &Platform, dice: &mut Dice, _member: u32, time_ms: i64) -> Draft {
        let who = Who::draw(p, dice, self.country, time_ms);
        let line = self.line(p, dice);
        let device = person::device(p, dice, &who, true, time_ms);
        let mut draft = Draft::with(p, dice, &who, line, device);
        draft.face_challenge(p, dice, time_ms);
        draft
    }

    fn cover(&self) -> Option<Cover> {
        Some(Cover::Carrier {
            country: self.country,
            network: self.network,
            first: self.first,
            egress: self.egress,
        })
    }
}
