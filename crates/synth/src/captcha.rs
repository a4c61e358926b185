//! The platform's challenge: who faces it, how long people take, and when the
//! answer honestly comes from another address than the question went to.

use crate::atlas::Kind;
use crate::calendar::SECOND;
use crate::column::Column;
use crate::dice::Dice;
use crate::platform::Platform;
use crate::roads::Line;
use crate::services::Solver;
use std::net::IpAddr;

/// Nobody waits longer: the token has expired by then.
const SOLVE_MAX_MS: f64 = 240_000.0;

/// Share of people who struggle with a challenge.
const SLOW: f64 = 0.05;

/// Where a challenge is seen.
const SHOWN: [Column; 5] = [
    Column::CaptchaProvider,
    Column::CaptchaIssueTs,
    Column::CaptchaSolveMs,
    Column::CaptchaIssueIp,
    Column::CaptchaRedeemIp,
];

/// One challenge passed.
pub(crate) struct Challenge {
    pub(crate) provider: &'static str,
    pub(crate) issue_ms: i64,
    pub(crate) solve_ms: u32,
    pub(crate) issue_ip: IpAddr,
    pub(crate) redeem_ip: IpAddr,
}

impl Challenge {
    /// A person's challenge, if the platform asks for one.
    pub(crate) fn human(p: &Platform, dice: &mut Dice, line: &Line, time_ms: i64) -> Option<Self> {
        if !dice.chance(asked(p, line)) {
            return None;
        }
        if !p.wanted.has_any(&SHOWN) {
            Self::pass_over(p, dice, line);
            return None;
        }
        // Everyone has their own pace, and some struggle.
        let skill = dice.log_normal(1.0, 0.22);
        let slow = if dice.chance(SLOW) { dice.between(2.0, 6.0) } else { 1.0 };
        let median = p.form.solve_median_ms * skill * slow;
        let solve_ms =
            dice.log_normal(median, p.form.solve_sigma).clamp(900.0, SOLVE_MAX_MS) as u32;
        let issue_ip = if dice.chance(p.form.moved) { elsewhere(p, dice, line) } else { line.ip };
        Some(Self::passed(p, dice, line, time_ms, solve_ms, issue_ip))
    }

    /// The draws of a person's challenge that nobody wants to see.
    fn pass_over(p: &Platform, dice: &mut Dice, line: &Line) {
        dice.skip(2);
        if dice.chance(SLOW) {
            dice.skip(1);
        }
        dice.skip(2);
        if dice.chance(p.form.moved) {
            elsewhere(p, dice, line);
        }
        dice.skip(3);
    }

    /// A challenge passed by a solving service; where the token is relayed, the
    /// service's own line fetched the question.
    pub(crate) fn bought(
        p: &Platform,
        dice: &mut Dice,
        line: &Line,
        time_ms: i64,
        solver: &Solver,
        relayed: bool,
    ) -> Option<Self> {
        if !dice.chance(asked(p, line)) {
            return None;
        }
        let issue_ip = if relayed { solver.line(&p.roads, dice).ip } else { line.ip };
        let solve_ms = solver.solve_ms(dice);
        Some(Self::passed(p, dice, line, time_ms, solve_ms, issue_ip))
    }

    fn passed(
        p: &Platform,
        dice: &mut Dice,
        line: &Line,
        time_ms: i64,
        solve_ms: u32,
        issue_ip: IpAddr,
    ) -> Self {
        let form_ms = dice.log_normal(2_500.0, 0.9).min(90_000.0) as i64;
        let second = dice.chance(p.form.second_share);
        Self {
            provider: if second { p.form.captcha_second } else { p.form.captcha },
            issue_ms: time_ms - i64::from(solve_ms) - form_ms.max(SECOND / 4),
            solve_ms,
            issue_ip,
            redeem_ip: line.ip,
        }
    }
}

/// How likely the platform asks: more often on networks that it distrusts.
fn asked(p: &Platform, line: &Line) -> f64 {
    let doubt = match line.kind() {
        Kind::Hosting => 0.75,
        Kind::Vpn | Kind::Relay => 0.45,
        _ => 0.0,
    };
    p.form.challenged + (1.0 - p.form.challenged) * doubt
}

/// The address a person honestly had a moment earlier: the other stack of the
/// line, another egress of the carrier, a VPN switched on or off.
fn elsewhere(p: &Platform, dice: &mut Dice, line: &Line) -> IpAddr {
    match line.kind() {
        Kind::Mobile if dice.chance(0.5) => p.roads.handset_of(dice, line.network).ip,
        Kind::Mobile | Kind::Vpn if dice.chance(0.6) => {
            let home = p.roads.some_home(dice, line.country);
            p.roads.home(dice, home).ip
        }
        _ => match line.twin {
            Some(twin) if dice.chance(0.85) => twin,
            _ if dice.chance(0.5) => p.roads.vpn(dice).ip,
            _ => p.roads.handset(dice, line.country).ip,
        },
    }
}
