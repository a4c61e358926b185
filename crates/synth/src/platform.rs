//! A world resolved: everything that is drawn once and shared by all sign-ups.

use crate::atlas::Atlas;
use crate::calendar::Calendar;
use crate::column::Columns;
use crate::dice::{Dice, Weights, hash, hash_text};
use crate::handle::Habits;
use crate::mail::Mail;
use crate::referrer::Ways;
use crate::roads::Roads;
use crate::services::Services;
use crate::world::World;

/// One platform with its people, roads and habits.
pub(crate) struct Platform {
    pub(crate) seed: u64,
    /// Names the people of a wave and what they do; in the first, the seed.
    pub(crate) people: u64,
    pub(crate) rows: f64,
    /// How many times the crowds and factories of a platform whose sizes still grow.
    pub(crate) breadth: f64,
    pub(crate) calendar: Calendar,
    pub(crate) countries: Weights,
    /// By country: which language.
    pub(crate) speech: Vec<Weights>,
    /// By country: Android, Apple, Windows, Mac, Linux.
    pub(crate) devices: Vec<Weights>,
    pub(crate) form: Form,
    pub(crate) habits: Habits,
    pub(crate) mail: Mail,
    pub(crate) ways: Ways,
    pub(crate) roads: Roads,
    pub(crate) services: Services,
    /// Columns that somebody will read: the others need no text.
    pub(crate) wanted: Columns,
}

/// The platform's sign-up form and how well its telemetry works.
pub(crate) struct Form {
    /// Share of sign-ups over the platform's own app, among phones.
    pub(crate) app: f64,
    /// Share of people who take the handle that the platform proposes.
    pub(crate) suggested: f64,
    /// Share of people who fill in a display name.
    pub(crate) display: f64,
    /// Multiplies a country's habit of giving a phone number.
    pub(crate) phone: f64,
    /// Share that leaves the mail address out when a phone number is given.
    pub(crate) phone_only: f64,
    pub(crate) challenged: f64,
    pub(crate) captcha: &'static str,
    pub(crate) captcha_second: &'static str,
    pub(crate) second_share: f64,
    pub(crate) solve_median_ms: f64,
    pub(crate) solve_sigma: f64,
    /// Share of honest challenges redeemed from another address.
    pub(crate) moved: f64,
    /// Share of honest sign-ups whose client hello is not their browser's own.
    pub(crate) odd_tls: f64,
    pub(crate) vpn: f64,
    pub(crate) infected: f64,
    pub(crate) abroad: f64,
    pub(crate) lost: Losses,
}

/// Shares of rows in which the platform's telemetry fails, whoever signs up.
pub(crate) struct Losses {
    pub(crate) ip: f64,
    pub(crate) asn: f64,
    pub(crate) user_agent: f64,
    pub(crate) language: f64,
    pub(crate) device: f64,
    pub(crate) fingerprint: f64,
    pub(crate) ja4: f64,
    pub(crate) solve: f64,
    pub(crate) issue: f64,
}

const CAPTCHAS: [&str; 4] = ["puzzle", "tiles", "slider", "invisible"];

impl Platform {
    pub(crate) fn draw(world: &World, wave: u32) -> Self {
        let atlas = Atlas::get();
        let (seed, rows) = (world.seed, world.rows as f64);
        let dice = &mut Dice::new(&[seed, 61]);
        let countries = country_mix(dice);
        let roads = Roads::draw(seed, rows, &countries);
        let services = Services::draw(seed, rows, &roads, &countries, atlas.countries.len());
        let per_country =
            |spread: f64, dice: &mut Dice, shares: &dyn Fn(usize) -> Vec<f64>| -> Vec<Weights> {
                (0..atlas.countries.len())
                    .map(|country| {
                        Weights::new(
                            shares(country)
                                .into_iter()
                                .map(|share| share * dice.log_normal(1.0, spread)),
                        )
                    })
                    .collect()
            };
        let speech = per_country(0.15, dice, &|c| {
            atlas.countries[c].speech.iter().map(|s| s.share).collect()
        });
        let devices = per_country(0.25, dice, &|c| atlas.countries[c].devices.to_vec());
        Self {
            seed,
            people: people(seed, wave),
            rows,
            breadth: world.breadth(),
            calendar: Calendar::draw(seed, world.days, wave),
            speech,
            devices,
            form: Form::draw(dice),
            habits: Habits::draw(seed),
            mail: Mail::draw(seed, rows, &countries),
            ways: Ways::draw(seed, rows),
            countries,
            roads,
            services,
            wanted: Columns::all(),
        }
    }

    /// A country as the platform's people are spread.
    pub(crate) fn country(&self, dice: &mut Dice) -> usize {
        self.countries.draw(dice)
    }
}

fn people(seed: u64, wave: u32) -> u64 {
    if wave == 0 { seed } else { hash(&[seed, hash_text("wave"), u64::from(wave)]) }
}

/// Every platform has a home and neighbours; some countries it never reached.
fn country_mix(dice: &mut Dice) -> Weights {
    let atlas = Atlas::get();
    let home = dice.below(atlas.countries.len() as u64) as usize;
    let pull = dice.log_normal(6.0, 0.9);
    let home_tongue = atlas.countries[home].speech[0].tongue;
    Weights::new((0..atlas.countries.len()).map(|country| {
        let facts = &atlas.countries[country];
        let near = if country == home {
            pull
        } else if facts.speech.iter().any(|speech| speech.tongue == home_tongue) {
            libm::sqrt(pull)
        } else {
            1.0
        };
        facts.weight * near * dice.log_normal(1.0, 0.7)
    }))
}

impl Form {
    fn draw(dice: &mut Dice) -> Self {
        let first = dice.below(4) as usize;
        Self {
            app: if dice.chance(0.3) { 0.0 } else { dice.between(0.15, 0.75) },
            suggested: if dice.chance(0.5) { 0.0 } else { dice.between(0.05, 0.25) },
            display: dice.between(0.6, 0.97),
            phone: dice.between(0.35, 1.5),
            phone_only: dice.between(0.0, 0.25),
            challenged: dice.between(0.3, 0.92),
            captcha: CAPTCHAS[first],
            captcha_second: CAPTCHAS[(first + 1) % 4],
            second_share: if dice.chance(0.6) { 0.0 } else { dice.between(0.02, 0.3) },
            solve_median_ms: dice.between(6_500.0, 16_000.0),
            solve_sigma: dice.between(0.42, 0.62),
            moved: dice.between(0.015, 0.05),
            odd_tls: dice.between(0.01, 0.03),
            vpn: dice.between(0.012, 0.04),
            infected: dice.between(0.012, 0.04),
            abroad: dice.between(0.03, 0.08),
            lost: Losses {
                ip: dice.between(0.0, 0.002),
                asn: dice.between(0.001, 0.02),
                user_agent: dice.between(0.0, 0.004),
                language: dice.between(0.002, 0.02),
                device: dice.between(0.01, 0.07),
                fingerprint: dice.between(0.02, 0.09),
                ja4: dice.between(0.004, 0.05),
                solve: dice.between(0.01, 0.05),
                issue: dice.between(0.01, 0.06),
            },
        }
    }
}
