//! Meta objects.

use super::Rule;
use super::parts::Dictionary;
use crate::vocabulary as words;
use crate::{Id, Timestamp};

objects! {
    /// How a type or property beyond the specification is to be read (section 7.3).
    ExtensionDefinition = "extension-definition" in Meta {
        name: String, required;
        description: String;
        schema: String, required;
        version: String, required;
        extension_types: Vec<String>, required => Rule::Closed(words::EXTENSION_TYPE);
        extension_properties: Vec<String>;
    }

    /// An object's words in other languages (section 7.1).
    LanguageContent = "language-content" in Meta {
        object_ref: Id, required;
        object_modified: Timestamp;
        contents: Dictionary, required;
    }

    /// How an object may be handled (section 7.2.1).
    MarkingDefinition = "marking-definition" in Meta {
        name: String;
        definition_type: String => Rule::Open(words::DEFINITION_TYPE);
        definition: Dictionary;
    }
}
