//! What stands inside of objects, and what all of a class share.

use super::shape::{Extensions, Hashes};
use super::{Class, Field, Rule, Targets};
use crate::vocabulary as words;
use crate::{Id, Timestamp};
use serde_json::{Map, Value};

structures! {
    /// Where to read more (section 2.5).
    ExternalReference {
        source_name: String, required;
        description: String;
        url: String;
        hashes: Hashes;
        external_id: String;
    }

    /// A phase of an attack (section 2.11).
    KillChainPhase {
        kill_chain_name: String, required;
        phase_name: String, required;
    }

    /// A marking of parts of an object (section 7.2.3).
    GranularMarking {
        lang: String;
        marking_ref: Id => Rule::To(Targets::Types(&["marking-definition"]));
        selectors: Vec<String>, required;
    }

    /// A part of a message (section 6.6.2).
    MimePart {
        body: String;
        body_raw_ref: Id => Rule::To(Targets::Types(&["artifact", "file"]));
        content_type: String;
        content_disposition: String;
    }

    /// A value of a registry key (section 6.17.2).
    RegistryValue {
        name: String;
        data: String;
        data_type: String => Rule::Closed(words::WINDOWS_REGISTRY_DATATYPE);
    }

    /// Version 3 extensions of a certificate (section 6.18.2).
    X509V3Extensions {
        basic_constraints: String;
        name_constraints: String;
        policy_constraints: String;
        key_usage: String;
        extended_key_usage: String;
        subject_key_identifier: String;
        authority_key_identifier: String;
        subject_alternative_name: String;
        issuer_alternative_name: String;
        subject_directory_attributes: String;
        crl_distribution_points: String;
        inhibit_any_policy: String;
        private_key_usage_period_not_before: Timestamp;
        private_key_usage_period_not_after: Timestamp;
        certificate_policies: String;
        policy_mappings: String;
    }
}

/// The properties that an object shares with others.
macro_rules! fields {
    ($($field:ident $(= $renamed:literal)?: $rust:ty $(, $required:ident)? $(=> $rule:expr)?;)*) => {
        &[$(field!($field $(= $renamed)?: $rust $(, $required)? $(=> $rule)?)),*]
    };
}

/// Of all domain, relationship and meta objects (section 3.2).
pub(super) const COMMON: &[Field] = fields! {
    r#type = "type": String, required;
    spec_version: String, required => Rule::Closed(&["2.0", "2.1"]);
    id: Id, required;
    created_by_ref: Id => Rule::To(Targets::Types(&["identity"]));
    created: Timestamp, required;
    modified: Timestamp;
    revoked: bool;
    labels: Vec<String>;
    confidence: i64 => Rule::Range(0, 100);
    lang: String;
    external_references: Vec<ExternalReference>;
    object_marking_refs: Vec<Id> => Rule::To(Targets::Types(&["marking-definition"]));
    granular_markings: Vec<GranularMarking>;
    extensions: Extensions;
};

/// Of all cyber observables.
pub(super) const OBSERVABLE_COMMON: &[Field] = fields! {
    r#type = "type": String, required;
    spec_version: String => Rule::Closed(&["2.1"]);
    id: Id, required;
    object_marking_refs: Vec<Id> => Rule::To(Targets::Types(&["marking-definition"]));
    granular_markings: Vec<GranularMarking>;
    defanged: bool;
    extensions: Extensions;
};

/// Any observable.
pub(super) const TO_OBSERVABLES: Rule = Rule::To(Targets::Classes(&[Class::Observable]));

/// Keys and values of the user's own.
pub type Dictionary = Map<String, Value>;
