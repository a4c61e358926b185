//! JSON in the one form of RFC 8785: what ids and hashes are made of.

use serde_json::Value;

/// `value` as canonical JSON; none of numbers that JSON cannot write.
pub fn text(value: &Value) -> Option<String> {
    serde_json_canonicalizer::to_string(value).ok()
}

/// `text`, which is JSON, without the blanks between its tokens; these stay to the letter,
/// so that numbers and texts are written as they came.
pub fn compact(text: &str) -> String {
    let mut compact = String::with_capacity(text.len());
    let (mut is_inside, mut is_escaped) = (false, false);
    for c in text.chars() {
        if !is_inside && c.is_ascii_whitespace() {
            continue;
        }
        compact.push(c);
        is_inside ^= c == '"' && !is_escaped;
        is_escaped = c == '\\' && !is_escaped;
    }
    compact
}

#[cfg(test)]
mod tests {
    use super::compact;

    #[test]
    fn only_blanks_between_tokens_go() {
        let text = "{ \"a \\\" b\" : [ 1.50 ,\n\t\"\\\\\" ] , \"c\" : \" \" }";
        assert_eq!(compact(text), "{\"a \\\" b\":[1.50,\"\\\\\"],\"c\":\" \"}");
    }
}
