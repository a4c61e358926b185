//! Truth files and scan outputs as they come: other names, gaps, mistakes.

use arrow::array::{Float32Array, RecordBatch, StringArray};
use expect_test::{Expect, expect};
use std::sync::Arc;
use synth::eval::{Options, Scan, Truth, evaluate};

fn truth(text: &str) -> Truth {
    Truth::read(text.as_bytes(), "truth.csv").unwrap()
}

#[track_caller]
fn check_error(text: &str, expect: Expect) {
    expect.assert_eq(&Truth::read(text.as_bytes(), "truth.csv").unwrap_err().to_string());
}

#[test]
fn other_names_and_labels_are_understood() {
    let read = truth(
        "\u{feff}User ID,is_fraud,Campaign-ID,evasion_level,cohort\nu1,1,c7,L2,\nu2,0,,,campus\nu3,False,,,\n",
    );
    assert_eq!(read.fraud, [true, false, false]);
    assert_eq!(read.campaigns.text(read.campaign[0].unwrap()), "c7");
    assert_eq!(read.levels.text(read.level[0].unwrap()), "L2");
    assert_eq!(read.crowds.text(read.crowd[1].unwrap()), "campus");
    assert_eq!(read.crowd[2], None);
    assert_eq!(truth("id\tlabel\nx\tgenuine\n").fraud, [false]);
}

#[test]
fn a_mistake_names_file_line_and_field_but_no_value() {
    check_error(
        "account_id,label\na,fraud\nb,perhaps\n",
        expect![
            "truth.csv, line 3, field `label`: unknown label; it must be `fraud` or `real` (1/0, true/false, fake/genuine, … also do)"
        ],
    );
    check_error(
        "account_id,label\na,fraud\nb,real\na,fraud\n",
        expect!["truth.csv, line 4, field `account_id`: this account already has a row above"],
    );
    check_error(
        "account_id,label\n,fraud\n",
        expect!["truth.csv, line 2, field `account_id`: empty"],
    );
    check_error(
        "account_id,label\na,fraud,x\n",
        expect!["truth.csv, line 2, field `*`: 3 fields where the header has 2"],
    );
    check_error(
        "account_id,colour\na,red\n",
        expect![
            "truth.csv: no column for `label`; it may be called label, is_fraud, fraud, event_label, class, is_bot, is_fake, fake, bot, target; the file has: account_id, colour"
        ],
    );
    check_error("account_id,label\n", expect!["truth.csv: no labelled account"]);
    check_error(
        "",
        expect![[
            r#"truth.csv: no column for `account_id`; it may be called account_id, account, user_id, userid, username, event_id, id; the file has: "#
        ]],
    );
}

#[test]
fn accounts_missing_on_either_side_are_counted() {
    let truth = truth("account_id,label\na,fraud\nb,fraud\nc,real\n");
    let accounts =
        "account_id,campaign_id,risk,reasons\na,P,.4,\"x, y\"\na,Q,.9,\na,P,.2,\nc,,.1,\nz,P,.9,\n";
    let scan = Scan::read(accounts.as_bytes(), None, &truth, 0.5).unwrap();
    assert_eq!(
        (scan.join.missing_in_scan, scan.join.missing_in_truth, scan.join.repeated_in_scan),
        (1, 1, 2)
    );
    assert_eq!(scan.scores.risk, [0.9, 0.0, 0.1]);
    let report = evaluate(&truth, &scan, &Options::default());
    assert_eq!((report.fraud, report.real, report.scan.native.true_positives), (2, 1, 1));
}

#[test]
fn a_risk_that_is_none_is_an_error() {
    let truth = truth("account_id,label\na,fraud\n");
    for risk in ["high", "NaN", "1.5", "-0.1", ""] {
        let accounts = format!("account_id,campaign_id,risk\na,,{risk}\n");
        let error = Scan::read(accounts.as_bytes(), None, &truth, 0.5).unwrap_err();
        assert_eq!(
            error.to_string(),
            "accounts.csv, line 2, field `risk`: not a number from 0 to 1",
            "{risk}"
        );
    }
}

#[test]
fn a_directory_is_read_with_parquet_campaigns_and_share() {
    let dir = tempfile::tempdir().unwrap();
    let truth = truth("account_id,label,campaign\na,fraud,c\nb,fraud,c\nc,real,\n");
    let error = Scan::open(dir.path(), &truth, 0.5).unwrap_err().to_string();
    assert!(
        error.ends_with("neither accounts.parquet nor accounts.csv: is this a scan's output?"),
        "{error}"
    );

    let csv = "account_id,campaign_id,risk,reasons\na,F,.5,\nb,,.25,\nc,O,.75,\n";
    std::fs::write(dir.path().join("accounts.csv"), csv).unwrap();
    std::fs::write(
        dir.path().join("campaigns.jsonl"),
        "{\"id\":\"F\",\"kind\":\"factory\",\"risk\":0.8}\n{\"id\":\"O\",\"kind\":\"organisation\",\"risk\":0.0}\n",
    )
    .unwrap();
    std::fs::write(
        dir.path().join("run.json"),
        r#"{"version":"1","share":{"estimate":0.6,"low":0.5,"high":0.7,"caveat":null}}"#,
    )
    .unwrap();
    let from_csv = Scan::open(dir.path(), &truth, 0.5).unwrap();
    assert_eq!(from_csv.scores.risk, [0.5, 0.25, 0.75]);
    assert_eq!(from_csv.scores.group.iter().filter(|group| group.is_some()).count(), 1);
    let report = evaluate(&truth, &from_csv, &Options::default());
    assert_eq!(report.calibration.share_inside, Some(true));

    // The CSV is emptied so that only the Parquet file can give the same.
    std::fs::write(dir.path().join("accounts.csv"), "").unwrap();
    let columns: Vec<(&str, arrow::array::ArrayRef)> = vec![
        ("account_id", Arc::new(StringArray::from(vec!["a", "b", "c"]))),
        ("campaign_id", Arc::new(StringArray::from(vec![Some("F"), None, Some("O")]))),
        ("risk", Arc::new(Float32Array::from(vec![0.5, 0.25, 0.75]))),
        ("reasons", Arc::new(StringArray::from(vec!["", "", ""]))),
    ];
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let file = std::fs::File::create(dir.path().join("accounts.parquet")).unwrap();
    let mut writer = parquet::arrow::ArrowWriter::try_new(file, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    let from_parquet = Scan::open(dir.path(), &truth, 0.5).unwrap();
    assert_eq!(from_parquet.scores.risk, from_csv.scores.risk);
    assert_eq!(from_parquet.scores.group, from_csv.scores.group);
    assert_eq!(from_parquet.join, from_csv.join);
}

#[test]
fn a_campaign_of_unknown_kind_is_an_error() {
    let truth = truth("account_id,label\na,fraud\n");
    let mut lines = "\n{\"id\":\"F\",\"kind\":\"botnet\",\"risk\":0.8}\n".as_bytes();
    let error =
        Scan::read("account_id,campaign_id,risk\n".as_bytes(), Some(&mut lines), &truth, 0.5)
            .unwrap_err();
    assert_eq!(
        error.to_string(),
        "campaigns.jsonl, line 2, field `kind`: neither `factory` nor `organisation`"
    );
}
