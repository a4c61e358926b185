//! Mail: provider, mailbox, shape of the local part.

use crate::naming::head;
use crate::table::{Hash, hash};
use crate::{Kind, Sink};
use events::SignUp;
use events::name::push_shape;
use events::reference::known_domains;
use std::collections::HashSet;

/// Values of [`Kind::Domain`] that stand for a provider which everyone may use.
pub fn providers() -> HashSet<Hash> {
    known_domains().map(|domain| hash(Kind::Domain, domain)).collect()
}

pub(crate) fn each(signup: &SignUp, sink: &mut Sink) {
    let Some(email) = &signup.email else { return };
    sink(Kind::Domain, email.domain());
    sink(Kind::Mailbox, email.mailbox());
    let mut shape = String::with_capacity(64);
    push_shape(head(email.local()), &mut shape);
    sink(Kind::MailShape, &shape);
    shape.push('@');
    shape.push_str(email.domain());
    sink(Kind::MailGrammar, &shape);
}
