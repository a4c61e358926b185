//! Texts that are broken, or that somebody made to break what reads them.

use super::{check, counted, options};
use actors::import;
use expect_test::expect;

#[test]
fn half_a_file_says_where_it_breaks_off() {
    check(
        "{\"type\":\"bundle\",\n\"id\":\"bundle--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f\",\n\"objects\":[{\"ty",
        &expect![[r#"
            error: line 3, objects: EOF while parsing a string at line 3 column 15
        "#]],
    );
    check(
        "{\"Event\":{\"info\":\"x\",\n\"Attribute\":[{\"type\":\"dom",
        &expect![[r#"
        error: line 2, Event: EOF while parsing a string at line 2 column 25
    "#]],
    );
    check(
        "{\"type\":\"tool\",\"values\":[{\"uuid\":",
        &expect![[r#"
        error: line 1, values: EOF while parsing a value at line 1 column 33
    "#]],
    );
    check(
        "[{\"Threat actor name\":\"A\"},{\"Thre",
        &expect![[r#"
        error: line 1, the list of names: EOF while parsing a string at line 1 column 33
    "#]],
    );
    check(
        "once upon a time\n",
        &expect![[r#"
        error: line 1, the header: this is none of the formats that are read (STIX bundle, MISP event or galaxy, name mapping, CSV of indicators, listings or offers)
    "#]],
    );
    check(
        "",
        &expect![[r#"
        error: line 1, an empty text: this is none of the formats that are read (STIX bundle, MISP event or galaxy, name mapping, CSV of indicators, listings or offers)
    "#]],
    );
}

#[test]
fn a_row_that_is_no_utf_8_is_refused_by_its_column() {
    let text = b"type,value,comment\ndomain,a.example,\xff\xfe\ndomain,b.example,fine\n";
    let taken = import::read(text, &options()).unwrap();
    expect![[r#"
        domain-name b.example
        indicator [domain-name:value = 'b.example']
        observed-data
        indicator [domain-name:value = 'b.example'] based-on observed-data
        refused 2 comment: this is no UTF-8 (domain | a.example | ��)
    "#]]
    .assert_eq(&super::shown(&taken));
}

#[test]
fn formulas_are_text_and_quotes_may_hold_lines() {
    check(
        "type,value,comment\ndomain,a.example,\"=HYPERLINK(\"\"http://x\"\")\nsecond line\"\ndomain,=1+1,x\n",
        &expect![[r#"
            domain-name a.example
            indicator [domain-name:value = 'a.example']
            observed-data
            indicator [domain-name:value = 'a.example'] based-on observed-data
            refused 4 value: value: this is no domain name (=1+1)
        "#]],
    );
}

#[test]
fn what_nests_without_end_is_refused_and_not_followed() {
    let deep = "[".repeat(200_000);
    assert!(import::read(deep.as_bytes(), &options()).is_err());
    let deep = format!("{{\"Event\":{{\"info\":\"x\",\"Attribute\":[{deep}");
    assert!(import::read(deep.as_bytes(), &options()).is_err());
    let closed = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
    let text = format!(
        r#"{{"Event":{{"info":"x","Attribute":[{{"type":"domain","value":"a.example","x":{closed}}},{{"type":"domain","value":"b.example"}}]}}}}"#
    );
    let taken = import::read(text.as_bytes(), &options()).unwrap();
    expect![[r#"
        domain-name 1
        grouping 1
        observed-data 1
        refused 1
        note attributes: 1
        note events: 1
    "#]]
    .assert_eq(&counted(&taken));
}

#[test]
fn of_a_hundred_thousand_rows_each_value_is_one_indicator() {
    let rows: String = (0..100_000).map(|at| format!("a{}.example.com\n", at % 5_000)).collect();
    let taken = import::read(rows.as_bytes(), &options()).unwrap();
    expect![[r#"
        domain-name 5000
        indicator 5000
        observed-data 5000
        relationship 5000
        refused 0
        note the same indicator again: 95000
    "#]]
    .assert_eq(&counted(&taken));
}

#[test]
fn the_same_text_gives_the_same_bytes() {
    let text = "type,value,actor\ndomain,a.example,x\nip,198.51.100.7,y\n";
    let bytes = || {
        let taken = import::read(text.as_bytes(), &options()).unwrap();
        serde_json::to_string(&stix::Bundle::of(&taken.objects)).unwrap()
    };
    assert_eq!(bytes(), bytes());
}

#[test]
fn a_bundle_passes_as_it_came_and_one_of_2_0_becomes_2_1() {
    let tool = |version: &str| {
        format!(
            r#"{{"type":"tool",{version}"id":"tool--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f","created":"2020-01-01T00:00:00.000Z","modified":"2020-01-01T00:00:00.000Z","x_mine":1.50,"name":"kit"}}"#
        )
    };
    let bundle = |object: &str| {
        format!(
            r#"{{"type":"bundle","id":"bundle--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f","objects":[{object},{{"type":"tool","id":"tool--x"}}]}}"#
        )
    };
    let newer = tool(r#""spec_version":"2.1","#);
    let taken = import::read(bundle(&newer).as_bytes(), &options()).unwrap();
    assert_eq!(taken.objects[0].text(), newer);
    let taken = import::read(bundle(&tool("")).as_bytes(), &options()).unwrap();
    expect![[r#"
        tool kit
        refused 2 id: id "tool--x": what follows -- is no UUID (tool--x)
        note objects of STIX 2.0, converted: 1
    "#]]
    .assert_eq(&super::shown(&taken));
    assert_eq!(taken.objects[0].head().spec_version.as_deref(), Some("2.1"));
}
