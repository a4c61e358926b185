//! Mail addresses as people have them: a provider of the country, a school, a
//! firm, an own domain, a relay alias, now and then a throw-away mailbox.

use crate::atlas::Atlas;
use crate::dice::{Dice, Weights, hash};
use crate::handle::{self, Style};
use crate::person::Who;

/// Throw-away mailboxes that honest people use, too.
pub(crate) const DISPOSABLE: [&str; 12] = [
    "mailinator.com",
    "yopmail.com",
    "guerrillamail.com",
    "10minutemail.com",
    "temp-mail.org",
    "sharklasers.com",
    "trashmail.com",
    "maildrop.cc",
    "getnada.com",
    "tempmail.dev",
    "dispostable.com",
    "mohmal.com",
];

/// Mail habits of one world.
pub(crate) struct Mail {
    seed: u64,
    providers: Vec<Weights>,
    firms: Vec<u64>,
    /// Shares: firm, school, own domain, relay, throw-away.
    special: [f64; 5],
}

impl Mail {
    pub(crate) fn draw(seed: u64, rows: f64, countries: &Weights) -> Self {
        let dice = &mut Dice::new(&[seed, 41]);
        let atlas = Atlas::get();
        let providers = atlas
            .mail
            .iter()
            .map(|list| {
                Weights::new(list.iter().map(|&(_, weight)| weight * dice.log_normal(1.0, 0.25)))
            })
            .collect();
        let firms = (0..atlas.countries.len())
            .map(|country| (libm::pow(rows * countries.share(country), 0.72) as u64).max(8))
            .collect();
        let special =
            [0.045, 0.02, 0.012, 0.012, 0.006].map(|usual| usual * dice.log_normal(1.0, 0.5));
        Self { seed, providers, firms, special }
    }

    /// A person's address; `apple` says whether the device can hide it.
    pub(crate) fn address(
        &self,
        dice: &mut Dice,
        who: &Who,
        username: &str,
        apple: bool,
    ) -> String {
        let mut point = dice.unit();
        let mut kind = self.special.len();
        for (index, share) in self.special.iter().enumerate() {
            if point < *share {
                kind = index;
                break;
            }
            point -= share;
        }
        match kind {
            0 => {
                let firm = dice.skewed(self.firms[who.country], 2.0);
                format!("{}@{}", office_local(who, firm), self.firm_domain(who.country, firm))
            }
            1 => {
                let school = dice.skewed(40, 1.6);
                format!(
                    "{}@{}",
                    school_local(dice, who, school),
                    self.school_domain(who.country, school)
                )
            }
            2 => own_domain(dice, who),
            3 => relay(dice, who, apple),
            4 => format!(
                "{}@{}",
                self.local(dice, who, username, "gmail.com"),
                dice.popular(&DISPOSABLE)
            ),
            _ => self.mailbox(dice, who, username),
        }
    }

    /// A mailbox at a provider of the country.
    pub(crate) fn mailbox(&self, dice: &mut Dice, who: &Who, username: &str) -> String {
        let domain = self.provider(dice, who.country);
        [&self.local(dice, who, username, domain), "@", domain].concat()
    }

    /// A provider as the people of a country use them.
    pub(crate) fn provider(&self, dice: &mut Dice, country: usize) -> &'static str {
        Atlas::get().mail[country][self.providers[country].draw(dice)].0
    }

    fn local(&self, dice: &mut Dice, who: &Who, username: &str, domain: &str) -> String {
        if (domain == "qq.com" && dice.chance(0.78))
            || (matches!(domain, "163.com" | "126.com" | "139.com") && dice.chance(0.3))
        {
            return numeric(dice, domain);
        }
        let same = handle::ascii(username);
        let local =
            if same.len() >= 4 && dice.chance(0.42) { same } else { older_handle(dice, who) };
        fit(dice, who, &local, domain)
    }

    /// A firm's domain; the first firms are the large ones.
    pub(crate) fn firm_domain(&self, country: usize, firm: u64) -> String {
        let dice = &mut Dice::new(&[self.seed, 42, country as u64, firm]);
        let words = &Atlas::get().words;
        let first = *dice.pick(words.list("brand"));
        let suffix = Atlas::get().countries[country].suffix;
        let suffix = if dice.chance(0.55) {
            suffix
        } else {
            *dice.pick(&["com", "com", "net", "io", "co", "org", "eu"])
        };
        match dice.below(5) {
            0 => format!("{first}{}.{suffix}", dice.pick(words.list("trade"))),
            1 => format!("{first}-{}.{suffix}", dice.pick(words.list("trade"))),
            2 => format!("{first}{}.{suffix}", dice.pick(words.list("brand"))),
            3 => format!("{}{}.{suffix}", handle::coined(dice), dice.pick(words.list("trade"))),
            _ => format!("{}.{suffix}", handle::coined(dice)),
        }
    }

    /// A school's or university's domain.
    pub(crate) fn school_domain(&self, country: usize, school: u64) -> String {
        let dice = &mut Dice::new(&[self.seed, 43, country as u64, school]);
        let code = Atlas::get().countries[country].code;
        let stem = handle::coined(dice);
        match code {
            "US" => format!("{stem}.edu"),
            "GB" | "ZA" | "KE" | "NZ" | "IN" | "ID" | "TH" | "JP" | "KR" | "AT" => {
                format!(
                    "{stem}.ac.{}",
                    if code == "GB" { "uk".to_owned() } else { code.to_ascii_lowercase() }
                )
            }
            "DE" | "CH" => format!("uni-{stem}.{}", code.to_ascii_lowercase()),
            "FR" => format!("univ-{stem}.fr"),
            "IT" => format!("studenti.{stem}.it"),
            "NL" | "SE" | "CZ" | "RO" | "RU" | "ES" | "PT" => {
                format!("{stem}.{}", code.to_ascii_lowercase())
            }
            _ => format!("{stem}.edu.{}", code.to_ascii_lowercase()),
        }
    }
}

/// A local part chosen years ago, for another place.
fn older_handle(dice: &mut Dice, who: &Who) -> String {
    const STYLES: [(Style, f64); 13] = [
        (Style::GivenDotFamily, 0.17),
        (Style::GivenFamily, 0.13),
        (Style::GivenFamilyShortYear, 0.16),
        (Style::GivenFamilyYear, 0.08),
        (Style::GivenDigits, 0.10),
        (Style::InitialFamily, 0.06),
        (Style::InitialFamilyDigits, 0.06),
        (Style::FamilyGiven, 0.06),
        (Style::NickDigits, 0.08),
        (Style::InitialsDigits, 0.03),
        (Style::TwoWordsDigits, 0.03),
        (Style::Random, 0.01),
        (Style::CoinedDigits, 0.03),
    ];
    let mut point = dice.unit();
    for (style, share) in STYLES {
        if point < share {
            return handle::ascii(&handle::spell(dice, who, style));
        }
        point -= share;
    }
    handle::ascii(&handle::spell(dice, who, Style::GivenLucky))
}

/// What the provider accepts: large ones want six letters and no underscore.
pub(crate) fn fit(dice: &mut Dice, who: &Who, local: &str, domain: &str) -> String {
    let mut local = local.trim_matches(['.', '_', '-']).to_owned();
    if domain == "gmail.com" {
        let joint = if dice.chance(0.5) { "." } else { "" };
        if local.contains(['_', '-', '.']) {
            local = local.replace(['_', '-'], joint).replace("..", ".");
        }
    }
    while local.len() < 6 {
        local += &handle::personal_digits(dice, who.birth_year);
    }
    local
}

fn numeric(dice: &mut Dice, domain: &str) -> String {
    if domain == "qq.com" {
        let mut digits = dice.whole(1, 9).to_string();
        let count = [7, 8, 8, 9, 9][dice.below(5) as usize];
        dice.digits(count, &mut digits);
        return digits;
    }
    let country = Atlas::get().country("CN").unwrap_or(0);
    crate::phone::block(dice, country) + &format!("{:04}", dice.below(10_000))
}

/// A firm has one grammar for everyone.
pub(crate) fn office_local(who: &Who, firm: u64) -> String {
    let style = match hash(&[firm, 44]) % 8 {
        0..=3 => Style::GivenDotFamily,
        4 | 5 => Style::InitialFamily,
        6 => Style::GivenFamily,
        _ => Style::FamilyGiven,
    };
    let mut steady = Dice::new(&[firm, 45]);
    handle::ascii(&handle::spell(&mut steady, who, style))
}

/// A school has one grammar, too; many give numbers.
pub(crate) fn school_local(dice: &mut Dice, who: &Who, school: u64) -> String {
    let mut text = String::new();
    match hash(&[school, 46]) % 5 {
        0 => {
            text.push('s');
            dice.digits(7, &mut text);
        }
        1 => {
            text =
                who.name.given().chars().take(1).chain(who.name.family().chars().take(1)).collect();
            dice.digits(5, &mut text);
        }
        2 => {
            text = (20 + dice.below(5)).to_string();
            dice.digits(6, &mut text);
        }
        _ => text = handle::spell(&mut Dice::new(&[school]), who, Style::GivenDotFamily),
    }
    text
}

fn own_domain(dice: &mut Dice, who: &Who) -> String {
    let (given, family) = (who.name.given(), who.name.family());
    let suffix = Atlas::get().countries[who.country].suffix;
    let suffix =
        if dice.chance(0.5) { suffix } else { *dice.pick(&["com", "net", "me", "name", "family"]) };
    match dice.below(4) {
        0 => format!("{given}@{family}.{suffix}"),
        1 => format!("me@{given}{family}.{suffix}"),
        2 => format!("{given}@{family}-{}.{suffix}", handle::coined(dice)),
        _ => format!("hello@{}.{suffix}", handle::coined(dice) + &handle::coined(dice)),
    }
}

/// An alias that hides the mailbox: random or two words and a figure.
pub(crate) fn relay(dice: &mut Dice, who: &Who, apple: bool) -> String {
    const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";
    if apple && dice.chance(0.85) {
        let local: String = (0..10).map(|_| char::from(*dice.pick(LETTERS))).collect();
        return format!("{local}@privaterelay.appleid.com");
    }
    match dice.below(3) {
        0 => {
            let word = *dice.pick(Atlas::get().words.list("en.noun"));
            format!("{word}.{}.{}@duck.com", handle::coined(dice), handle::coined(dice))
        }
        1 => {
            let local: String = (0..9).map(|_| char::from(*dice.pick(LETTERS))).collect();
            format!("{local}@mozmail.com")
        }
        _ => format!("{}_{}@simplelogin.com", who.name.given(), handle::coined(dice)),
    }
}
