//! Groups that are genuine after all: several of their accounts were checked as
//! good or had their appeal granted, and few were banned.

use super::shifted;
use super::standing::{Found, Standing};
use crate::groups::Groups;

/// A label is right nineteen times in twenty: its log odds. A judgement; what a
/// platform's own labels are worth shows only on appeal.
const LABEL_WORTH: f64 = 2.944;

/// One good account may be a stray or a mistaken label.
const GOOD_MIN: u32 = 2;

/// Lowers the risk of those in groups that labels acquit; `before` is the risk
/// without labels. Nobody's own label counts for himself.
pub(super) fn lower(groups: &Groups, standing: &Standing, before: &[f32], risk: &mut [f32]) {
    let usual = usual(standing, before);
    for members in &groups.members {
        let count = |found: Found| {
            members.iter().filter(|row| standing.of[**row as usize] == found).count() as u32
        };
        let (good, bad) = (count(Found::Good), count(Found::Bad));
        if good < GOOD_MIN {
            continue;
        }
        for row in members {
            let row = *row as usize;
            let own = |found: Found| u32::from(standing.of[row] == found);
            let others = members.len() as f64 - 1.0;
            let labels = (good - own(Found::Good), bad - own(Found::Bad));
            let change = verdict(labels, usual * others);
            if change < 0.0 {
                risk[row] = shifted(risk[row], change);
            }
        }
    }
}

/// Log odds that labels leave of a group, at most 0: each good account against,
/// each bad one for it; that there are so few good ones among so many speaks
/// for it too (Poisson, `expected` of them were its accounts people's).
fn verdict((good, bad): (u32, u32), expected: f64) -> f64 {
    let mistaken = (-LABEL_WORTH).exp();
    let few = (1.0 - mistaken) * expected;
    ((f64::from(bad) - f64::from(good)) * LABEL_WORTH + few).min(0.0)
}

/// How often those whom nothing suspects are found good.
fn usual(standing: &Standing, before: &[f32]) -> f64 {
    let people = before.iter().zip(&standing.of).filter(|(risk, _)| **risk < 0.5);
    let (mut all, mut good) = (0u64, 0u64);
    for (_, found) in people {
        all += 1;
        good += u64::from(*found == Found::Good);
    }
    good as f64 / all.max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn good_accounts_acquit_and_bans_outweigh_them() {
        assert!(verdict((3, 0), 0.5) < -8.0);
        assert_eq!(verdict((3, 5), 0.5), 0.0);
    }

    #[test]
    fn three_mistaken_checks_of_three_thousand_acquit_nobody() {
        assert_eq!(verdict((3, 0), 30.0), 0.0);
    }

    #[test]
    fn nobody_is_acquitted_by_his_own_label() {
        let groups = Groups { members: vec![(0..10).collect()], cells: vec![vec![]] };
        let mut of = vec![Found::Nothing; 1_000];
        (of[0], of[1]) = (Found::Good, Found::Good);
        let standing = Standing { of, purchases: Default::default() };
        let before = vec![0.9; 1_000];
        let mut risk = before.clone();
        lower(&groups, &standing, &before, &mut risk);
        assert!(risk[2] < risk[0] && risk[0] < 0.9, "{} {}", risk[2], risk[0]);
        assert_eq!(risk[500], 0.9);
    }
}
