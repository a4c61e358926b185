//! What holds whatever the input: order, split and threads do not matter, and
//! ids last.

use crate::town::{Draw, Row, people, person, scan, table, table_as_given};
use campaigns::labels::{Known, Label, Word};
use campaigns::pass::unwatched;
use campaigns::{Identity, Limits, Weighing, find, find_taught};
use signals::{Extractor, values::matches};

fn log() -> Vec<Row> {
    let mut rows = people(5, 2_000);
    rows.extend((0..60).map(|i| {
        let mut row = person(6, i);
        let mut draw = Draw::of(7, i);
        row.ip = "198.51.100.7".into();
        row.username = format!("{}{:04}", draw.letters(8), draw.below(10_000));
        row.email = format!("{}@outlook.com", row.username);
        row.ja4 = "t13d0000h1_tool".into();
        row
    }));
    rows
}

#[test]
fn the_order_of_the_rows_does_not_matter() {
    let rows = log();
    let (forward, _) = table_as_given(rows.iter());
    let (backward, _) = table_as_given(rows.iter().rev());
    let found = |table| find(table, &Limits::default(), &[]);
    let mut ids = [found(&forward).identities(), found(&backward).identities()];
    assert!(!ids[0].is_empty());
    let [a, b] = &mut ids;
    assert_eq!(a, b);
}

#[test]
fn batches_may_be_split_anywhere() {
    let (_, signups) = table(&log());
    let extractor = Extractor::default();
    let whole = extractor.extract(&signups);
    for split in [1, 7, 500] {
        let mut parts = signals::Table::default();
        for batch in signups.chunks(split) {
            parts.append(extractor.extract(batch));
        }
        let same = |table| find(table, &Limits::default(), &[]).identities();
        assert_eq!(same(&whole), same(&parts));
    }
}

#[test]
fn any_number_of_threads_gives_the_same_result() {
    let (table, _) = table(&log());
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| find(&table, &Limits::default(), &[]).name(&signals::Values::default()))
    };
    assert_eq!(with(1), with(3));
}

/// A fifth of the factory good by mistake, some of it banned, and people good.
fn labels(rows: usize, of: impl Fn(usize) -> usize) -> Vec<Label> {
    let bans = (rows - 4..rows).map(|row| (row, Word::Banned));
    let good = (0..500).step_by(20).chain(rows - 60..rows - 48).map(|row| (row, Word::Good));
    let label = |(row, word)| Label { row: of(row) as u32, word, seller: None };
    bans.chain(good).map(label).collect()
}

#[test]
fn labels_teach_the_same_in_any_order_and_on_any_threads() {
    let rows = log();
    let (forward, _) = table_as_given(rows.iter());
    let (backward, _) = table_as_given(rows.iter().rev());
    let risks = |table, labels: &[Label], threads| {
        let known = Known { labels, ..Known::default() };
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let found =
            pool.install(|| find_taught(table, &Limits::default(), &[], &known, &unwatched));
        found.name(&signals::Values::default()).risk
    };
    let given = labels(rows.len(), |row| row);
    let turned = labels(rows.len(), |row| rows.len() - 1 - row);
    let one = risks(&forward, &given, 1);
    assert!(one == risks(&forward, &given, 3), "threads tell");
    assert!(one != risks(&forward, &[], 1), "labels teach something here");
    for (x, y) in one.iter().zip(risks(&backward, &turned, 2).iter().rev()) {
        assert!((x - y).abs() < 1e-3, "{x} {y}");
    }
}

#[test]
fn a_campaign_keeps_its_id_as_the_log_grows() {
    let rows = log();
    let half: Vec<Row> = rows.iter().filter(|row| row.time_s < 1_700_600_000).cloned().collect();
    let before = scan(&half, Weighing::Untrained, &[]);
    let (table, _) = table(&half);
    let limits = Limits { weighing: Weighing::Untrained, ..Limits::default() };
    let identities: Vec<Identity> = find(&table, &limits, &[]).identities();
    let after = scan(&rows, Weighing::Untrained, &identities);
    assert_eq!(before.campaigns[0].id, after.campaigns[0].id);
    assert!(before.campaigns[0].accounts < after.campaigns[0].accounts);
}

#[test]
fn no_risk_without_evidence() {
    let rows = log();
    let (_, signups) = table(&rows);
    let findings = scan(&rows, Weighing::default(), &[]);
    assert!(!findings.campaigns.is_empty());
    let extractor = Extractor::default();
    for campaign in &findings.campaigns {
        assert!(!campaign.reasons.is_empty(), "{} gives no reason", campaign.id);
        for reason in &campaign.reasons {
            let behind = signups.iter().filter(|s| matches(&extractor, s, &reason.conditions));
            assert_eq!(behind.count() as u64, reason.observed, "{}", reason.words);
            assert!(reason.observed as f64 > reason.expected, "{}", reason.words);
        }
        assert!(campaign.signature.iter().all(|signature| signature.version > 0));
    }
}
