//! An organisation's test accounts: `qa+001@`, counted up, made by a script on
//! one machine in working hours. Patterned, automated, and nobody's fraud.

use crate::calendar::{DAY, SECOND};
use crate::device::Tls;
use crate::dice::{Dice, hash};
use crate::person::{self, Draft, Who};
use crate::plan::{Mark, Source};
use crate::platform::Platform;

struct Team {
    size: u32,
    key: u64,
    country: usize,
    firm: u64,
    start_ms: i64,
    days: u64,
    gap_ms: i64,
    network: usize,
    address: u32,
    prefix: &'static str,
    headless: bool,
}

pub(super) fn make(p: &Platform, dice: &mut Dice, size: u32) -> Box<dyn Source> {
    let country = p.country(dice);
    let network = p.roads.business_network(dice, country);
    let any = p.calendar.anywhen(dice);
    Box::new(Team {
        size,
        key: dice.bits(),
        country,
        firm: dice.below(4_000),
        start_ms: p.calendar.working_moment(dice, country, any),
        days: 1 + dice.below(5),
        gap_ms: dice.log_normal(40.0, 1.0) as i64 * SECOND,
        network,
        address: p.roads.site(network, dice.bits()) + 1 + dice.below(250) as u32,
        prefix: dice.pick::<&str>(&["qa", "test", "e2e", "staging", "autotest", "load", "dev"]),
        headless: dice.chance(0.55),
    })
}

impl Source for Team {
    fn size(&self) -> u32 {
        self.size
    }

    fn mark(&self) -> Mark {
        Mark::crowd("qa_team")
    }

    fn moment(&self, p: &Platform, dice: &mut Dice, member: u32) -> i64 {
        let run = u64::from(member) % self.days;
        let place = u64::from(member) / self.days;
        let jitter = dice.below(self.gap_ms.max(2) as u64) as i64 / 2;
        p.calendar.wrap(self.start_ms + run as i64 * DAY + place as i64 * self.gap_ms + jitter)
    }

    fn draft(&self, p: &Platform, dice: &mut Dice, member: u32, time_ms: i64) -> Draft {
        let who = Who::draw(p, &mut Dice::new(&[self.key, 1]), self.country, time_ms);
        let line = p.roads.at(self.network, self.address);
        let class = if self.headless { 4 } else { 3 };
        let machine = &mut Dice::new(&[self.key, 2]);
        let mut device = person::device_of(p, machine, &who, class, p.calendar.start_ms);
        if self.headless {
            device.ja4 = crate::device::ja4(dice, &device.agent, Tls::Frozen((self.key % 9) as u8));
        }
        device.fingerprint = hash(&[self.key, 3, dice.skewed(3, 2.5)]);
        device.id =
            if dice.chance(0.6) { hash(&[self.key, 4, dice.below(3)]) } else { dice.bits() };
        let mut draft = Draft::with(p, dice, &who, line, device);
        let domain = p.mail.firm_domain(self.country, self.firm);
        draft.username = format!("{}_{:03}", self.prefix, member + 1);
        draft.email = Some(format!("{}+{:03}@{domain}", self.prefix, member + 1));
        draft.display = Some(format!("{} user {}", self.prefix, member + 1));
        draft.phone = None;
        draft.referrer = None;
        if self.headless {
            draft.agent_text =
                Some(draft.device.agent.text().replace(" Chrome/", " HeadlessChrome/"));
        }
        draft.face_challenge(p, dice, time_ms);
        draft
    }
}
