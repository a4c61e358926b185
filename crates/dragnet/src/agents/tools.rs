//! The questions, and what each takes.

use rmcp::model::{JsonObject, Tool, ToolAnnotations};
use serde_json::{Value, json};

/// Of each at most so many at a time.
pub(super) const LIMIT_MAX: usize = 100;
/// So many where nobody says.
pub(super) const LIMIT: usize = 20;

/// All of them.
pub(super) fn all() -> Vec<Tool> {
    let limit = json!({
        "type": "integer", "minimum": 1, "maximum": LIMIT_MAX, "default": LIMIT,
        "description": "how many at most",
    });
    let after = json!({ "type": "string", "description": "`next` of the page before" });
    let text = |words: &str| json!({ "type": "string", "description": words });
    vec![
        tool(
            "search_campaigns",
            "Campaigns that scans found, with risk, size, time and signature.",
            json!({
                "text": text("what is said of them contains this"),
                "risk_min": { "type": "number", "minimum": 0, "maximum": 1, "default": 0 },
                "after": after, "limit": limit,
            }),
            &[],
        ),
        tool(
            "show_campaign",
            "One campaign: its reasons with the sign-ups behind each, and some members.",
            json!({ "campaign": text("its id, such as C-7F3K2M9Q"), "limit": limit }),
            &["campaign"],
        ),
        tool(
            "explain_account",
            "Why an account was flagged, or that it was not, down to the sign-ups.",
            json!({ "account": text("its id"), "limit": limit }),
            &["account"],
        ),
        tool(
            "search_objects",
            "Things in the graph of intelligence (STIX 2.1) by name, alias or id.",
            json!({
                "text": text("a name, an alias, an id, or how it begins"),
                "type": text("only of this STIX type, such as intrusion-set; alone, it lists all"),
                "after": after, "limit": limit,
            }),
            &[],
        ),
        tool(
            "show_object",
            "One thing in the graph, and what is beside it.",
            json!({ "object": text("its name, alias or id"), "limit": limit }),
            &["object"],
        ),
        tool(
            "graph",
            "How two things are tied, the shortest ways first.",
            json!({ "from": text("a name, an alias or an id"), "to": text("another"), "limit": limit }),
            &["from", "to"],
        ),
        tool(
            "list_policies_names",
            "What conditions of policies may ask about: names, types, meanings, examples.",
            json!({}),
            &[],
        ),
    ]
}

fn tool(name: &'static str, words: &'static str, properties: Value, required: &[&str]) -> Tool {
    let mut schema = JsonObject::new();
    schema.insert("type".to_owned(), json!("object"));
    schema.insert("properties".to_owned(), properties);
    schema.insert("required".to_owned(), json!(required));
    schema.insert("additionalProperties".to_owned(), json!(false));
    Tool::new(name, words, schema).with_annotations(ToolAnnotations::new().read_only(true))
}
