//! The evidence in sentences, each with its two numbers.

use super::tokens::Elsewhere;
use super::{Clue, What};
use signals::{Kind, Values};

impl What {
    pub(super) fn code(self) -> &'static str {
        match self {
            What::IssuedElsewhere(Elsewhere::Network) => "issued_elsewhere",
            What::IssuedElsewhere(Elsewhere::Version) => "issued_elsewhere_or_other_version",
            What::TooAlike => "solve_times_alike",
            What::TwoHeaps { .. } => "solve_times_in_two_heaps",
            What::BelowFloor => "solved_below_floor",
            What::OneIssuer { .. } => "one_issuing_network",
            What::RoundTheClock { .. } => "round_the_clock",
            What::Shift { .. } => "one_shift",
        }
    }
}

impl Clue {
    pub(super) fn words(&self, values: &Values) -> String {
        let (seen, of, expected) = (self.observed, self.of, number(self.expected));
        match self.what {
            What::IssuedElsewhere(Elsewhere::Network) => format!(
                "{seen} of {of} CAPTCHA tokens were issued to another network than the one that \
                 redeemed them; {expected} expected in their countries"
            ),
            What::IssuedElsewhere(Elsewhere::Version) => format!(
                "{seen} of {of} CAPTCHA tokens were issued to another network, or over the other \
                 version of IP, than redeemed them; {expected} expected in their countries"
            ),
            What::TooAlike => format!(
                "{seen} of {of} solve times lie in a band as narrow as holds half of everyone's at \
                 the same provider; {expected} expected"
            ),
            What::TwoHeaps { low_ms, high_ms } => format!(
                "solve times fall in two heaps, around {} and {}: {seen} of {of} lie between them; \
                 {expected} expected",
                seconds(low_ms),
                seconds(high_ms)
            ),
            What::BelowFloor => format!(
                "{seen} of {of} challenges were solved faster than 99.5 % of people solve them at \
                 the same provider; {expected} expected"
            ),
            What::OneIssuer { net, campaigns } => format!(
                "{seen} of {of} such tokens were issued to {}, which issues for {campaigns} \
                 {}; {expected} expected",
                values.text(Kind::IssueNet, net).unwrap_or("one network"),
                if campaigns == 1 { "campaign" } else { "campaigns" }
            ),
            What::RoundTheClock { bits, expected_bits } => format!(
                "{seen} of {of} challenges were solved in the eight hours in which their countries \
                 sign up least; {expected} expected (hours of the day: {bits:.2} bits of entropy, \
                 {expected_bits:.2} expected)"
            ),
            What::Shift { start } => format!(
                "{seen} of {of} challenges were solved in one shift, {start:02}:00 to {:02}:00 UTC, \
                 over several days; {expected} expected",
                (start + 8) % 24
            ),
        }
    }
}

fn number(expected: f64) -> String {
    match expected {
        e if e >= 9.95 => format!("{e:.0}"),
        e if e >= 0.095 => format!("{e:.1}"),
        e if e >= 0.01 => format!("{e:.2}"),
        _ => "less than 0.01".to_owned(),
    }
}

fn seconds(ms: u32) -> String {
    format!("{:.1} s", f64::from(ms) / 1000.0)
}
