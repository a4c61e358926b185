//! CAPTCHA: where the token was issued and redeemed, and how long it took.
//! A dual-stack household also fetches over IPv6 and submits over IPv4, so a
//! difference is a behaviour to be compared with the background, not a verdict.

use crate::{Kind, Sink, network};
use events::SignUp;
use std::net::IpAddr;

pub(crate) fn each(signup: &SignUp, sink: &mut Sink) {
    let captcha = &signup.captcha;
    let redeem = captcha.redeem_ip.or(signup.ip);
    if let Some(issue) = captcha.issue_ip {
        let mut net = String::with_capacity(24);
        network::neighbourhood(issue, &mut net);
        if let Some(redeem) = redeem {
            let path = token_path(issue, redeem);
            sink(Kind::Redeem, path);
            // Where people fetch their own challenge the issuing network says
            // no more than the address does.
            if path != SAME {
                sink(Kind::IssueNet, &net);
            }
        } else {
            sink(Kind::IssueNet, &net);
        }
    }
    if let Some(ms) = captcha.solve_ms {
        let provider = captcha.provider.as_ref().map_or("", |p| p.as_str());
        sink(Kind::Solve, &format!("{} {provider}", solve_words(ms)));
    }
}

/// What [`Kind::Redeem`] says of a token that came from another network.
pub const ELSEWHERE: &str = "issued elsewhere";
const SAME: &str = "same network";

fn token_path(issue: IpAddr, redeem: IpAddr) -> &'static str {
    let (mut a, mut b) = (String::new(), String::new());
    network::neighbourhood(issue, &mut a);
    network::neighbourhood(redeem, &mut b);
    match (a == b, issue.is_ipv4() == redeem.is_ipv4()) {
        (true, _) => SAME,
        (false, true) => ELSEWHERE,
        (false, false) => "issued over the other IP version",
    }
}

/// Quarter octaves, so that 10 % of jitter stays in one or two of them.
fn solve_words(ms: u32) -> String {
    let quarter = (f64::from(ms.max(1)).log2() * 4.0).floor();
    let low = 2f64.powf(quarter / 4.0) / 1000.0;
    let high = 2f64.powf((quarter + 1.0) / 4.0) / 1000.0;
    format!("{low:.2}–{high:.2} s")
}
