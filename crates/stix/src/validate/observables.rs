//! What holds of cyber observables, type by type.

use super::extensions::{self, has_extension};
use super::format::{self, Format};
use super::{Findings, Step};
use crate::schema::Schema;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256, Sha512};

type Properties = Map<String, Value>;

/// How a property is written, by type; what an observable that was defanged says in its
/// `value` is not looked at.
const WRITTEN: &[(&str, &str, Format)] = &[
    ("domain-name", "value", Format::Domain),
    ("email-addr", "value", Format::Email),
    ("ipv4-addr", "value", Format::Ipv4),
    ("ipv6-addr", "value", Format::Ipv6),
    ("mac-addr", "value", Format::Mac),
    ("url", "value", Format::Url),
    ("artifact", "url", Format::Url),
    ("artifact", "mime_type", Format::Mime),
    ("directory", "path_enc", Format::Encoding),
    ("file", "name_enc", Format::Encoding),
    ("software", "cpe", Format::Cpe),
];

/// Types of which one of these properties has to be there.
const ONE_OF: &[(&str, &[&str])] = &[
    ("artifact", &["payload_bin", "url"]),
    ("file", &["hashes", "name"]),
    ("network-traffic", &["src_ref", "dst_ref"]),
];

/// Types that have to have some property of their own.
const SOMETHING: &[&str] = &["process", "user-account", "windows-registry-key", "x509-certificate"];

pub(super) fn check<'a>(schema: &Schema, properties: &'a Properties, findings: &mut Findings<'a>) {
    let type_name = schema.name;
    let has = |name: &str| properties.contains_key(name);
    let is_defanged = properties.get("defanged") == Some(&Value::Bool(true));
    for (_, name, format) in WRITTEN.iter().filter(|(of, ..)| *of == type_name) {
        let text = properties.get(*name).and_then(Value::as_str);
        if let Some(text) = text.filter(|_| *name != "value" || !is_defanged)
            && let Err(why) = format::check(text, *format)
        {
            findings.within(Step::Key(name), |findings| findings.error(format.rule(), why));
        }
    }
    if let Some((_, names)) = ONE_OF.iter().find(|(name, _)| *name == type_name)
        && !names.iter().any(|name| has(name))
    {
        findings.error("required", format!("{} is needed", names.join(" or ")));
    }
    if SOMETHING.contains(&type_name)
        && !schema.fields.iter().any(|field| has(field.name))
        && !has_extension(properties)
    {
        findings.error("required", "some property of its own is needed");
    }
    match type_name {
        "artifact" => artifact(properties, findings),
        "email-message" => email_message(properties, findings),
        "file" => file(properties, findings),
        "network-traffic" => network_traffic(properties, findings),
        "process" => process(properties, findings),
        "software" => software(properties, findings),
        _ => {}
    }
    extensions::of_type(type_name, properties, findings);
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
    let bytes = properties.get("payload_bin").and_then(Value::as_str);
    let bytes = bytes.and_then(|text| STANDARD.decode(text).ok());
    let hashes = properties.get("hashes").and_then(Value::as_object);
    let (Some(bytes), Some(hashes)) = (bytes, hashes) else { return };
    for (algorithm, hash) in hashes {
        // Of the older algorithms no proof is asked for.
        let own = match &algorithm[..] {
            "SHA-256" => hex(&Sha256::digest(&bytes)),
            "SHA-512" => hex(&Sha512::digest(&bytes)),
            _ => continue,
        };
        if hash.as_str().is_some_and(|hash| !hash.eq_ignore_ascii_case(&own)) {
            findings.at(&[Step::Key("hashes"), Step::Key(algorithm)], |findings| {
                findings.error("hash", "is not that of payload_bin");
            });
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

fn email_message<'a>(properties: &'a Properties, findings: &mut Findings<'a>) {
    let has = |name: &str| properties.contains_key(name);
    match properties.get("is_multipart").and_then(Value::as_bool) {
        Some(true) if has("body") => findings.error("either", "what has parts has no body"),
        Some(false) if has("body_multipart") => {
            findings.error("either", "what has no parts has no body_multipart");
        }
        _ => {}
    }
    let parts = properties.get("body_multipart").and_then(Value::as_array);
    for (at, part) in parts.into_iter().flatten().enumerate() {
        if part.get("body").is_none() && part.get("body_raw_ref").is_none() {
            findings.within(Step::Key("body_multipart"), |findings| {
                findings.within(Step::At(at), |findings| {
                    findings.error("required", "body or body_raw_ref is needed");
                });
            });
        }
    }
}

fn file<'a>(properties: &'a Properties, findings: &mut Findings<'a>) {
    let mime = properties.get("mime_type").and_then(Value::as_str);
    if let Some(Err(why)) = mime.map(|mime| format::check(mime, Format::Mime)) {
        findings.within(Step::Key("mime_type"), |findings| findings.warning("value", why));
    }
    let Some(program) = extension(properties, "windows-pebinary-ext") else { return };
    let path = [Step::Key("extensions"), Step::Key("windows-pebinary-ext")];
    if program.len() == 1 && program.contains_key("pe_type") {
        findings.at(&path, |findings| {
            findings.error("required", "some property besides pe_type is needed");
        });
    }
    let stamp = program.get("time_date_stamp").and_then(Value::as_str);
    if stamp.is_some_and(|stamp| stamp.contains('.')) {
        findings.at(&path, |findings| {
            findings.error("timestamp-precision", "time_date_stamp is written to the second");
        });
    }
}

fn network_traffic<'a>(properties: &'a Properties, findings: &mut Findings<'a>) {
    let has = |name: &str| properties.contains_key(name);
    if properties.get("is_active") == Some(&Value::Bool(true)) && has("end") {
        findings.error("either", "what is active has no end");
    }
    if !has("src_port") || !has("dst_port") {
        findings.warning("recommended", "should have src_port and dst_port");
    }
    let protocols = properties.get("protocols").and_then(Value::as_array);
    let is_odd = |byte: u8| !byte.is_ascii_lowercase() && !byte.is_ascii_digit() && byte != b'-';
    for (at, protocol) in protocols.into_iter().flatten().enumerate() {
        if protocol.as_str().is_some_and(|protocol| protocol.bytes().any(is_odd)) {
            findings.at(&[Step::Key("protocols"), Step::At(at)], |findings| {
                findings.warning("vocabulary", "should be a name of IANA's, in lower case");
            });
        }
    }
    let request = extension(properties, "http-request-ext");
    let headers = request.and_then(|request| request.get("request_header")?.as_object());
    for (name, value) in headers.into_iter().flatten() {
        let path = ["extensions", "http-request-ext", "request_header", name].map(Step::Key);
        if !value.is_array() {
            findings.at(&path, |findings| findings.error("type", "should be a list of text"));
        }
    }
}

fn process<'a>(properties: &'a Properties, findings: &mut Findings<'a>) {
    let windows = extension(properties, "windows-process-ext");
    let priority = windows.and_then(|windows| windows.get("priority")?.as_str());
    if priority.is_some_and(|priority| !priority.ends_with("_CLASS")) {
        let path = [Step::Key("extensions"), Step::Key("windows-process-ext")];
        findings.at(&path, |findings| {
            findings.warning("vocabulary", "priority should end in _CLASS");
        });
    }
}

fn software<'a>(properties: &'a Properties, findings: &mut Findings<'a>) {
    let languages = properties.get("languages").and_then(Value::as_array);
    for (at, language) in languages.into_iter().flatten().enumerate() {
        let said = language.as_str().map(|text| format::check(text, Format::Language));
        if let Some(Err(why)) = said {
            findings.at(&[Step::Key("languages"), Step::At(at)], |findings| {
                findings.error("language", why);
            });
        }
    }
}

fn extension<'p>(properties: &'p Properties, key: &str) -> Option<&'p Properties> {
    properties.get("extensions")?.get(key)?.as_object()
}
