//! Phone: the number, and the block that a SIM box or a rental service draws from.

use crate::{Kind, Sink};
use events::SignUp;

pub(crate) fn each(signup: &SignUp, sink: &mut Sink) {
    if let Some(phone) = &signup.phone {
        sink(Kind::Phone, &format!("+{}", phone.digits()));
        sink(Kind::PhoneBlock, &format!("+{}xxxx", phone.block()));
    }
}
