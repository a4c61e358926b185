//! Where people came from: nowhere known, a search, an advertisement, a post,
//! an invitation of a friend.

use crate::atlas::Atlas;
use crate::dice::{Dice, Weights, hash};

const SOCIAL: [&str; 9] = [
    "https://l.instagram.com/",
    "https://l.facebook.com/",
    "https://t.co/",
    "https://www.tiktok.com/",
    "https://www.youtube.com/",
    "https://www.reddit.com/",
    "https://lnkd.in/",
    "https://discord.com/",
    "https://www.pinterest.com/",
];

/// Ways in of one world.
pub(crate) struct Ways {
    seed: u64,
    kinds: Weights,
    advertisements: u64,
    affiliates: u64,
    inviters: u64,
}

impl Ways {
    pub(crate) fn draw(seed: u64, rows: f64) -> Self {
        let dice = &mut Dice::new(&[seed, 51]);
        let usual = [44.0, 22.0, 9.0, 13.0, 6.0, 3.0, 3.0];
        Self {
            seed,
            kinds: Weights::new(usual.map(|weight| weight * dice.log_normal(1.0, 0.35))),
            advertisements: 6 + libm::pow(rows, 0.3) as u64,
            affiliates: 4 + libm::pow(rows, 0.28) as u64,
            inviters: 20 + (rows * 0.03) as u64,
        }
    }

    /// How an ordinary person arrives.
    pub(crate) fn arrive(&self, dice: &mut Dice, country: usize) -> Option<String> {
        let facts = &Atlas::get().countries[country];
        match self.kinds.draw(dice) {
            0 => None,
            1 if facts.code == "CN" || facts.search == "google.com" || dice.chance(0.5) => {
                Some(format!("https://www.{}/", facts.search))
            }
            1 => Some("https://www.google.com/".to_owned()),
            2 => Some(self.advertisement(dice)),
            3 => Some(social(dice, facts.code)),
            4 => Some(self.invitation(dice)),
            5 => Some(self.affiliate(dice)),
            _ => Some(format!(
                "https://{}.example/{}",
                crate::handle::coined(dice),
                crate::handle::coined(dice)
            )),
        }
    }

    /// A campaign tag of an advertisement: some run large.
    pub(crate) fn advertisement(&self, dice: &mut Dice) -> String {
        let index = dice.skewed(self.advertisements, 1.8);
        format!("utm_campaign={}", 100_000 + hash(&[self.seed, 52, index]) % 900_000)
    }

    pub(crate) fn affiliate(&self, dice: &mut Dice) -> String {
        let index = dice.skewed(self.affiliates, 1.6);
        format!("aff={:05x}", hash(&[self.seed, 53, index]) & 0xf_ffff)
    }

    /// A member's invite code: most bring one or two people.
    pub(crate) fn invitation(&self, dice: &mut Dice) -> String {
        let index = dice.skewed(self.inviters, 1.5);
        invite(hash(&[self.seed, 54, index]))
    }
}

/// An invite code by key.
pub(crate) fn invite(key: u64) -> String {
    format!("https://platform.example/i/{:08x}", key & 0xffff_ffff)
}

/// A link by key: a post, a page, a story.
pub(crate) fn post(dice: &mut Dice) -> String {
    let site = *dice.popular(&SOCIAL);
    format!("{site}{}", crate::handle::coined(dice))
}

fn social(dice: &mut Dice, code: &str) -> String {
    match code {
        "RU" | "KZ" if dice.chance(0.7) => "https://vk.com/".to_owned(),
        "CN" if dice.chance(0.8) => "https://weibo.com/".to_owned(),
        "KR" if dice.chance(0.4) => "https://kakao.com/".to_owned(),
        "VN" if dice.chance(0.4) => "https://zalo.me/".to_owned(),
        "JP" if dice.chance(0.4) => "https://line.me/".to_owned(),
        _ => dice.popular(&SOCIAL).to_string(),
    }
}
