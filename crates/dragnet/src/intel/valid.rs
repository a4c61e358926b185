//! Whether an object may come in: by the specification, and by our extension of it.

use stix::Object;
use stix::validate::{self, Finding, Severity};

/// Everything that is wrong with an object.
pub(crate) fn findings(object: &Object) -> impl Iterator<Item = Finding> {
    validate::object(object).into_iter().chain(actors::extension::check(object))
}

/// The first error, if it may not come in.
pub(crate) fn error(object: &Object) -> Option<Finding> {
    findings(object).find(|found| found.severity == Severity::Error)
}
