//! Domain objects (SDOs), in the order of the specification.

use super::parts::{Dictionary, KillChainPhase, TO_OBSERVABLES};
use super::{Class, Rule, Targets};
use crate::vocabulary as words;
use crate::{Id, Timestamp};
use serde_json::Value;

objects! {
    /// A way in which adversaries go about compromising targets (section 4.1).
    AttackPattern = "attack-pattern" in Domain {
        name: String, required;
        description: String;
        aliases: Vec<String>;
        kill_chain_phases: Vec<KillChainPhase>;
    }

    /// Behaviour over a time against a set of targets (section 4.2).
    Campaign = "campaign" in Domain {
        name: String, required;
        description: String;
        aliases: Vec<String>;
        first_seen: Timestamp;
        last_seen: Timestamp;
        objective: String;
    }

    /// What is done to prevent or answer an attack (section 4.3).
    CourseOfAction = "course-of-action" in Domain {
        name: String, required;
        description: String;
        action: Value;
    }

    /// Objects that share a context (section 4.4).
    Grouping = "grouping" in Domain {
        name: String;
        description: String;
        context: String, required => Rule::Open(words::GROUPING_CONTEXT);
        object_refs: Vec<Id>, required;
    }

    /// People, organisations and groups of them (section 4.5).
    Identity = "identity" in Domain {
        name: String, required;
        description: String;
        roles: Vec<String>;
        identity_class: String => Rule::Open(words::IDENTITY_CLASS);
        sectors: Vec<String> => Rule::Open(words::INDUSTRY_SECTOR);
        contact_information: String;
    }

    /// A stub: extensions fill it (section 4.6).
    Incident = "incident" in Domain {
        name: String, required;
        description: String;
    }

    /// A pattern that recognises something (section 4.7).
    Indicator = "indicator" in Domain {
        name: String;
        description: String;
        indicator_types: Vec<String> => Rule::Open(words::INDICATOR_TYPE);
        pattern: String, required;
        pattern_type: String, required => Rule::Open(words::PATTERN_TYPE);
        pattern_version: String;
        valid_from: Timestamp, required;
        valid_until: Timestamp;
        kill_chain_phases: Vec<KillChainPhase>;
    }

    /// Systems that serve a purpose (section 4.8).
    Infrastructure = "infrastructure" in Domain {
        name: String, required;
        description: String;
        infrastructure_types: Vec<String> => Rule::Open(words::INFRASTRUCTURE_TYPE);
        aliases: Vec<String>;
        kill_chain_phases: Vec<KillChainPhase>;
        first_seen: Timestamp;
        last_seen: Timestamp;
    }

    /// Behaviours and resources believed to be one organisation's (section 4.9).
    IntrusionSet = "intrusion-set" in Domain {
        name: String, required;
        description: String;
        aliases: Vec<String>;
        first_seen: Timestamp;
        last_seen: Timestamp;
        goals: Vec<String>;
        resource_level: String => Rule::Open(words::ATTACK_RESOURCE_LEVEL);
        primary_motivation: String => Rule::Open(words::ATTACK_MOTIVATION);
        secondary_motivations: Vec<String> => Rule::Open(words::ATTACK_MOTIVATION);
    }

    /// A place (section 4.10).
    Location = "location" in Domain {
        name: String;
        description: String;
        latitude: f64 => Rule::Between(-90.0, 90.0);
        longitude: f64 => Rule::Between(-180.0, 180.0);
        precision: f64;
        region: String => Rule::Open(words::REGION);
        country: String;
        administrative_area: String;
        city: String;
        street_address: String;
        postal_code: String;
    }

    /// Malicious software, an instance or a family (section 4.11).
    Malware = "malware" in Domain {
        name: String;
        description: String;
        malware_types: Vec<String> => Rule::Open(words::MALWARE_TYPE);
        is_family: bool, required;
        aliases: Vec<String>;
        kill_chain_phases: Vec<KillChainPhase>;
        first_seen: Timestamp;
        last_seen: Timestamp;
        operating_system_refs: Vec<Id> => Rule::To(Targets::Types(&["software"]));
        architecture_execution_envs: Vec<String> => Rule::Open(words::PROCESSOR_ARCHITECTURE);
        implementation_languages: Vec<String> => Rule::Open(words::IMPLEMENTATION_LANGUAGE);
        capabilities: Vec<String> => Rule::Open(words::MALWARE_CAPABILITIES);
        sample_refs: Vec<Id> => Rule::To(Targets::Types(&["artifact", "file"]));
    }

    /// What an analysis of malware found (section 4.12).
    MalwareAnalysis = "malware-analysis" in Domain {
        product: String, required;
        version: String;
        host_vm_ref: Id => Rule::To(Targets::Types(&["software"]));
        operating_system_ref: Id => Rule::To(Targets::Types(&["software"]));
        installed_software_refs: Vec<Id> => Rule::To(Targets::Types(&["software"]));
        configuration_version: String;
        modules: Vec<String>;
        analysis_engine_version: String;
        analysis_definition_version: String;
        submitted: Timestamp;
        analysis_started: Timestamp;
        analysis_ended: Timestamp;
        result_name: String;
        result: String => Rule::Open(words::MALWARE_RESULT);
        analysis_sco_refs: Vec<Id> => TO_OBSERVABLES;
        sample_ref: Id => Rule::To(Targets::Types(&["artifact", "file", "network-traffic"]));
    }

    /// Words for people about other objects (section 4.13).
    Note = "note" in Domain {
        r#abstract = "abstract": String;
        content: String, required;
        authors: Vec<String>;
        object_refs: Vec<Id>, required;
    }

    /// What was seen, how often, and when (section 4.14).
    ObservedData = "observed-data" in Domain {
        first_observed: Timestamp, required;
        last_observed: Timestamp, required;
        number_observed: i64, required => Rule::Range(1, 999_999_999);
        objects: Dictionary;
        object_refs: Vec<Id> => Rule::To(Targets::Classes(&[Class::Observable, Class::Relation]));
    }

    /// Whether somebody agrees (section 4.15).
    Opinion = "opinion" in Domain {
        explanation: String;
        authors: Vec<String>;
        opinion: String, required => Rule::Closed(words::OPINION);
        object_refs: Vec<Id>, required;
    }

    /// What is published about a subject (section 4.16).
    Report = "report" in Domain {
        name: String, required;
        description: String;
        report_types: Vec<String> => Rule::Open(words::REPORT_TYPE);
        published: Timestamp, required;
        object_refs: Vec<Id>, required;
    }

    /// People or groups believed to act with malice (section 4.17).
    ThreatActor = "threat-actor" in Domain {
        name: String, required;
        description: String;
        threat_actor_types: Vec<String> => Rule::Open(words::THREAT_ACTOR_TYPE);
        aliases: Vec<String>;
        first_seen: Timestamp;
        last_seen: Timestamp;
        roles: Vec<String> => Rule::Open(words::THREAT_ACTOR_ROLE);
        goals: Vec<String>;
        sophistication: String => Rule::Open(words::THREAT_ACTOR_SOPHISTICATION);
        resource_level: String => Rule::Open(words::ATTACK_RESOURCE_LEVEL);
        primary_motivation: String => Rule::Open(words::ATTACK_MOTIVATION);
        secondary_motivations: Vec<String> => Rule::Open(words::ATTACK_MOTIVATION);
        personal_motivations: Vec<String> => Rule::Open(words::ATTACK_MOTIVATION);
    }

    /// Legitimate software that attackers use (section 4.18).
    Tool = "tool" in Domain {
        name: String, required;
        description: String;
        tool_types: Vec<String> => Rule::Open(words::TOOL_TYPE);
        aliases: Vec<String>;
        kill_chain_phases: Vec<KillChainPhase>;
        tool_version: String;
    }

    /// A weakness in software (section 4.19).
    Vulnerability = "vulnerability" in Domain {
        name: String, required;
        description: String;
    }
}
