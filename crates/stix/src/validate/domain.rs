//! What holds of domain objects, type by type.

use super::{Findings, Step};
use crate::pattern::{self, Comparison, Literal, Operator, Pattern, Test};
use crate::validate::format;
use serde_json::{Map, Value};

type Properties = Map<String, Value>;

pub(super) fn check<'a>(type_name: &str, properties: &'a Properties, findings: &mut Findings<'a>) {
    let has = |name: &str| properties.contains_key(name);
    match type_name {
        "indicator" => indicator(properties, findings),
        "location" => location(properties, findings),
        "malware" if properties.get("is_family") == Some(&Value::Bool(true)) && !has("name") => {
            findings.error("required", "a family has a name");
        }
        "malware-analysis" => malware_analysis(properties, findings),
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
    if !properties.contains_key("name") || !properties.contains_key("description") {
        findings.warning("recommended", "an indicator should have a name and a description");
    }
    let is_stix = text("pattern_type").is_none_or(|language| language == "stix");
    let Some(written) = text("pattern").filter(|_| is_stix) else { return };
    findings.within(Step::Key("pattern"), |findings| match pattern::parse(written) {
        Err(why) => findings.error("pattern", why.to_string()),
        Ok(pattern) => hashes(&pattern, findings),
    });
}

/// A hash that cannot be one is never met.
fn hashes(pattern: &Pattern, findings: &mut Findings<'_>) {
    match pattern {
        Pattern::Observed(comparison) => hashes_of(comparison, findings),
        Pattern::And(all) | Pattern::Or(all) | Pattern::FollowedBy(all) => {
            all.iter().for_each(|inner| hashes(inner, findings));
        }
        Pattern::Qualified(inner, _) => hashes(inner, findings),
    }
}

fn hashes_of(comparison: &Comparison, findings: &mut Findings<'_>) {
    match comparison {
        Comparison::And(all) | Comparison::Or(all) => {
            all.iter().for_each(|inner| hashes_of(inner, findings));
        }
        Comparison::Test(test) => hash(test, findings),
        Comparison::Exists(_) => {}
    }
}

fn hash(test: &Test, findings: &mut Findings<'_>) {
    let [.., pattern::Step::Key(parent), pattern::Step::Key(algorithm)] = &test.path.steps[..]
    else {
        return;
    };
    let is_whole = matches!(test.operator, Operator::Equal | Operator::NotEqual | Operator::In);
    if !parent.ends_with("hashes") || !is_whole {
        return;
    }
    let could_be = |literal: &Literal| match literal {
        Literal::Text(text) => format::is_hash(algorithm, text),
        _ => true,
    };
    if !test.literals.iter().all(could_be) {
        findings.error("hash", format!("compares with what is no {algorithm}"));
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
    if country.is_some_and(|code| !is_country(code)) {
        findings.within(Step::Key("country"), |findings| {
            findings.warning("vocabulary", "should be two letters, by ISO 3166-1");
        });
    }
}

fn malware_analysis<'a>(properties: &'a Properties, findings: &mut Findings<'a>) {
    let has = |name: &str| properties.contains_key(name);
    if !has("result") && !has("analysis_sco_refs") {
        findings.error("required", "result or analysis_sco_refs is needed");
    }
    let may_be = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let product = properties.get("product").and_then(Value::as_str);
    if product.is_some_and(|product| !product.bytes().all(may_be)) {
        findings.within(Step::Key("product"), |findings| {
            findings.warning("product-name", "should be in lower case, with dashes");
        });
    }
}

/// Countries, by ISO 3166-1.
const COUNTRIES: &str = "\
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN \
    BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ \
    DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL \
    GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM \
    JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME \
    MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP \
    NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD \
    SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO \
    TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW \
";

fn is_country(code: &str) -> bool {
    code.len() == 2 && COUNTRIES.split(' ').any(|known| known.eq_ignore_ascii_case(code))
}
