//! An ordinary person at the sign-up form: the law that every honest row, and
//! the honest part of every dishonest one, is drawn from.

use crate::atlas::{Atlas, Kind};
use crate::calendar::{DAY, civil};
use crate::captcha::Challenge;
use crate::column::Column;
use crate::device::{self, Agent, Device, Header, Maker, Tls};
use crate::dice::Dice;
use crate::handle;
use crate::name::{Name, capital};
use crate::phone;
use crate::platform::Platform;
use crate::roads::Line;

/// Who somebody is, before any form is filled in.
#[derive(Clone)]
pub(crate) struct Who {
    /// Where they are at home.
    pub(crate) country: usize,
    /// First language of their devices.
    pub(crate) tag: &'static str,
    pub(crate) name: Name,
    pub(crate) birth_year: i64,
}

/// One sign-up before it is written.
pub(crate) struct Draft {
    pub(crate) line: Line,
    pub(crate) username: String,
    pub(crate) display: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) phone: Option<String>,
    pub(crate) device: Device,
    /// The text of the agent where it is not the device's own.
    pub(crate) agent_text: Option<String>,
    pub(crate) language: Header,
    pub(crate) challenge: Option<Challenge>,
    pub(crate) referrer: Option<String>,
}

impl Who {
    pub(crate) fn draw(p: &Platform, dice: &mut Dice, country: usize, time_ms: i64) -> Self {
        let facts = &Atlas::get().countries[country];
        let speech = &facts.speech[p.speech[country].draw(dice)];
        let year = civil(time_ms.div_euclid(DAY)).0;
        let age = match dice.unit() {
            u if u < 0.55 => dice.log_normal(22.0, 0.22),
            u if u < 0.9 => dice.log_normal(34.0, 0.25),
            _ => dice.log_normal(55.0, 0.18),
        };
        Self {
            country,
            tag: speech.tag,
            name: Name::draw(dice, speech.tongue),
            birth_year: year - age.clamp(13.0, 88.0) as i64,
        }
    }
}

impl Draft {
    /// Somebody in (by address) a country signs up, challenge and all.
    pub(crate) fn honest(p: &Platform, dice: &mut Dice, country: usize, time_ms: i64) -> Self {
        // Travellers and people far from home keep names and language.
        let home = if dice.chance(p.form.abroad) { p.country(dice) } else { country };
        let who = Who::draw(p, dice, home, time_ms);
        let line = line(p, dice, country, None);
        let mut draft = Self::of(p, dice, &who, line, time_ms);
        draft.face_challenge(p, dice, time_ms);
        draft
    }

    /// A given person on a given line; no challenge yet.
    pub(crate) fn of(p: &Platform, dice: &mut Dice, who: &Who, line: Line, time_ms: i64) -> Self {
        let device = device(p, dice, who, line.kind() == Kind::Mobile, time_ms);
        Self::with(p, dice, who, line, device)
    }

    /// A given person with a given device on a given line; no challenge yet.
    pub(crate) fn with(
        p: &Platform,
        dice: &mut Dice,
        who: &Who,
        line: Line,
        device: Device,
    ) -> Self {
        let username = if dice.chance(p.form.suggested) {
            handle::suggested(dice, who)
        } else {
            p.habits.handle(dice, who)
        };
        let email = p.mail.address(dice, who, &username, device.agent.is_apple());
        let facts = &Atlas::get().countries[who.country];
        let phone =
            dice.chance(facts.phone * p.form.phone).then(|| phone::number(dice, who.country));
        let email = (phone.is_none() || !dice.chance(p.form.phone_only)).then_some(email);
        Self {
            line,
            display: dice.chance(p.form.display).then(|| display(p, dice, who, &username)),
            username,
            email,
            phone,
            agent_text: None,
            language: device::header(dice, &device.agent, who.tag),
            challenge: None,
            referrer: p.ways.arrive(dice, who.country),
            device,
        }
    }

    /// Faces the platform's challenge as a person does.
    pub(crate) fn face_challenge(&mut self, p: &Platform, dice: &mut Dice, time_ms: i64) {
        self.challenge = Challenge::human(p, dice, &self.line, time_ms);
    }

    /// Mail and nothing but mail follows a new handle.
    pub(crate) fn rename(&mut self, p: &Platform, dice: &mut Dice, who: &Who, username: String) {
        if self.email.is_some() {
            self.email = Some(p.mail.mailbox(dice, who, &username));
        }
        self.username = username;
    }
}

/// The line of an ordinary person in a country; `mobile` decides where given.
pub(crate) fn line(p: &Platform, dice: &mut Dice, country: usize, mobile: Option<bool>) -> Line {
    if mobile.is_none() && dice.chance(p.form.vpn) {
        return p.roads.vpn(dice);
    }
    let mobile = mobile.unwrap_or_else(|| dice.chance(Atlas::get().countries[country].mobile));
    if mobile {
        return p.roads.handset(dice, country);
    }
    let infected = dice
        .chance(p.form.infected)
        .then(|| p.services.infected_home(&p.roads, dice, country))
        .flatten();
    let home = infected.unwrap_or_else(|| p.roads.some_home(dice, country));
    p.roads.home(dice, home)
}

/// An ordinary device of a person; on a carrier's line a phone, mostly.
pub(crate) fn device(
    p: &Platform,
    dice: &mut Dice,
    who: &Who,
    carrier: bool,
    time_ms: i64,
) -> Device {
    let mut class = p.devices[who.country].draw(dice);
    while carrier && class >= 2 && dice.chance(0.93) {
        class = p.devices[who.country].draw(dice);
    }
    device_of(p, dice, who, class, time_ms)
}

/// A device of a class: 0 Android, 1 Apple phone, 2 Windows, 3 Mac, 4 Linux.
pub(crate) fn device_of(
    p: &Platform,
    dice: &mut Dice,
    who: &Who,
    class: usize,
    time_ms: i64,
) -> Device {
    let russian = matches!(Atlas::get().countries[who.country].code, "RU" | "KZ");
    let agent = Agent::draw(dice, class, p.form.app, russian, time_ms);
    let tls = honest_tls(p, dice, &agent);
    make(p, dice, agent, tls, who)
}

/// A device from its agent and stack, with an honest fingerprint of its own.
pub(crate) fn make(p: &Platform, dice: &mut Dice, agent: Agent, tls: Tls, who: &Who) -> Device {
    if !p.wanted.has(Column::Fingerprint) {
        dice.skip(Maker::DRAWS);
        let ja4 = device::ja4(dice, &agent, tls);
        device::pass_over(dice, &agent);
        return Device { ja4, fingerprint: 0, id: dice.bits(), agent };
    }
    let maker = Maker::draw(dice, agent.system);
    let offset = Atlas::get().countries[who.country].offset_min;
    Device {
        ja4: device::ja4(dice, &agent, tls),
        fingerprint: device::fingerprint(dice, &agent, maker, who.tag, offset),
        id: dice.bits(),
        agent,
    }
}

/// Antivirus and office proxies stand before desktops; a few people run odd
/// builds or script their own sign-up.
fn honest_tls(p: &Platform, dice: &mut Dice, agent: &Agent) -> Tls {
    let desktop = !agent.is_mobile();
    let odd = p.form.odd_tls * if desktop { 1.5 } else { 0.35 };
    if !dice.chance(odd) {
        return Tls::Own;
    }
    match dice.unit() {
        u if u < 0.78 && desktop => Tls::Middlebox(dice.skewed(device::MIDDLEBOXES, 1.8) as u8),
        u if u < 0.93 => Tls::Frozen(dice.skewed(device::FROZEN, 1.3) as u8),
        _ => Tls::Library(dice.skewed(device::LIBRARIES, 1.3) as u8),
    }
}

/// Share of shown names that are the person's name or handle: no more is drawn.
const DISPLAY_PLAIN: f64 = 0.94;

/// The name shown to others.
pub(crate) fn display(p: &Platform, dice: &mut Dice, who: &Who, username: &str) -> String {
    let native = dice.chance(who.name.facts().native);
    let whole = || if native { who.name.native() } else { who.name.latin() };
    let point = dice.unit();
    if point < DISPLAY_PLAIN && !p.wanted.has(Column::DisplayName) {
        return String::new();
    }
    match point {
        u if u < 0.63 => whole(),
        u if u < 0.76 => {
            if native {
                who.name.native_given()
            } else {
                capital(&who.name.given())
            }
        }
        u if u < 0.82 => whole().to_lowercase(),
        u if u < 0.84 => whole().to_uppercase(),
        u if u < DISPLAY_PLAIN => username.to_owned(),
        u if u < 0.97 => format!(
            "{} {}",
            capital(&who.name.given()),
            dice.pick(&["❤️", "✨", "🌸", "🔥", "🦋", "🌙", "🎮", "⚽"])
        ),
        _ => capital(&handle::coined(dice)),
    }
}
