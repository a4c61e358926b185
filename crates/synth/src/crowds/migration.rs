//! A partner's users move over: a steady rate round the clock, one way in, and
//! either the partner's server as client or everybody's own device.

use crate::calendar::HOUR;
use crate::device::Tls;
use crate::dice::{Dice, hash};
use crate::person::{self, Draft, Who};
use crate::plan::{Mark, Source, member_country};
use crate::platform::Platform;

struct Migration {
    size: u32,
    key: u64,
    country: Option<usize>,
    start_ms: i64,
    length_ms: i64,
    partner: String,
    /// The partner's importer, where it does the work: (network, address, agent).
    importer: Option<(usize, u32, String)>,
    library: u8,
    partner_handles: f64,
}

pub(super) fn make(p: &Platform, dice: &mut Dice, size: u32) -> Box<dyn Source> {
    let network = p.roads.hosting_network(dice);
    let partner = crate::handle::coined(dice);
    let length_ms = (dice.between(6.0, 72.0) * HOUR as f64) as i64;
    let by_server = dice.chance(0.5);
    let address = p.roads.site(network, dice.bits()) + 10;
    let agent = format!("{partner}-import/{}.{}", dice.whole(1, 4), dice.whole(0, 20));
    let local = dice.chance(0.6);
    Box::new(Migration {
        size,
        key: dice.bits(),
        country: local.then(|| p.country(dice)),
        start_ms: p.calendar.beginning(dice, length_ms),
        length_ms,
        importer: by_server.then_some((network, address, agent)),
        library: dice.skewed(crate::device::LIBRARIES, 1.3) as u8,
        partner,
        partner_handles: dice.between(0.0, 0.6),
    })
}

impl Source for Migration {
    fn size(&self) -> u32 {
        self.size
    }

    fn mark(&self) -> Mark {
        Mark::crowd("migration")
    }

    fn moment(&self, p: &Platform, dice: &mut Dice, member: u32) -> i64 {
        let place = (f64::from(member) + dice.unit()) / f64::from(self.size);
        p.calendar.wrap(self.start_ms + (place * self.length_ms as f64) as i64)
    }

    fn draft(&self, p: &Platform, dice: &mut Dice, member: u32, time_ms: i64) -> Draft {
        let country = self.country.unwrap_or_else(|| member_country(p, self.key, member));
        let who = Who::draw(p, dice, country, time_ms);
        let line = match &self.importer {
            Some((network, address, _)) => p.roads.at(*network, address + dice.below(2) as u32),
            None => person::line(p, dice, country, None),
        };
        let mut draft = Draft::of(p, dice, &who, line, time_ms);
        if dice.chance(self.partner_handles) {
            draft.username = format!("{}_{}", crate::handle::ascii(&draft.username), self.partner);
        }
        draft.referrer = Some(format!("https://{}.example/move", self.partner));
        match &self.importer {
            Some((_, _, agent)) => {
                draft.agent_text = Some(agent.clone());
                draft.device.ja4 =
                    crate::device::ja4(dice, &draft.device.agent, Tls::Library(self.library));
                draft.device.fingerprint = hash(&[self.key, 2]);
                draft.device.id = hash(&[self.key, 3]);
            }
            None => draft.face_challenge(p, dice, time_ms),
        }
        draft
    }
}
