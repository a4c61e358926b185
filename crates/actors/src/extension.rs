//! The house's one extension of STIX, "Crime-as-a-service ecosystem": what it adds to the
//! specification, as tables ([`table`]), as structures, and as checks. `docs/extension.md`
//! describes it to people, `docs/extension.schema.json` to programs; both follow from the
//! tables, which a test keeps true.

mod check;
mod legal;
mod offer;
mod parts;
mod schema;
pub mod table;
pub mod words;

pub use check::check;
pub use legal::LegalAction;
pub use offer::{Offer, Price};
pub(crate) use parts::one_more;
pub use parts::{
    Event, LineageStep, Measured, Part, Roles, State, Statement, Status, attach, change, lineage,
    read,
};
pub use schema::json_schema;

use serde_json::{Value, json};
use stix::{Id, Object};
use uuid::Uuid;

/// The id of the extension definition, and the key in `extensions`.
pub const ID: &str = "extension-definition--5d159507-4b11-4d25-844f-59f817893f8b";
/// Who defines it.
pub const IDENTITY: &str = "identity--015e397b-3664-492a-9583-ecde97127da8";
/// The version of the definition.
pub const VERSION: &str = "1.0.0";
/// The namespace of the ids of our own domain and relationship objects.
pub const NAMESPACE: Uuid = Uuid::from_u128(0x0b94db8f_a1c2_42a0_9823_e2a30f7aed7c);

const DEFINED: &str = "2026-11-01T00:00:00.000Z";

/// The id of an object that these parts identify: the same parts, the same id.
///
/// # Panics
/// Where `type_name` cannot be a type.
pub fn id(type_name: &str, parts: &[&str]) -> Id {
    let name = format!("{type_name}|{}", parts.join("|"));
    Id::new(type_name, Uuid::new_v5(&NAMESPACE, name.as_bytes())).expect("a type's name")
}

/// The extension definition.
pub fn definition() -> Object {
    object(json!({
        "type": "extension-definition",
        "spec_version": "2.1",
        "id": ID,
        "created_by_ref": IDENTITY,
        "created": DEFINED,
        "modified": DEFINED,
        "name": "Crime-as-a-service ecosystem",
        "description": "What is sold to criminals, by whom, where and for how much; who has which part in that trade; what the law did about it; how actors were named, merged and split; how sure an attribution is; what a campaign was measured to be.",
        "schema": "The file docs/extension.md of the project Dragnet describes the extension to people, field by field; docs/extension.schema.json is a JSON Schema (2020-12) of it.",
        "version": VERSION,
        "extension_types": ["new-sdo", "property-extension"],
    }))
}

/// The identity that defines the extension.
pub fn identity() -> Object {
    object(json!({
        "type": "identity",
        "spec_version": "2.1",
        "id": IDENTITY,
        "created": DEFINED,
        "modified": DEFINED,
        "name": "Dragnet",
        "description": "The project that defines the extension \"Crime-as-a-service ecosystem\".",
        "identity_class": "system",
    }))
}

/// What `extensions` holds of an object of one of our own types.
fn of_own_type() -> Value {
    json!({ID: {"extension_type": "new-sdo"}})
}

fn object(value: Value) -> Object {
    let properties = value.as_object().expect("written as an object");
    Object::from_properties(properties).expect("written with a type and its id")
}
