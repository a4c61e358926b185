//! The report: what it says, what it must never say, and how a browser takes it.

mod browser;
mod story;
mod volume;

use campaigns::Kind;
use expect_test::{Expect, expect};
use story::{Story, ordinary_days, rich};

/// The text between two marks of the page, without its tags.
fn text_between<'a>(page: &'a str, from: &str, to: &str) -> String {
    let start = page.find(from).unwrap_or_else(|| panic!("no {from}")) + from.len();
    let part: &'a str = &page[start..];
    let part = &part[..part.find(to).unwrap_or(part.len())];
    let part = part.replace("</h2>", "\n").replace("</p>", "\n").replace("</li>", "\n");
    let mut text = String::new();
    let mut in_tag = false;
    for c in part.chars() {
        match c {
            '<' => in_tag = true,
            '>' => in_tag = false,
            c if !in_tag => text.push(c),
            _ => {}
        }
    }
    text.replace('\u{a0}', " ")
}

fn check(story: &Story, from: &str, to: &str, expected: Expect) {
    expected.assert_eq(&text_between(&story.render(), from, to));
}

#[test]
fn the_headline_says_what_was_found() {
    check(&rich(20), "<h1>", "</h1>", expect!["20 campaigns opened 11,911 of 72,095 sign-ups"]);
    check(&rich(1), "<h1>", "</h1>", expect!["1 campaign opened 4,100 of 64,284 sign-ups"]);
    check(
        &rich(20),
        "<p class=\"lede\">",
        "</p>",
        expect![
            "The sign-ups date from 1–21 Mar 2026. A campaign is a set of accounts that one operation opened in bulk. Counting also what belongs to no named campaign, about 12,942 sign-ups (18.0 %) are estimated to be fraudulent; the 90 % interval is 16.4–20.0 %."
        ],
    );
}

#[test]
fn every_part_counts_the_same() {
    let (story, mut in_drawing) = (rich(20), 0);
    let page = story.render();
    let accounts: u64 = story
        .findings
        .campaigns
        .iter()
        .filter(|c| c.kind == Kind::Factory)
        .map(|c| c.accounts)
        .sum();
    assert_eq!(accounts, 11_911);
    let legend = &page[page.find("<ul class=\"legend\">").unwrap()..];
    for entry in legend[..legend.find("</ul>").unwrap()].split("<li>").skip(1) {
        let count: u64 =
            text_between(entry, "class=\"count\">", "<").replace(',', "").parse().unwrap();
        if !entry.contains("everyone else") {
            in_drawing += count;
        }
    }
    assert_eq!(in_drawing, accounts, "the drawing's campaigns hold the accounts of the headline");
    let foot = text_between(
        &page[page.find("<table class=\"numbers\">").unwrap()..],
        "<tfoot>",
        "</tfoot>",
    );
    assert!(foot.ends_with("72,095"), "the table behind the drawing sums to all sign-ups: {foot}");
    let innocent: f64 = story
        .findings
        .campaign
        .iter()
        .zip(&story.findings.risk)
        .filter(|(c, _)| {
            c.is_some_and(|c| story.findings.campaigns[c as usize].kind == Kind::Factory)
        })
        .map(|(_, risk)| f64::from(1.0 - risk))
        .sum();
    let said = format!("about {:.0} of the 11,911 accounts in campaigns", innocent);
    assert!(
        page.contains(&said),
        "the share of false alarms is the sum of what risk leaves: {said}"
    );
}

#[test]
fn evidence_reads_as_words() {
    let measure = |observed, expected, log_p, words: Expect| {
        let mut story = rich(1);
        let reason = &mut story.findings.campaigns[0].reasons[0];
        (reason.observed, reason.expected, reason.log_p) = (observed, expected, log_p);
        check(&story, "<div class=\"measure\">", "</p>", words);
    };
    measure(
        411,
        9.0,
        -1_200.0,
        expect![
            "411 seen, 9.0 expected (46 times as many); less than one in a trillion by chance."
        ],
    );
    measure(
        24,
        0.004,
        -21.0,
        expect![
            "24 seen, under 0.01 expected (6,000 times as many); less than one in a billion by chance."
        ],
    );
    measure(
        12_345,
        0.0,
        -15.0,
        expect![
            "12,345 seen, under 0.01 expected (over 10,000 times as many); less than one in a million by chance."
        ],
    );
    measure(
        30,
        20.4,
        -4.0,
        expect!["30 seen, 20 expected (1.5 times as many); about one in 55 by chance."],
    );
    measure(5, 5.2, -0.4, expect!["5 seen, 5.2 expected; quite possible by chance."]);
    measure(5, f64::NAN, f64::NAN, expect!["5 seen, – expected; chance not known."]);
}

#[test]
fn a_signature_says_what_it_catches_by_mistake() {
    let (from, to) = ("<p class=\"note\">Matches", "</p>");
    let mut story = rich(1);
    check(
        &story,
        from,
        to,
        expect![
            " 3,977 of 4,100 members and 0 of 58,112 background sign-ups: by mistake, at most one in 19,370 (with 95 % confidence). Rule version 3."
        ],
    );
    story.findings.campaigns[0].signature.as_mut().unwrap().false_hits = 9;
    check(
        &story,
        from,
        to,
        expect![
            " 3,977 of 4,100 members and 9 of 58,112 background sign-ups, a false-positive rate of 0.015 %. Rule version 3."
        ],
    );
}

#[test]
fn hostile_text_is_shown_and_never_obeyed() {
    let page = rich(20).render();
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    assert!(page.contains("<bdi>&lt;img src=x onerror=alert(1)&gt;</bdi>"));
    assert!(!page.contains("<script>alert") && !page.contains("<img"));
    assert!(
        page.contains("<bdi>user[U+202E]gpj.exe</bdi>"),
        "what reorders text is named, not done"
    );
    assert!(!page.contains('\u{202e}'));
    assert!(
        page.contains("<bdi>محمد٠٠٠٠</bdi>; 9 expected"),
        "a name from right to left leaves our figures in place"
    );
}

#[test]
fn text_of_any_origin_is_escaped() {
    let hostile = "\"><svg onload=alert(1)>&\u{0}\u{200b}";
    let mut story = rich(2);
    story.findings.share.caveat = Some(hostile.to_owned());
    story.findings.missing = vec![hostile.to_owned()];
    story.run.version = hostile.to_owned();
    story.run.options = vec![(hostile.to_owned(), hostile.to_owned())];
    story.run.timings = vec![(hostile.to_owned(), 1.0)];
    for file in &mut story.run.inputs {
        (file.name, file.sha256, file.mapping) =
            (hostile.to_owned(), hostile.to_owned(), vec![hostile.to_owned()]);
    }
    for campaign in &mut story.findings.campaigns {
        (campaign.id, campaign.aliases) = (hostile.to_owned(), vec![hostile.to_owned()]);
        if let Some(signature) = &mut campaign.signature {
            (signature.words, signature.conditions) =
                (hostile.to_owned(), vec![(hostile.to_owned(), hostile.to_owned())]);
        }
    }
    let page = story.render();
    assert!(!page.contains("<svg onload") && !page.contains('\u{200b}'));
    assert!(page.contains("<bdi>&quot;&gt;&lt;svg onload=alert(1)&gt;&amp;[U+0000][U+200B]</bdi>"));
    assert!(
        page.contains("href=\"#campaign-1\""),
        "an id that no address can carry gets a plain anchor"
    );
}

#[test]
fn nothing_is_fetched_from_anywhere() {
    for story in [rich(20), ordinary_days(50)] {
        let page = story.render();
        assert!(page.contains("default-src 'none'"));
        for outside in
            ["http:", "https:", "//www", "src=", "url(", "@import", "<link", "style=\"", "onclick"]
        {
            assert!(!page.replace("img src=x", "").contains(outside), "{outside}");
        }
        for link in page.split("href=\"").skip(1) {
            assert!(link.starts_with('#'), "a link leaves the page: {:.40}", link);
            let anchor = &link[1..link.find('"').unwrap()];
            assert!(page.contains(&format!("id=\"{anchor}\"")), "a link leads nowhere: {anchor}");
        }
    }
}

#[test]
fn an_empty_result_says_what_was_looked_at_and_what_to_try() {
    let story = ordinary_days(1_000);
    check(&story, "<h1>", "</h1>", expect!["No campaign was found in 1,000 sign-ups"]);
    check(
        &story,
        "<section id=\"nothing\">",
        "</section>",
        expect![[r#"
            What was looked at
            All 1,000 sign-ups were compared on every signal that the log gives. No group was so much more alike than chance allows, and so unlike an ordinary crowd, that it could be called a campaign.
            This is not a clean bill: campaigns of a few accounts, very slow ones, and ones that vary everything this log records leave no mark in it.
            What to try
            Scan more days together: slow campaigns show over weeks.
            Give more columns. What the log lacks says what each would show.
            See under Inputs and run whether each column was taken for what it is; --map corrects it.
            17 rows were set aside. rejected.jsonl says why; a factory may be among them.
        "#]],
    );
    assert!(!story.render().contains("id=\"campaigns\""));
}

#[test]
fn a_log_without_a_readable_row_says_so() {
    let mut story = Story::default();
    story.run.inputs = ordinary_days(2).run.inputs;
    check(&story, "<h1>", "</h1>", expect!["No sign-up could be read"]);
    assert!(!story.render().contains("NaN"));
}

#[test]
fn identifiers_in_clear_are_announced() {
    let mut story = rich(1);
    assert!(!story.render().contains("Personal data."));
    assert!(story.render().contains(", pseudonymised</summary>"));
    story.revealed = true;
    check(
        &story,
        "role=\"note\">",
        "</p>",
        expect![[
            r#"Personal data. Sample accounts are shown in clear. Keep, share and delete this file accordingly."#
        ]],
    );
    assert!(story.render().contains(", in clear</summary>"));
}

#[test]
fn organisations_are_apart_and_carry_no_risk() {
    let page = rich(3).render();
    let part = text_between(&page, "<section id=\"organisations\">", "</section>");
    assert!(part.contains("148 accounts at staff.example.org"), "{part}");
    assert!(!part.contains("0.02"), "{part}");
    assert!(page.contains("and 2\u{a0}organisations set apart as benign"));
}

#[test]
fn the_file_stays_small_however_much_was_found() {
    const BYTES_MAX: usize = 2_000_000;
    let page = rich(500).render();
    assert!(page.len() < BYTES_MAX, "{} bytes", page.len());
    assert_eq!(page.matches("<article").count(), 100);
    assert!(page.contains("The first 100 of 500 campaigns."));
    let mut story = rich(1_200);
    for campaign in &mut story.findings.campaigns {
        campaign.aliases = vec!["A".repeat(4_000); 40];
        for reason in &mut campaign.reasons {
            reason.words = "<w>".repeat(3_000);
            reason.conditions = vec![("kind".to_owned(), "\u{202e}".repeat(9_000)); 30];
        }
    }
    for sample in story.samples.iter_mut().flatten() {
        sample.username = "\u{202e}".repeat(5_000);
    }
    let hostile = story.render();
    assert!(hostile.contains("The first 500 of 1,200\u{a0}campaigns"));
    assert!(hostile.len() < 2 * BYTES_MAX, "{} bytes where every text is hostile", hostile.len());
}
