//! The log as columns of hashes: what the baselines need of every sign-up, in
//! about 150 bytes each, so that ten million fit in 1.5 GB.

use crate::eval::{Scores, Truth};
use events::SignUp;
use serde::Serialize;
use std::net::IpAddr;
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

/// One sign-up's keys. 0 means absent; a hash that is 0 by chance is taken for
/// absent, once in 2⁶⁴.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Keys {
    /// Row of the truth, `u32::MAX` for an account without a label.
    pub account: u32,
    pub time_ms: i64,
    /// The IPv4 address, or the IPv6 /64: one subscriber line.
    pub ip: u64,
    /// The IPv4 /24 or the IPv6 /48.
    pub network: u64,
    pub device: u64,
    pub fingerprint: u64,
    pub ja4: u64,
    pub phone: u64,
    pub phone_block: u64,
    pub mailbox: u64,
    pub mail_domain: u64,
    pub agent: u64,
    pub language: u64,
    /// Shape and stem of the mail address's local part.
    pub mail_shape: u64,
    pub mail_stem: u64,
    /// Shape and stem of the handle.
    pub handle_shape: u64,
    pub handle_stem: u64,
    /// The CAPTCHA token was issued to another network than redeemed it.
    pub is_relayed: bool,
    /// The language's region is not the address's country.
    pub is_foreign: bool,
}

/// All sign-ups of the log, in its order.
#[derive(Clone, Debug, Default)]
pub struct Log {
    pub(super) rows: Vec<Keys>,
    unlabelled: u64,
}

/// How the log and the truth met.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LogJoin {
    /// Sign-ups read.
    pub signups: u64,
    /// Rows that the reader rejected.
    pub rejected: u64,
    /// Sign-ups whose account has no label: traffic, but not judged.
    pub unlabelled: u64,
    /// Labelled accounts without a sign-up: score 0 for every method.
    pub missing: u64,
}

/// What a baseline says of every sign-up.
#[derive(Clone, Debug)]
pub struct Verdicts {
    /// Score 0..1 by sign-up.
    pub score: Vec<f64>,
    /// Group by sign-up, where the method makes groups.
    pub group: Vec<Option<u32>>,
}

impl Log {
    /// Takes the keys of every sign-up; `truth` tells which accounts are judged.
    /// The others stay in the log, being part of the traffic. Ends at the first
    /// error of the reader.
    pub fn gather<E>(
        truth: &Truth,
        signups: impl IntoIterator<Item = Result<SignUp, E>>,
    ) -> Result<Self, E> {
        let mut log = Self::default();
        for signup in signups {
            let keys = keys(truth, &signup?);
            log.unlabelled += u64::from(keys.account == u32::MAX);
            log.rows.push(keys);
        }
        Ok(log)
    }
    /// Number of sign-ups.
    pub fn len(&self) -> usize {
        self.rows.len()
    }
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
    /// How it meets the truth; `rejected` is the reader's count.
    pub fn join(&self, truth: &Truth, rejected: u64) -> LogJoin {
        let mut seen = vec![false; truth.len()];
        for keys in self.rows.iter().filter(|keys| keys.account != u32::MAX) {
            seen[keys.account as usize] = true;
        }
        let missing = seen.iter().filter(|seen| !**seen).count() as u64;
        LogJoin { signups: self.rows.len() as u64, rejected, unlabelled: self.unlabelled, missing }
    }
    /// Verdicts by account of the truth: the highest score of its sign-ups
    /// with that one's group; 0 for an account that the log lacks.
    pub fn judged(&self, verdicts: Verdicts, accounts: usize) -> Scores {
        let mut scores = Scores::none(accounts);
        let labelled = self.rows.iter().enumerate().filter(|(_, keys)| keys.account != u32::MAX);
        for (at, keys) in labelled {
            let row = keys.account as usize;
            if verdicts.score[at] >= scores.risk[row] {
                scores.risk[row] = verdicts.score[at];
                scores.group[row] = verdicts.group[at];
            }
        }
        scores
    }
    /// Sign-ups that have the key, as (key, time, place), sorted: each run of
    /// one key is in order of time.
    pub(super) fn by(&self, key: impl Fn(&Keys) -> u64) -> Vec<(u64, i64, u32)> {
        let mut order: Vec<(u64, i64, u32)> = (0..)
            .zip(&self.rows)
            .map(|(at, keys)| (key(keys), keys.time_ms, at))
            .filter(|(key, ..)| *key != 0)
            .collect();
        order.sort_unstable();
        order
    }
}

fn keys(truth: &Truth, signup: &SignUp) -> Keys {
    let text = |text: Option<&str>| text.map_or(0, |text| xxh3_64(text.as_bytes()));
    let email = signup.email.as_ref();
    let (mail_shape, mail_stem) = email.map_or((0, 0), |email| shape_and_stem(email.local()));
    let handle = signup.username.as_ref().map(events::Handle::as_str);
    let (handle_shape, handle_stem) = handle.map_or((0, 0), shape_and_stem);
    Keys {
        account: truth.row(signup.account_id.as_str().as_bytes()).unwrap_or(u32::MAX),
        time_ms: signup.time_ms,
        ip: signup.ip.map_or(0, |ip| prefix(ip, 32, 64)),
        network: signup.ip.map_or(0, |ip| prefix(ip, 24, 48)),
        device: text(signup.device_id.as_ref().map(events::Token::as_str)),
        fingerprint: text(signup.fingerprint.as_ref().map(events::Token::as_str)),
        ja4: text(signup.ja4.as_ref().map(events::Token::as_str)),
        phone: signup.phone.map_or(0, |phone| phone.digits()),
        phone_block: signup.phone.map_or(0, |phone| phone.block()),
        mailbox: text(email.map(events::Email::mailbox)),
        mail_domain: text(email.map(events::Email::domain)),
        agent: text(signup.user_agent.as_ref().map(|agent| &*agent.text)),
        language: text(signup.accept_language.as_ref().map(events::Token::as_str)),
        mail_shape,
        mail_stem,
        handle_shape,
        handle_stem,
        is_relayed: is_relayed(signup),
        is_foreign: is_foreign(signup),
    }
}

/// Hash of the leading bits of an address.
fn prefix(ip: IpAddr, v4_bits: u32, v6_bits: u32) -> u64 {
    match ip {
        IpAddr::V4(ip) => {
            xxh3_64_with_seed(&(ip.to_bits() >> (32 - v4_bits)).to_le_bytes(), u64::from(v4_bits))
        }
        IpAddr::V6(ip) => {
            xxh3_64_with_seed(&(ip.to_bits() >> (128 - v6_bits)).to_le_bytes(), u64::from(v6_bits))
        }
    }
}

fn is_relayed(signup: &SignUp) -> bool {
    let network = |ip: IpAddr| prefix(ip, 24, 48);
    let redeemed = signup.captcha.redeem_ip.or(signup.ip);
    signup
        .captcha
        .issue_ip
        .zip(redeemed)
        .is_some_and(|(issued, redeemed)| network(issued) != network(redeemed))
}

fn is_foreign(signup: &SignUp) -> bool {
    let first = signup
        .accept_language
        .as_ref()
        .and_then(|language| language.as_str().split([',', ';']).next());
    let region = first
        .and_then(|tag| tag.split_once('-'))
        .and_then(|(_, region)| events::Country::parse(region));
    region.zip(signup.country).is_some_and(|(region, country)| region != country)
}

/// Shape: that of [`events::name::shape`], where letters without case count as
/// lower case. Stem: the leading letters in lower case, none where there are
/// fewer than three.
fn shape_and_stem(text: &str) -> (u64, u64) {
    let shape = events::name::shape(text).replace('x', "a");
    let stem: String =
        text.chars().take_while(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect();
    let stem = if stem.chars().count() < 3 { 0 } else { xxh3_64(stem.as_bytes()) };
    (xxh3_64(shape.as_bytes()), stem)
}
