//! Phone: the number, and the block that a SIM box or a rental service draws from.

use crate::written::decimal;
use crate::{Kind, Sink};
use events::SignUp;

const HOME: &str = "of the address's country";
const ABROAD: &str = "of another country";

pub(crate) fn each(signup: &SignUp, sink: &mut Sink) {
    let Some(phone) = &signup.phone else { return };
    let mut text = String::with_capacity(24);
    text.push('+');
    decimal(&mut text, phone.digits());
    sink(Kind::Phone, &text);
    text.truncate(1);
    decimal(&mut text, phone.block());
    text.push_str("xxxx");
    sink(Kind::PhoneBlock, &text);
    if let Some(is_home) = signup.country.and_then(|country| phone.is_of(country)) {
        sink(Kind::PhoneHome, if is_home { HOME } else { ABROAD });
    }
}
