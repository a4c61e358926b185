//! Relationship objects (SROs).

use super::{Class, Rule, Targets};
use crate::{Id, Timestamp};

objects! {
    /// What two objects have to do with each other (section 5.1).
    Relationship = "relationship" in Relation {
        relationship_type: String, required;
        description: String;
        source_ref: Id, required;
        target_ref: Id, required;
        start_time: Timestamp;
        stop_time: Timestamp;
    }

    /// That something was seen (section 5.2).
    Sighting = "sighting" in Relation {
        description: String;
        first_seen: Timestamp;
        last_seen: Timestamp;
        count: i64 => Rule::Range(0, 999_999_999);
        sighting_of_ref: Id, required => Rule::To(Targets::Classes(&[Class::Domain]));
        observed_data_refs: Vec<Id> => Rule::To(Targets::Types(&["observed-data"]));
        where_sighted_refs: Vec<Id> => Rule::To(Targets::Types(&["identity", "location"]));
        summary: bool;
    }
}
