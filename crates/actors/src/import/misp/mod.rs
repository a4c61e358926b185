//! MISP events. An event becomes a report, or a grouping where it is not published;
//! each attribute an observable with an observed-data object, and an indicator that is
//! based on it where MISP says that it is for detection. What STIX has no place for is
//! kept as a note, and names of people are withheld: both are counted.

mod attribute;
mod event;
mod object;
mod observed;
mod place;
mod tags;

use super::fields::Parts;
use super::make::Place;
use super::{Maker, NotTaken};
use serde_json::value::RawValue;

/// Events, however they are wrapped: `{"Event": …}`, `{"response": […]}`, a list of
/// either, or an event as it is.
pub(super) fn read(text: &[u8], maker: &mut Maker<'_>) -> Result<(), NotTaken> {
    let whole: &RawValue =
        serde_json::from_slice(text).map_err(|why| NotTaken::json("Event", &why))?;
    let mut events = Vec::new();
    unwrap(whole, &mut events, WRAPPED_MAX);
    if events.is_empty() {
        let why = "there is no event in it".to_owned();
        return Err(NotTaken::Broken { line: 1, field: "Event".to_owned(), why });
    }
    for (at, event) in events.into_iter().enumerate() {
        let line = at as u64 + 1;
        maker.place = Place { line, field: "Event".to_owned(), text: String::new() };
        event::keep(&event, maker);
    }
    Ok(())
}

/// A list of responses of lists of events is as deep as any server wraps them.
const WRAPPED_MAX: usize = 4;

fn unwrap<'t>(text: &'t RawValue, events: &mut Vec<Parts<'t>>, depth: usize) {
    if depth == 0 {
        return;
    }
    if let Ok(list) = serde_json::from_str::<Vec<&'t RawValue>>(text.get()) {
        list.into_iter().for_each(|inner| unwrap(inner, events, depth - 1));
        return;
    }
    let Ok(parts) = serde_json::from_str::<Parts<'t>>(text.get()) else { return };
    match parts.get("Event").or_else(|| parts.get("response")) {
        Some(inner) => unwrap(inner, events, depth - 1),
        None if parts.contains_key("info") || parts.contains_key("Attribute") => events.push(parts),
        None => {}
    }
}
