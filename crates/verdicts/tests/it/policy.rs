//! Policies: what they decide, and what is told of those that cannot.

use expect_test::{Expect, expect};
use std::collections::BTreeMap;
use verdicts::Policy;
use verdicts::policy::{Fact, Facts, Name, Type, groups};

/// A sign-up of which some names are known.
struct Known(BTreeMap<&'static str, Fact<'static>>);

impl Facts for Known {
    fn fact(&self, name: Name) -> Fact<'_> {
        let known =
            self.0.iter().find(|(text, _)| Name::parse(text, &["blocked".into()]) == Some(name));
        match (known, name.type_of()) {
            (Some((_, fact)), _) => fact.clone(),
            (None, Type::Text) => Fact::Text(""),
            (None, Type::Number) => Fact::Number(0.0),
            (None, Type::Truth) => Fact::Truth(false),
        }
    }
}

const HEAD: &str = "name = 'sign-up'\nrevision = 3\nmode = 'act'\n";

const RULES: &str = r#"
[lists.blocked]
of = "domain"
entries = ["bad.example", { value = "old.example", until = "2026-01-01T00:00:00Z" }]

[[rules]]
name = "our own tests"
when = "domain == 'qa.example'"
do = "allow"

[[rules]]
name = "blocked"
when = "listed_blocked"
do = "deny"
label = "dragnet:list:blocked:high"

[[rules]]
name = "known campaign"
when = "campaign != '' && risk >= 0.9"
do = "deny"
why = "It belongs to a campaign that is known."

[[rules]]
name = "busy address"
when = "count_ip_10m > 20 && distinct_device_by_ip_1h < 3"
do = "challenge"
level = "medium"
label = "dragnet:count:ip:medium"
"#;

/// What is decided about a sign-up of which `known` is known.
fn check(known: &[(&'static str, Fact<'static>)], expected: Expect) {
    let policy = Policy::parse(&format!("{HEAD}{RULES}")).expect("it is right");
    let decision = policy.decide(&Known(known.iter().cloned().collect()));
    let mut told = format!("{:?}\n", decision.verdict);
    for met in &decision.met {
        let rule = &policy.rules()[met.rule];
        let facts: Vec<String> = met.facts.iter().map(|(n, v)| format!("{n} {v}")).collect();
        let decided = if met.decided { ", decided" } else { "" };
        told += &format!("{}: {}{decided}\n", rule.name(), facts.join(", "));
    }
    assert_eq!(decision.failed, Vec::<String>::new());
    expected.assert_eq(&told);
}

#[test]
fn the_first_that_acts_decides_and_all_leave_their_labels() {
    check(
        &[],
        expect![[r#"
        None
    "#]],
    );
    check(
        &[("listed_blocked", Fact::Truth(true))],
        expect![[r#"
        Some(Deny)
        blocked: listed_blocked true, decided
    "#]],
    );
    let busy =
        [("count_ip_10m", Fact::Number(21.4)), ("distinct_device_by_ip_1h", Fact::Number(1.0))];
    check(
        &busy,
        expect![[r#"
        None
        busy address: count_ip_10m 21.4, distinct_device_by_ip_1h 1
    "#]],
    );
    let known = [("campaign", Fact::Text("C-7F3K2M9Q")), ("risk", Fact::Number(0.94))];
    check(
        &[&known[..], &busy].concat(),
        expect![[r#"
        Some(Deny)
        known campaign: campaign "C-7F3K2M9Q", risk 0.94, decided
        busy address: count_ip_10m 21.4, distinct_device_by_ip_1h 1
    "#]],
    );
    check(
        &[&known[..], &[("domain", Fact::Text("qa.example"))]].concat(),
        expect![[r#"
        Some(Allow)
        our own tests: domain "qa.example", decided
        known campaign: campaign "C-7F3K2M9Q", risk 0.94
    "#]],
    );
}

/// What is wrong with some rules.
fn wrong(rules: &str) -> String {
    let problems = Policy::parse(&format!("{HEAD}{rules}")).err().unwrap_or_default();
    problems.iter().map(|problem| format!("{problem}\n")).collect()
}

#[test]
fn what_is_wrong_is_told_by_line() {
    let rule = |when: &str| format!("[[rules]]\nname = 'r'\nwhen = \"{when}\"\ndo = 'deny'\n");
    let conditions = [
        "count_ip_10m >",
        "cuont_ip_10m > 3",
        "listed_bad",
        "count_ip_5m > 3",
        "domain > 3",
        "risk",
        "sleep(3) == 1",
        "country == 'VN'",
    ];
    let told: String = conditions.iter().map(|when| wrong(&rule(when))).collect();
    expect![[r#"
        line 6, rule r: it is not understood at 1:15: Syntax error: mismatched input '<EOF>'
        line 6, rule r: there is nothing called "cuont_ip_10m"; count_ip_10m, count_ip_1m, count_ip_1h?
        line 6, rule r: there is nothing called "listed_bad"
        line 6, rule r: there is nothing called "count_ip_5m"; count_ip_1m, count_ip_10m, count_ip_1h?
        line 6, rule r: found no matching overload for '_>_' applied to '(string, int)'
        line 6, rule r: it is neither true nor false
        line 6, rule r: there is no function called "sleep"
        line 6, rule r: where somebody is from, or what they speak, is never a reason by itself
    "#]].assert_eq(&told);
    let files = [
        "rules = 3".to_owned(),
        "[[rules]]\nname = 'r'\nwhen = 'true'\ndoo = 'deny'".to_owned(),
        format!("{}{}", rule("risk > 0.5"), rule("risk > 0.9")),
        "[lists.l]\nof = 'domian'\nentries = [{value = 'x', until = 'soon'}]".to_owned(),
    ];
    let told: String = files.iter().map(|file| wrong(file)).collect();
    expect![[r#"
        line 4, the file: invalid type: integer `3`, expected a sequence
        line 7, the file: unknown field `doo`, expected one of `name`, `when`, `do`, `level`, `label`, `why`
        line 9, rule r: another rule has this name
        line 5, list l: "domian" is no kind of signal; domain?
        line 6, list l: "soon" is no time like 2026-12-01T00:00:00Z
    "#]].assert_eq(&told);
}

#[test]
fn a_list_holds_as_long_as_it_says() {
    let policy = Policy::parse(&format!("{HEAD}{RULES}")).expect("it is right");
    let year_2025 = 1_750_000_000_000;
    assert!(policy.is_listed(0, "bad.example", year_2025 * 2));
    assert!(policy.is_listed(0, "old.example", year_2025));
    assert!(!policy.is_listed(0, "old.example", year_2025 * 2));
    assert!(!policy.is_listed(0, "good.example", year_2025));
}

/// What is warned of at the start of 2026.
fn warned(rules: &str) -> String {
    let policy = Policy::parse(&format!("{HEAD}{rules}")).expect("it is right");
    let warnings = policy.warnings(1_767_225_600_000);
    warnings.iter().map(|warning| format!("{warning}\n")).collect()
}

#[test]
fn what_never_acts_is_warned_of() {
    let rule = |name: &str, when: &str, more: &str| {
        format!("[[rules]]\nname = '{name}'\nwhen = \"{when}\"\n{more}\n")
    };
    let deny = "do = 'deny'";
    let rules = [
        rule("risky", "risk >= 0.5 || domain in ['a.example', 'b.example']", deny),
        rule("riskier", "risk > 0.9 && count_ip_1h > 10", deny),
        rule("less", "risk >= 0.4", deny),
        rule("of a", "domain == 'a.example'", deny),
        rule("too much", "risk > 1", "label = 'x'"),
        rule("nowhere", "count_ip_1h > 5 && count_ip_1h < 5", deny),
        rule("both", "phase == 'later'", deny),
        rule("quiet", "risk > 0.2", "do = 'deny'\nlevel = 'low'"),
        // Of what is made of more than comparisons nothing is said.
        rule("ends", "domain.endsWith('a.example') && risk > 2", deny),
        rule("everybody", "true", "do = 'challenge'"),
        rule("after all", "count_ip_1h > 5", deny),
    ];
    let lists = "[lists.old]\nof = 'domain'\nentries = [\n  \
                 { value = 'a.example', until = '2025-06-01T00:00:00Z' },\n  'b.example',\n]\n";
    expect![[r#"
        line 5, list old: no rule asks for listed_old
        line 7, list old: "a.example" has expired (2025-06-01T00:00:00Z)
        line 15, rule riskier: it never decides: whatever meets it meets rule "risky" (line 11) before
        line 23, rule of a: it never decides: whatever meets it meets rule "risky" (line 11) before
        line 27, rule too much: nothing can meet it
        line 31, rule nowhere: nothing can meet it
        line 35, rule both: nothing can meet it
        line 39, rule quiet: it never acts, since low is not among act-on, and leaves no label
        line 52, rule after all: it never decides: whatever meets it meets rule "everybody" (line 48) before
    "#]].assert_eq(&warned(&format!("{lists}{}", rules.concat())));
    assert_eq!(
        warned(RULES),
        "line 7, list blocked: \"old.example\" has expired (2026-01-01T00:00:00Z)\n"
    );
}

#[test]
fn a_revision_goes_up() {
    let policy = |revision: u32, when: &str| {
        let rule = format!("[[rules]]\nname = 'r'\nwhen = \"{when}\"\ndo = 'deny'\n");
        Policy::parse(&format!("name = 'p'\nrevision = {revision}\n{rule}")).expect("it is right")
    };
    let old = policy(3, "risk > 0.9");
    let after = |new: Policy| new.warning_after(&old).map(|warning| warning.to_string());
    assert_eq!(after(policy(3, "risk > 0.9")), None);
    assert_eq!(after(policy(4, "risk > 0.8")), None);
    expect![[r#"
        Some(
            "line 2, revision: revision 3 is not above 3, which stands on another text: answers could not be told apart",
        )
    "#]].assert_debug_eq(&after(policy(3, "risk > 0.8")));
}

#[test]
fn every_name_is_understood_and_so_is_its_example() {
    let lists = vec!["LIST".to_owned(), "blocked_domains".to_owned()];
    let mut names = 0;
    for described in groups().iter().flat_map(|group| &group.names) {
        for name in &described.stands_for {
            let parsed = Name::parse(name, &lists).unwrap_or_else(|| panic!("{name}"));
            assert_eq!(parsed.type_of(), described.gives, "{name}");
            names += 1;
        }
        let rule =
            format!("[[rules]]\nname = 'r'\nwhen = \"{}\"\ndo = 'deny'\n", described.example);
        let list = "[lists.blocked_domains]\nof = 'domain'\nentries = []\n";
        Policy::parse(&format!("{HEAD}{list}{rule}")).expect(&described.example);
    }
    // 34 kinds, 5 windows, 5 names without parts.
    assert_eq!(names, 5 + 34 + 34 * 5 + 34 * 33 * 5);
}
