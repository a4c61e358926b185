//! What the specification says of each type: its properties, in one declaration that
//! gives both a structure to read and write it as, and the table that it is validated
//! by. A new type is one declaration and one line in [`ALL`].

#[macro_use]
mod declare;
mod shape;

pub mod domain;
pub mod extension;
pub mod meta;
pub mod observable;
pub mod parts;
pub mod relation;

pub use shape::{
    Binary, Class, Extensions, Field, Hashes, Hex, Rule, Schema, Shape, Shaped, Targets, Wrapped,
};

use parts::{COMMON, OBSERVABLE_COMMON};

/// Every type of STIX 2.1.
pub const ALL: &[&Schema] = &[
    &domain::AttackPattern::SCHEMA,
    &domain::Campaign::SCHEMA,
    &domain::CourseOfAction::SCHEMA,
    &domain::Grouping::SCHEMA,
    &domain::Identity::SCHEMA,
    &domain::Incident::SCHEMA,
    &domain::Indicator::SCHEMA,
    &domain::Infrastructure::SCHEMA,
    &domain::IntrusionSet::SCHEMA,
    &domain::Location::SCHEMA,
    &domain::Malware::SCHEMA,
    &domain::MalwareAnalysis::SCHEMA,
    &domain::Note::SCHEMA,
    &domain::ObservedData::SCHEMA,
    &domain::Opinion::SCHEMA,
    &domain::Report::SCHEMA,
    &domain::ThreatActor::SCHEMA,
    &domain::Tool::SCHEMA,
    &domain::Vulnerability::SCHEMA,
    &relation::Relationship::SCHEMA,
    &relation::Sighting::SCHEMA,
    &observable::Artifact::SCHEMA,
    &observable::AutonomousSystem::SCHEMA,
    &observable::Directory::SCHEMA,
    &observable::DomainName::SCHEMA,
    &observable::EmailAddr::SCHEMA,
    &observable::EmailMessage::SCHEMA,
    &observable::File::SCHEMA,
    &observable::Ipv4Addr::SCHEMA,
    &observable::Ipv6Addr::SCHEMA,
    &observable::MacAddr::SCHEMA,
    &observable::Mutex::SCHEMA,
    &observable::NetworkTraffic::SCHEMA,
    &observable::Process::SCHEMA,
    &observable::Software::SCHEMA,
    &observable::Url::SCHEMA,
    &observable::UserAccount::SCHEMA,
    &observable::WindowsRegistryKey::SCHEMA,
    &observable::X509Certificate::SCHEMA,
    &meta::ExtensionDefinition::SCHEMA,
    &meta::LanguageContent::SCHEMA,
    &meta::MarkingDefinition::SCHEMA,
];

/// What the specification says of the type with this name; none if it does not know it.
pub fn of(type_name: &str) -> Option<&'static Schema> {
    ALL.iter().copied().find(|schema| schema.name == type_name)
}

/// The properties that all objects of a class share.
pub fn common(class: Class) -> &'static [Field] {
    match class {
        Class::Domain | Class::Relation | Class::Meta => COMMON,
        Class::Observable => OBSERVABLE_COMMON,
    }
}
