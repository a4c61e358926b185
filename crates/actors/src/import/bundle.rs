//! STIX bundles: objects pass as they came.

use super::{NotTaken, Rejected, Taken, make};
use stix::bundle::{self, NotABundle};
use stix::convert;
use stix::object::NotAnObject;

/// Objects as they are written; those of 2.0 become objects of 2.1 where they stand.
pub(super) fn read(text: &[u8]) -> Result<Taken, NotTaken> {
    let mut taken = Taken::default();
    let (mut as_they_came, mut converted) = (0, 0);
    let envelope = bundle::read(text, |(at, object)| {
        match object.and_then(|object| convert::from_2_0(&object)) {
            Ok(of_2_1) => {
                let count =
                    if of_2_1.changes.is_empty() { &mut as_they_came } else { &mut converted };
                *count += 1;
                taken.objects.extend(of_2_1.objects);
            }
            Err(why) => taken.rejected.push(rejected(at, &why)),
        }
    });
    envelope.map_err(|why| match why {
        NotABundle::Json(why) => NotTaken::json("objects", &why),
        NotABundle::Type(_) => {
            NotTaken::Broken { line: 1, field: "type".to_owned(), why: why.to_string() }
        }
    })?;
    let counts = [
        ("objects taken as they came", as_they_came),
        ("objects of STIX 2.0, converted", converted),
    ];
    for (words, count) in counts.into_iter().filter(|(_, count)| *count > 0) {
        taken.notes.insert(words.to_owned(), count);
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
