//! STIX bundles: objects pass as they came.

use super::{NotTaken, Rejected, Taken, make};
use std::collections::BTreeMap;
use stix::bundle::{self, NotABundle};
use stix::object::NotAnObject;

/// Objects as they are written; those of 2.0 are converted where they stand.
pub(super) fn read(text: &[u8]) -> Result<Taken, NotTaken> {
    let mut taken = Taken::default();
    let envelope = bundle::read(text, |(at, object)| match object {
        Ok(object) => taken.objects.push(object),
        Err(why) => taken.rejected.push(rejected(at, &why)),
    });
    let envelope = envelope.map_err(|why| match why {
        NotABundle::Json(why) => NotTaken::json("objects", &why),
        NotABundle::Type(_) => {
            NotTaken::Broken { line: 1, field: "type".to_owned(), why: why.to_string() }
        }
    })?;
    let objects = taken.objects.len() as u64;
    taken.notes = BTreeMap::from([("objects taken as they came".to_owned(), objects)]);
    if envelope.spec_version.as_deref() == Some("2.0") {
        taken.notes.insert("bundles of STIX 2.0".to_owned(), 1);
    }
    Ok(taken)
}

fn rejected(at: usize, why: &NotAnObject) -> Rejected {
    let (field, text) = match why {
        NotAnObject::Id { id, .. } => ("id", id.clone()),
        NotAnObject::Type { name, .. } => ("type", name.clone()),
        NotAnObject::Other { id, .. } => ("type", id.to_string()),
        NotAnObject::Json(_) => ("object", String::new()),
    };
    let line = at as u64 + 1;
    Rejected { line, field: field.to_owned(), why: why.to_string(), text: make::shown(&text) }
}
