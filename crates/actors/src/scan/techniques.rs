//! How it was done, in the words of catalogues: ATT&CK and F3 by the ids that their
//! objects have, the OWASP Automated Threats by reference.

use super::finding::Campaign;
use crate::import::{Draft, Maker};
use serde_json::{Value, json};
use stix::marking::Tlp;
use stix::{Id, Timestamp};

/// A technique as its catalogue publishes it.
struct Technique {
    id: &'static str,
    name: &'static str,
    catalogue: &'static str,
    external: &'static str,
    url: &'static str,
}

/// What opening accounts in bulk is.
const TECHNIQUES: &[Technique] = &[
    Technique {
        id: "attack-pattern--65013dd2-bc61-43e3-afb5-a14c4fa7437a",
        name: "Email Accounts",
        catalogue: "mitre-attack",
        external: "T1585.002",
        url: "https://attack.mitre.org/techniques/T1585/002",
    },
    Technique {
        id: "attack-pattern--471e1855-a6d3-59fc-ab34-273dcebb0593",
        name: "Establish Accounts",
        catalogue: "mitre-f3",
        external: "T1585",
        url: "https://ctid.mitre.org/fraud/techniques/T1585",
    },
];

pub(super) fn keep(id: &Id, now: Timestamp, maker: &mut Maker<'_>) {
    for technique in TECHNIQUES {
        let pattern: Id = technique.id.parse().expect("it is an id");
        if !maker.has(&pattern) {
            let reference = json!([{
                "source_name": technique.catalogue,
                "external_id": technique.external,
                "url": technique.url,
            }]);
            let draft = Draft::stand_in(&pattern)
                .set("name", technique.name)
                .set("external_references", reference)
                .marked(Some(Tlp::Clear));
            maker.add(draft);
        }
        let draft = maker.relation(id, "uses", &pattern, now);
        maker.add(draft);
    }
}

/// Automated threats that a campaign is an instance of.
pub(super) fn references(campaign: &Campaign) -> Value {
    let reference = |id: &str, name: &str| {
        json!({
            "source_name": "owasp-automated-threats",
            "external_id": id,
            "description": name,
        })
    };
    let mut references = vec![reference("OAT-019", "Account Creation")];
    if campaign.captcha_defeat.as_ref().is_some_and(|defeat| defeat.technique == "OAT-009") {
        references.push(reference("OAT-009", "CAPTCHA Defeat"));
    }
    Value::Array(references)
}
