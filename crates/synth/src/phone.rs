//! Phone numbers in E.164 as people of a country have them.

use crate::atlas::Atlas;
use crate::dice::Dice;

/// The most that E.164 allows.
const PHONE_BYTES: usize = 16;

/// `+`, the country's code, and the national part so far.
pub(crate) fn international(country: usize, national: &str) -> String {
    format!("+{}{national}", Atlas::get().countries[country].calling)
}

/// A person's mobile number.
pub(crate) fn number(dice: &mut Dice, country: usize) -> String {
    let facts = &Atlas::get().countries[country];
    let prefix = *dice.pick(&facts.prefixes);
    let missing = (facts.national_digits - prefix.len()).saturating_sub(4) + 4;
    let mut number = String::with_capacity(PHONE_BYTES);
    number.extend(["+", facts.calling, prefix]);
    dice.digits(missing, &mut number);
    number
}

/// A national number without its last four digits.
pub(crate) fn block(dice: &mut Dice, country: usize) -> String {
    let facts = &Atlas::get().countries[country];
    let mut national = dice.pick(&facts.prefixes).to_string();
    let missing = facts.national_digits - national.len();
    dice.digits(missing.saturating_sub(4), &mut national);
    national
}
