//! CAPTCHA: where the token was issued and redeemed, and how long it took.
//! A dual-stack household also fetches over IPv6 and submits over IPv4, so a
//! difference is a behaviour to be compared with the background, not a verdict.

use crate::{Kind, Sink, network};
use events::SignUp;
use events::ip::Prefix;
use std::net::IpAddr;
use std::sync::LazyLock;

pub(crate) fn each(signup: &SignUp, sink: &mut Sink) {
    let captcha = &signup.captcha;
    if let Some(issue) = captcha.issue_ip {
        let path = captcha.redeem_ip.or(signup.ip).map(|redeem| token_path(issue, redeem));
        if let Some(path) = path {
            sink(Kind::Redeem, path);
        }
        // Where people fetch their own challenge the issuing network says
        // no more than the address does.
        if path != Some(SAME) {
            let mut net = String::with_capacity(24);
            network::neighbourhood(issue, &mut net);
            sink(Kind::IssueNet, &net);
        }
    }
    if let Some(ms) = captcha.solve_ms {
        let provider = captcha.provider.as_ref().map_or("", |p| p.as_str());
        sink(Kind::Solve, &[solve_words(ms), " ", provider].concat());
    }
}

/// What [`Kind::Redeem`] says of a token that came from another network.
pub const ELSEWHERE: &str = "issued elsewhere";
/// What it says of one from the same network.
pub const SAME: &str = "same network";

fn token_path(issue: IpAddr, redeem: IpAddr) -> &'static str {
    match (Prefix::site(issue) == Prefix::site(redeem), issue.is_ipv4() == redeem.is_ipv4()) {
        (true, _) => SAME,
        (false, true) => ELSEWHERE,
        (false, false) => "issued over the other IP version",
    }
}

/// Quarter octaves that a `u32` has room for.
const QUARTERS: usize = 32 * 4;

/// Quarter octaves, so that 10 % of jitter stays in one or two of them.
fn solve_words(ms: u32) -> &'static str {
    static WORDS: LazyLock<[String; QUARTERS]> = LazyLock::new(|| std::array::from_fn(quarter));
    let quarter = (f64::from(ms.max(1)).log2() * 4.0).floor();
    &WORDS[(quarter as usize).min(QUARTERS - 1)]
}

fn quarter(quarter: usize) -> String {
    let low = 2f64.powf(quarter as f64 / 4.0) / 1000.0;
    let high = 2f64.powf((quarter as f64 + 1.0) / 4.0) / 1000.0;
    format!("{low:.2}–{high:.2} s")
}

/// How long a challenge took and who ran it: 24 bits of milliseconds, 8 of the
/// provider's hash. Two providers that share the 8 bits are judged as one, whose
/// law is wider than either's: nobody is suspected for it. 0 is "absent".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Solve(u32);

/// Four and a half hours: no token is valid for so long.
const SOLVE_MS_MAX: u32 = (1 << 24) - 1;

impl Solve {
    /// Of a sign-up; absent where its log does not tell the time.
    pub fn of(signup: &SignUp) -> Self {
        let captcha = &signup.captcha;
        let provider = captcha.provider.as_ref().map_or("", |provider| provider.as_str());
        let provider = crate::table::hash(Kind::Solve, provider) << 24;
        Self(captcha.solve_ms.map_or(0, |ms| provider | ms.clamp(1, SOLVE_MS_MAX)))
    }

    /// Milliseconds, at least one.
    pub fn ms(self) -> Option<u32> {
        let ms = self.0 & SOLVE_MS_MAX;
        (ms > 0).then_some(ms)
    }

    /// A number that one provider always has.
    pub fn provider(self) -> u8 {
        (self.0 >> 24) as u8
    }
}
