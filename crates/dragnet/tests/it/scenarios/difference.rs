//! Two summaries compared: in words by campaign, and line by line.

use std::collections::BTreeMap;
use std::fmt::Write;

/// Lines shown around a difference.
const CONTEXT: usize = 2;

/// What became of each campaign whose size or kind is another.
pub(super) fn in_words(accepted: &str, now: &str) -> String {
    let (accepted, now) = (sizes(accepted), sizes(now));
    let mut text = String::new();
    for (id, (kind, before)) in &accepted {
        match now.get(id) {
            None => writeln!(text, "campaign {id} ({kind}, {before} accounts) is gone"),
            Some((other, _)) if other != kind => writeln!(text, "campaign {id} is now: {other}"),
            Some((_, after)) if after < before => {
                writeln!(text, "campaign {id} lost {} accounts", before - after)
            }
            Some((_, after)) if after > before => {
                writeln!(text, "campaign {id} gained {} accounts", after - before)
            }
            Some(_) => Ok(()),
        }
        .unwrap();
    }
    for (id, (kind, size)) in now.iter().filter(|(id, _)| !accepted.contains_key(*id)) {
        writeln!(text, "campaign {id} ({kind}, {size} accounts) is new").unwrap();
    }
    text
}

/// Kind and size by campaign.
fn sizes(summary: &str) -> BTreeMap<&str, (&str, u64)> {
    let lines = summary.lines().filter(|line| line.starts_with("C-"));
    lines
        .map(|line| {
            let words: Vec<&str> = line.split(' ').collect();
            (words[0], (words[1], words[2].parse().unwrap()))
        })
        .collect()
}

/// A unified diff without its header.
pub(super) fn unified(accepted: &str, now: &str) -> String {
    let (before, after): (Vec<&str>, Vec<&str>) =
        (accepted.lines().collect(), now.lines().collect());
    let lines = aligned(&before, &after);
    let is_near = |at: usize| {
        let near = at.saturating_sub(CONTEXT)..(at + CONTEXT + 1).min(lines.len());
        lines[near].iter().any(|(mark, _)| *mark != ' ')
    };
    let mut text = String::new();
    let mut cut = false;
    for (at, (mark, line)) in lines.iter().enumerate() {
        if !is_near(at) {
            cut = true;
            continue;
        }
        if std::mem::take(&mut cut) {
            text += "@@\n";
        }
        writeln!(text, "{mark}{line}").unwrap();
    }
    text
}

/// Both texts as one list of kept, removed and added lines, by their longest
/// common subsequence.
fn aligned<'a>(before: &[&'a str], after: &[&'a str]) -> Vec<(char, &'a str)> {
    let mut longest = vec![vec![0u32; after.len() + 1]; before.len() + 1];
    for i in (0..before.len()).rev() {
        for j in (0..after.len()).rev() {
            longest[i][j] = if before[i] == after[j] {
                longest[i + 1][j + 1] + 1
            } else {
                longest[i + 1][j].max(longest[i][j + 1])
            };
        }
    }
    let (mut i, mut j, mut lines) = (0, 0, Vec::new());
    while i < before.len() || j < after.len() {
        if i < before.len() && j < after.len() && before[i] == after[j] {
            lines.push((' ', before[i]));
            (i, j) = (i + 1, j + 1);
        } else if j == after.len() || (i < before.len() && longest[i + 1][j] >= longest[i][j + 1]) {
            lines.push(('-', before[i]));
            i += 1;
        } else {
            lines.push(('+', after[j]));
            j += 1;
        }
    }
    lines
}

#[test]
fn a_reviewer_reads_who_lost_what() {
    let before = "3 sign-ups, 3 flagged\nC-AAAAAAAA factory 60 accounts, risk 0.98\n  one\n  two\n  three\n  four\n  five\nC-BBBBBBBB factory 5 accounts, risk 0.60\n";
    let after = "3 sign-ups, 3 flagged\nC-AAAAAAAA factory 48 accounts, risk 0.98\n  one\n  two\n  three\n  four\n  five\nC-CCCCCCCC factory 5 accounts, risk 0.60\n";
    expect_test::expect![[r#"
        campaign C-AAAAAAAA lost 12 accounts
        campaign C-BBBBBBBB (factory, 5 accounts) is gone
        campaign C-CCCCCCCC (factory, 5 accounts) is new
    "#]]
    .assert_eq(&in_words(before, after));
    expect_test::expect![[r#"
         3 sign-ups, 3 flagged
        -C-AAAAAAAA factory 60 accounts, risk 0.98
        +C-AAAAAAAA factory 48 accounts, risk 0.98
           one
           two
        @@
           four
           five
        -C-BBBBBBBB factory 5 accounts, risk 0.60
        +C-CCCCCCCC factory 5 accounts, risk 0.60
    "#]]
    .assert_eq(&unified(before, after));
}
