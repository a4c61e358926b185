//! A post goes round: a steep rise and a long fall, one way in, mostly one
//! country, and fans whose handles share a stem.

use crate::atlas::Atlas;
use crate::calendar::HOUR;
use crate::dice::Dice;
use crate::handle;
use crate::person::{Draft, Who};
use crate::plan::{Cover, Mark, Source};
use crate::platform::Platform;
use crate::referrer;

struct Viral {
    size: u32,
    country: usize,
    start_ms: i64,
    hours: f64,
    referrer: String,
    stem: String,
    fans: f64,
    abroad: f64,
}

pub(super) fn make(p: &Platform, dice: &mut Dice, size: u32) -> Box<dyn Source> {
    let country = p.country(dice);
    let any = p.calendar.anywhen(dice);
    let stem = match dice.below(3) {
        0 => handle::coined(dice),
        1 => format!(
            "{}{}",
            handle::coined(dice),
            dice.pick(&["army", "fan", "fam", "nation", "squad", "stan"])
        ),
        _ => dice.pick(Atlas::get().words.list("en.noun")).to_string(),
    };
    Box::new(Viral {
        size,
        country,
        start_ms: p.calendar.moment_of_day(dice, country, any),
        hours: dice.between(2.0, 14.0),
        referrer: referrer::post(dice),
        stem,
        fans: dice.between(0.08, 0.55),
        abroad: dice.between(0.02, 0.3),
    })
}

impl Viral {
    fn fan_handle(&self, dice: &mut Dice, who: &Who) -> String {
        let (stem, given) = (&self.stem, who.name.given());
        let digits = handle::personal_digits(dice, who.birth_year);
        match dice.below(8) {
            0 => format!("{stem}{digits}"),
            1 => format!("{given}{stem}"),
            2 => format!("{stem}_{given}"),
            3 => format!("{stem}.{given}{digits}"),
            4 => format!("{stem}fan{digits}"),
            5 => format!("i_love_{stem}{digits}"),
            6 => format!("{stem}{}", handle::coined(dice)),
            _ => format!("{given}_{stem}{digits}"),
        }
    }
}

impl Source for Viral {
    fn size(&self) -> u32 {
        self.size
    }

    fn mark(&self) -> Mark {
        Mark::crowd("viral_day")
    }

    fn moment(&self, p: &Platform, dice: &mut Dice, _member: u32) -> i64 {
        // The rise takes a tenth of the fall.
        let hours = if dice.chance(0.12) { -dice.exponential(0.1) } else { dice.exponential(1.0) };
        p.calendar.wrap(self.start_ms + (hours * self.hours * HOUR as f64) as i64)
    }

    fn draft(&self, p: &Platform, dice: &mut Dice, _member: u32, time_ms: i64) -> Draft {
        let country = if dice.chance(self.abroad) { p.country(dice) } else { self.country };
        let who = Who::draw(p, dice, country, time_ms);
        let line = crate::person::line(p, dice, country, None);
        let mut draft = Draft::of(p, dice, &who, line, time_ms);
        if dice.chance(self.fans) {
            let username = self.fan_handle(dice, &who);
            draft.rename(p, dice, &who, username);
        }
        if dice.chance(0.86) {
            draft.referrer = Some(self.referrer.clone());
        }
        draft.face_challenge(p, dice, time_ms);
        draft
    }

    fn cover(&self) -> Option<Cover> {
        Some(Cover::Viral {
            country: self.country,
            start_ms: self.start_ms,
            length_ms: (self.hours * 2.0 * HOUR as f64) as i64,
            referrer: self.referrer.clone(),
        })
    }
}
