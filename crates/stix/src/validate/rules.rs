//! What holds between properties, type by type.

use super::format::{self, Format};
use super::{Findings, Step, relations};
use crate::marking;
use crate::pattern;
use crate::schema::{Class, Schema};
use crate::vocabulary::EXTENSION_TYPE;
use crate::{Id, Timestamp};
use serde_json::{Map, Value};
use uuid::Variant;

type Properties = Map<String, Value>;

/// Holds for every type, known or not.
pub(super) fn everywhere<'a>(properties: &'a Properties, findings: &mut Findings<'a>) {
    ordered(properties, "created", "modified", Order::MayBeSame, findings);
    external_references(properties, findings);
    granular_markings(properties, findings);
    for name in ["created", "modified"] {
        let digits = properties.get(name).and_then(Value::as_str).map(str::len);
        if digits.is_some_and(|digits| digits != "2020-01-01T00:00:00.000Z".len()) {
            findings.within(Step::Key(name), |findings| {
                findings
                    .error("timestamp-precision", "written to the millisecond, with three digits");
            });
        }
    }
}

/// Holds for a type of the specification.
pub(super) fn check<'a>(schema: &Schema, properties: &'a Properties, findings: &mut Findings<'a>) {
    own_id(schema, properties, findings);
    for (earlier, later, order) in SPANS {
        ordered(properties, earlier, later, *order, findings);
    }
    match schema.class {
        Class::Observable => observable(schema.name, properties, findings),
        Class::Relation => relations::check(properties, findings),
        Class::Domain => domain(schema.name, properties, findings),
        Class::Meta => meta(schema.name, properties, findings),
    }
}

/// Whether two times may be the same.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    MayBeSame,
    Strict,
}

const SPANS: &[(&str, &str, Order)] = &[
    ("first_seen", "last_seen", Order::MayBeSame),
    ("first_observed", "last_observed", Order::MayBeSame),
    ("valid_from", "valid_until", Order::Strict),
    ("start_time", "stop_time", Order::Strict),
    ("analysis_started", "analysis_ended", Order::MayBeSame),
    ("start", "end", Order::MayBeSame),
];

fn time(properties: &Properties, name: &str) -> Option<Timestamp> {
    properties.get(name)?.as_str()?.parse().ok()
}

fn ordered<'a>(
    properties: &'a Properties,
    earlier: &'static str,
    later: &'static str,
    order: Order,
    findings: &mut Findings<'a>,
) {
    let (Some(before), Some(after)) = (time(properties, earlier), time(properties, later)) else {
        return;
    };
    if after < before || order == Order::Strict && after == before {
        let message = format!("is before {earlier}, or at it");
        findings.within(Step::Key(later), |findings| findings.error("order", message));
    }
}

fn own_id<'a>(schema: &Schema, properties: &'a Properties, findings: &mut Findings<'a>) {
    let text = |name: &str| properties.get(name).and_then(Value::as_str);
    let Some(id) = text("id").and_then(|id| id.parse::<Id>().ok()) else { return };
    let mut at_id = |is_error: bool, rule, message: &str| {
        findings.within(Step::Key("id"), |findings| match is_error {
            true => findings.error(rule, message),
            false => findings.warning(rule, message),
        });
    };
    if id.type_name() != schema.name {
        at_id(true, "id-type", "names another type");
    }
    let uuid = id.uuid();
    if uuid.get_variant() != Variant::RFC4122 {
        at_id(true, "id-uuid", "is no UUID of RFC 4122");
    }
    let version = uuid.get_version_num();
    match schema.class {
        Class::Observable if version == 5 => {
            if let Some(expected) = Id::of_observable(schema.name, properties)
                && expected.uuid() != uuid
            {
                at_id(false, "id-deterministic", "is not what its properties make it");
            }
        }
        Class::Observable if !schema.id_from.is_empty() => {
            at_id(false, "id-deterministic", "follows from its properties, best (UUIDv5)");
        }
        Class::Observable => {}
        _ if version == 4 => {}
        _ => at_id(false, "id-random", "is random, best (UUIDv4)"),
    }
}

fn external_references<'a>(properties: &'a Properties, findings: &mut Findings<'a>) {
    let list = properties.get("external_references").and_then(Value::as_array);
    for (at, reference) in list.into_iter().flatten().enumerate() {
        let has = |name: &str| reference.get(name).is_some();
        let text = |name: &str| reference.get(name).and_then(Value::as_str).unwrap_or_default();
        let is_formed = match text("source_name") {
            "cve" => text("external_id").starts_with("CVE-"),
            "capec" => text("external_id").starts_with("CAPEC-"),
            _ => true,
        };
        findings.within(Step::Key("external_references"), |findings| {
            findings.within(Step::At(at), |findings| {
                if !has("description") && !has("url") && !has("external_id") {
                    findings.error(
                        "external-reference",
                        "needs a description, a url or an external_id",
                    );
                }
                if !is_formed && has("external_id") {
                    findings.error(
                        "external-reference",
                        "external_id is not formed as its source asks",
                    );
                }
            });
        });
    }
}

fn granular_markings<'a>(properties: &'a Properties, findings: &mut Findings<'a>) {
    let list = properties.get("granular_markings").and_then(Value::as_array);
    for (at, marked) in list.into_iter().flatten().enumerate() {
        let has = |name: &str| marked.get(name).is_some();
        let selectors = marked.get("selectors").and_then(Value::as_array);
        let selectors = selectors.into_iter().flatten().filter_map(Value::as_str);
        let mut lost = selectors.filter(|selector| marking::select(properties, selector).is_none());
        findings.within(Step::Key("granular_markings"), |findings| {
            findings.within(Step::At(at), |findings| {
                if has("lang") == has("marking_ref") {
                    findings.error("granular-marking", "has either lang or marking_ref");
                }
                if let Some(selector) = lost.next() {
                    findings.error("selector", format!("{selector} selects nothing"));
                }
            });
        });
    }
}

fn domain<'a>(type_name: &str, properties: &'a Properties, findings: &mut Findings<'a>) {
    let has = |name: &str| properties.contains_key(name);
    match type_name {
        "indicator" => indicator(properties, findings),
        "location" => location(properties, findings),
        "malware" if properties.get("is_family") == Some(&Value::Bool(true)) && !has("name") => {
            findings.error("required", "a family has a name");
        }
        "malware-analysis" if !has("result") && !has("analysis_sco_refs") => {
            findings.error("required", "result or analysis_sco_refs is needed");
        }
        "observed-data" if has("objects") == has("object_refs") => {
            findings.error("either", "has either objects or object_refs");
        }
        "observed-data" if has("objects") => {
            findings.warning("deprecated", "objects is deprecated: use object_refs");
        }
        _ => {}
    }
}

fn indicator<'a>(properties: &'a Properties, findings: &mut Findings<'a>) {
    let text = |name: &str| properties.get(name).and_then(Value::as_str);
    let is_stix = text("pattern_type").is_none_or(|language| language == "stix");
    if let (true, Some(pattern)) = (is_stix, text("pattern"))
        && let Err(why) = pattern::parse(pattern)
    {
        findings.within(Step::Key("pattern"), |findings| {
            findings.error("pattern", why.to_string());
        });
    }
}

fn location<'a>(properties: &'a Properties, findings: &mut Findings<'a>) {
    let has = |name: &str| properties.contains_key(name);
    if has("latitude") != has("longitude") {
        findings.error("both", "latitude and longitude go together");
    }
    if has("precision") && !has("latitude") {
        findings.error("both", "precision is that of latitude and longitude");
    }
    if !has("region") && !has("country") && !has("latitude") {
        findings.error("required", "region, country, or latitude and longitude is needed");
    }
    let country = properties.get("country").and_then(Value::as_str);
    if country.is_some_and(|code| code.len() != 2 || !code.bytes().all(|b| b.is_ascii_alphabetic()))
    {
        findings.within(Step::Key("country"), |findings| {
            findings.warning("vocabulary", "two letters, by ISO 3166-1");
        });
    }
}

fn meta<'a>(type_name: &str, properties: &'a Properties, findings: &mut Findings<'a>) {
    let has = |name: &str| properties.contains_key(name);
    match type_name {
        "marking-definition" => {
            if has("definition_type") != has("definition") {
                findings.error("both", "definition_type and definition go together");
            }
            if !has("definition") && !has_extension(properties) {
                findings.error("required", "definition, or an extension, is needed");
            }
            if has("modified") || has("revoked") {
                findings.error("versions", "markings have no versions");
            }
            let definition = properties.get("definition_type").and_then(Value::as_str);
            let id = properties.get("id").and_then(Value::as_str).unwrap_or_default();
            if definition == Some("tlp") && marking::Tlp::of(id).is_none() {
                findings.error("tlp", "there are no TLP markings but those of the specification");
            }
        }
        "extension-definition" if !has("created_by_ref") => {
            findings.error("required", "created_by_ref is missing");
        }
        _ => {}
    }
}

/// How `value` is written, by type.
const VALUES: &[(&str, Format)] = &[
    ("domain-name", Format::Domain),
    ("email-addr", Format::Email),
    ("ipv4-addr", Format::Ipv4),
    ("ipv6-addr", Format::Ipv6),
    ("mac-addr", Format::Mac),
    ("url", Format::Url),
];

/// Types of which one of these properties has to be there.
const ONE_OF: &[(&str, &[&str])] =
    &[("file", &["hashes", "name"]), ("network-traffic", &["src_ref", "dst_ref"])];

/// Types that have to have some property of their own.
const SOMETHING: &[&str] = &["process", "user-account", "windows-registry-key", "x509-certificate"];

fn observable<'a>(type_name: &str, properties: &'a Properties, findings: &mut Findings<'a>) {
    let has = |name: &str| properties.contains_key(name);
    let is = |name: &str, value: bool| properties.get(name) == Some(&Value::Bool(value));
    let is_defanged = is("defanged", true);
    if let Some((_, format)) = VALUES.iter().find(|(name, _)| *name == type_name)
        && let Some(value) = properties.get("value").and_then(Value::as_str)
        && !is_defanged
        && let Err(why) = format::check(value, *format)
    {
        findings.within(Step::Key("value"), |findings| findings.error("value", why));
    }
    if let Some((_, names)) = ONE_OF.iter().find(|(name, _)| *name == type_name)
        && !names.iter().any(|name| has(name))
    {
        findings.error("required", format!("{} is needed", names.join(" or ")));
    }
    let own = crate::schema::of(type_name).map(|schema| schema.fields).unwrap_or_default();
    if SOMETHING.contains(&type_name)
        && !own.iter().any(|field| has(field.name))
        && !has_extension(properties)
    {
        findings.error("required", "some property of its own is needed");
    }
    match type_name {
        "artifact" => artifact(properties, findings),
        "email-message" if is("is_multipart", true) && has("body") => {
            findings.error("either", "what has parts has no body");
        }
        "email-message" if is("is_multipart", false) && has("body_multipart") => {
            findings.error("either", "what has no parts has no body_multipart");
        }
        "network-traffic" if is("is_active", true) && has("end") => {
            findings.error("either", "what is active has no end");
        }
        _ => {}
    }
}

fn artifact<'a>(properties: &'a Properties, findings: &mut Findings<'a>) {
    let has = |name: &str| properties.contains_key(name);
    if has("payload_bin") && has("url") {
        findings.error("either", "has either payload_bin or url");
    }
    if has("url") && !has("hashes") {
        findings.error("both", "url and hashes go together");
    }
    if has("decryption_key") && !has("encryption_algorithm") {
        findings.error("both", "a decryption_key is one of an encryption_algorithm");
    }
}

/// What begins the key of an extension that is defined by an object.
const DEFINITION: &str = "extension-definition--";

/// Extensions of the specification.
const PREDEFINED: &[&str] = &[
    "archive-ext",
    "ntfs-ext",
    "pdf-ext",
    "raster-image-ext",
    "windows-pebinary-ext",
    "http-request-ext",
    "icmp-ext",
    "socket-ext",
    "tcp-ext",
    "unix-account-ext",
    "windows-process-ext",
    "windows-service-ext",
];

pub(super) fn extensions<'a>(inner: &'a Properties, findings: &mut Findings<'a>) {
    for (key, value) in inner {
        findings.within(Step::Key(key), |findings| {
            if !value.is_object() {
                findings.error("type", "should be an object");
            } else if key.starts_with(DEFINITION) {
                defined(key, value, findings);
            } else if !PREDEFINED.contains(&&key[..]) {
                findings.warning(
                    "custom-extension",
                    "no object defines it: use an extension-definition",
                );
            }
        });
    }
}

fn defined<'a>(key: &str, value: &'a Value, findings: &mut Findings<'a>) {
    if let Err(why) = crate::id::check(key) {
        findings.error("id", format!("{key:?}: {why}"));
    }
    match value.get("extension_type").and_then(Value::as_str) {
        None => findings.error("required", "extension_type is missing"),
        Some(kind) if !EXTENSION_TYPE.contains(&kind) => {
            findings
                .error("enumeration", format!("{kind:?} is none of {}", EXTENSION_TYPE.join(", ")));
        }
        Some(_) => {}
    }
}

fn extension_types(properties: &Properties) -> impl Iterator<Item = &str> {
    let extensions = properties.get("extensions").and_then(Value::as_object);
    let all = extensions.into_iter().flat_map(Map::values);
    all.filter_map(|extension| extension.get("extension_type")?.as_str())
}

/// Whether an extension brings properties of its own to the object.
pub(super) fn has_toplevel_extension(properties: &Properties) -> bool {
    extension_types(properties)
        .any(|kind| kind == "toplevel-property-extension" || kind.starts_with("new-"))
}

/// Whether any extension does.
pub(super) fn has_extension(properties: &Properties) -> bool {
    let extensions = properties.get("extensions").and_then(Value::as_object);
    extensions.is_some_and(|extensions| !extensions.is_empty())
}
