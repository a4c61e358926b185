//! Phone: the number, and the block that a SIM box or a rental service draws from.

use crate::{Kind, Sink};
use events::SignUp;

const HOME: &str = "of the address's country";
const ABROAD: &str = "of another country";

pub(crate) fn each(signup: &SignUp, sink: &mut Sink) {
    if let Some(phone) = &signup.phone {
        sink(Kind::Phone, &format!("+{}", phone.digits()));
        sink(Kind::PhoneBlock, &format!("+{}xxxx", phone.block()));
        if let Some(is_home) = signup.country.and_then(|country| phone.is_of(country)) {
            sink(Kind::PhoneHome, if is_home { HOME } else { ABROAD });
        }
    }
}
