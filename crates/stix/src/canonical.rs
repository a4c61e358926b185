//! JSON in the one form of RFC 8785: what ids and hashes are made of.

use serde_json::Value;

/// `value` as canonical JSON; none of numbers that JSON cannot write.
pub fn text(value: &Value) -> Option<String> {
    serde_json_canonicalizer::to_string(value).ok()
}
