//! The extension as a JSON Schema (2020-12), made of its tables.

use super::table::{self, Property, Shape};
use super::{ID, VERSION};
use serde_json::{Map, Value, json};

/// A JSON Schema of one object: an offer, a legal action, or an object of another type
/// that the extension is attached to.
pub fn json_schema() -> Value {
    let mut defined = Map::new();
    let mut one_of = Vec::new();
    for own in table::TYPES {
        defined.insert(own.name.to_owned(), own_type(own));
        one_of.push(json!({"$ref": format!("#/$defs/{}", own.name)}));
    }
    defined.insert("attached".to_owned(), attached());
    one_of.push(json!({"$ref": "#/$defs/attached"}));
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Crime-as-a-service ecosystem",
        "description": format!("{ID}, version {VERSION}. Made of the tables of crates/actors/src/extension/table.rs."),
        "oneOf": one_of,
        "$defs": defined,
    })
}

fn own_type(own: &table::Type) -> Value {
    let Value::Object(mut schema) = structure(own.properties) else { unreachable!("an object") };
    let common = [
        ("type", json!({"const": own.name})),
        ("spec_version", json!({"const": "2.1"})),
        ("id", json!({"type": "string", "pattern": of_types(&[own.name])})),
        ("created_by_ref", json!({"type": "string", "pattern": of_types(&["identity"])})),
        ("created", shape(&Shape::Time)),
        ("modified", shape(&Shape::Time)),
        ("extensions", extensions(json!({"properties": {"extension_type": {"const": "new-sdo"}}}))),
    ];
    let needed: Vec<&str> =
        common.iter().map(|(name, _)| *name).filter(|name| *name != "created_by_ref").collect();
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        properties.extend(common.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
    }
    if let Some(Value::Array(required)) = schema.get_mut("required") {
        required.extend(needed.into_iter().map(Value::from));
    }
    schema.insert("description".to_owned(), json!(own.says));
    Value::Object(schema)
}

fn attached() -> Value {
    let mut properties =
        Map::from_iter([("extension_type".to_owned(), json!({"const": "property-extension"}))]);
    for attached in table::ATTACHED {
        let property = &attached.property;
        let mut said = described(property);
        said["description"] = json!(format!("{} On {}.", property.says, attached.on.join(", ")));
        properties.insert(property.name.to_owned(), said);
    }
    json!({
        "type": "object",
        "description": "An object of the specification that the extension is attached to.",
        "properties": {
            "type": {"not": {"enum": table::TYPES.iter().map(|own| own.name).collect::<Vec<_>>()}},
            "extensions": extensions(json!({"properties": properties})),
        },
        "required": ["type", "extensions"],
    })
}

fn extensions(mut ours: Value) -> Value {
    ours["type"] = json!("object");
    ours["required"] = json!(["extension_type"]);
    json!({"type": "object", "properties": {ID: ours}, "required": [ID]})
}

fn structure(known: &[Property]) -> Value {
    let properties: Map<String, Value> =
        known.iter().map(|property| (property.name.to_owned(), described(property))).collect();
    let required: Vec<&str> = known
        .iter()
        .filter(|property| property.is_required)
        .map(|property| property.name)
        .collect();
    json!({"type": "object", "properties": properties, "required": required})
}

fn described(property: &Property) -> Value {
    let mut said = shape(&property.shape);
    said["description"] = json!(property.says);
    said
}

fn shape(shape: &Shape) -> Value {
    match shape {
        Shape::Text => json!({"type": "string", "minLength": 1}),
        Shape::Bool => json!({"type": "boolean"}),
        Shape::Number(from, to) if to.is_finite() => {
            json!({"type": "number", "minimum": from, "maximum": to})
        }
        Shape::Number(from, _) => json!({"type": "number", "minimum": from}),
        Shape::Integer(from, Some(to)) => {
            json!({"type": "integer", "minimum": from, "maximum": to})
        }
        Shape::Integer(from, None) => json!({"type": "integer", "minimum": from}),
        Shape::Time => json!({
            "type": "string",
            "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?Z$",
        }),
        Shape::Currency => json!({"type": "string", "pattern": "^[A-Z]{3}$"}),
        Shape::Id(types) => json!({"type": "string", "pattern": of_types(types)}),
        Shape::Word(words) => {
            let values: Vec<&str> = words.words.iter().map(|word| word.value).collect();
            match words.is_open {
                true => json!({"type": "string", "examples": values}),
                false => json!({"type": "string", "enum": values}),
            }
        }
        Shape::List(of) => json!({"type": "array", "minItems": 1, "items": self::shape(of)}),
        Shape::Structure(known) => structure(known),
    }
}

/// Ids of these types, or of any.
fn of_types(types: &[&str]) -> String {
    let types =
        if types.is_empty() { "[a-z][a-z0-9-]+[a-z0-9]".to_owned() } else { types.join("|") };
    format!("^({types})--[0-9a-fA-F-]{{36}}$")
}
