//! Every figure once, with the sum beside it.

use super::{judge, judge_with, read};
use expect_test::{Expect, expect};
use synth::eval::interval::{Resampling, recall};
use synth::eval::ranking::{cuts, operating};
use synth::eval::{Options, Report, table};

/// Fraud at .95 .9 .5 .2; real at .9 .5 .5 and seven at 0.
const TIES: &str = "
    a fraud c1 1 - .95 -
    b fraud c1 1 - .9 -
    c fraud c2 2 - .5 -
    d fraud c2 2 - .2 -
    e real - - - .9 -
    f*2 real - - campus .5 -
    g*7 real - - - 0 -";

#[track_caller]
fn check<T>(report: T, show: impl Fn(&T) -> String, expect: Expect) {
    expect.assert_eq(&show(&report));
}

#[test]
fn a_tie_is_admitted_whole_or_not_at_all() {
    let (truth, scan) = read(TIES, "");
    let cuts = cuts(&truth, &scan.scores.risk, [0.05, 0.1, 0.2, 0.3, 1.0]);
    let none = Resampling { seed: 1, resamples: 0 };
    let recalls = recall(&truth, &scan.scores.risk, &cuts, none, |_| true);
    let line = |(cut, recall): (&synth::eval::ranking::Cut, &synth::eval::interval::Recall)| {
        format!("{} of {} real, recall {:?}\n", cut.flagged_real, cut.budget, recall.recall)
    };
    // 10 real accounts. Two may be flagged: the third highest risk is .5, tied
    // with the second, so both stay out and only the one at .9 is flagged.
    check(
        cuts.iter().zip(&recalls).map(line).collect::<String>(),
        String::clone,
        expect![[r#"
            0 of 0 real, recall Some(0.25)
            1 of 1 real, recall Some(0.5)
            1 of 2 real, recall Some(0.5)
            3 of 3 real, recall Some(1.0)
            10 of 10 real, recall Some(1.0)
        "#]],
    );
}

#[test]
fn a_fixed_threshold_counts_the_account_that_stands_on_it() {
    let (truth, scan) = read(TIES, "");
    let native = operating(&truth, &scan.scores.risk, 0.5);
    assert_eq!((native.true_positives, native.false_positives), (3, 3));
    assert_eq!(
        (native.precision, native.recall, native.false_positive_rate),
        (Some(0.5), Some(0.75), Some(0.3))
    );
}

#[test]
fn the_whole_ranking_counts_equal_risks_half() {
    // Pairs won: .9>.5, .9>.1, .5>.1 and half of .5=.5: 3.5 of 4.
    // Average precision: ½·1 at .9, ½·⅔ at .5.
    let story = "
        a fraud - - - .9 -
        b fraud - - - .5 -
        c real - - - .5 -
        d real - - - .1 -";
    check(
        judge(story),
        |r| format!("{:?}", r.scan.curve),
        expect!["Curve { auc: Some(0.875), average_precision: Some(0.8333333333333333) }"],
    );
}

#[test]
fn without_fraud_or_without_real_accounts_nothing_is_made_up() {
    let only_real = judge("a*3 real - - - .7 -");
    assert_eq!((only_real.scan.curve.auc, only_real.scan.recall[1].recall), (None, None));
    let only_fraud = judge("a*3 fraud - - - .7 -");
    assert_eq!((only_fraud.scan.curve.auc, only_fraud.scan.recall[1].recall), (None, Some(1.0)));
    assert_eq!(only_fraud.scan.native.false_positive_rate, None);
}

#[test]
fn the_interval_is_over_campaigns_and_repeats_with_its_seed() {
    // One of two campaigns is caught whole: resamples give 0, ½ or 1, however
    // many accounts there are.
    let story = "
        a*500 fraud c1 1 - .9 -
        b*500 fraud c2 2 - .1 -
        c*50 real - - - .2 -";
    let report = judge(story);
    let all = report.scan.recall[1];
    assert_eq!((all.recall, all.low, all.high), (Some(0.5), Some(0.0), Some(1.0)));
    let caught = report.scan.levels[0].recall[1];
    assert_eq!((caught.recall, caught.low, caught.high), (Some(1.0), Some(1.0), Some(1.0)));
    let many: String = (0..40)
        .map(|n| format!("a{n}x*5 fraud c{n} 1 - {} -\n", if n % 4 == 0 { 0.1 } else { 0.9 }))
        .collect();
    let many = many + "c*50 real - - - .2 -";
    let seeded = |seed| {
        let resampling = Resampling { seed, resamples: 200 };
        let report = judge_with(&many, "", &Options { resampling, ..Options::default() });
        (report.scan.recall[1].low, report.scan.recall[1].high)
    };
    assert_eq!(seeded(7), seeded(7));
    // Binomial: .75 ± 1.96 · √(.75·.25/40) = .616 to .884.
    let (low, high) = seeded(7);
    assert!(
        (0.55..0.67).contains(&low.unwrap()) && (0.83..0.93).contains(&high.unwrap()),
        "{low:?} {high:?}"
    );
}

fn found(report: &Report) -> String {
    let g = &report.campaigns;
    format!("{} of {}, in pieces {}", g.found, g.campaigns, g.found_in_pieces)
}

#[test]
fn found_means_half_covered_and_four_fifths_pure() {
    let with = |inside: u32, strangers: u32| {
        let outside = 24 - inside;
        judge(&format!(
            "a*{inside} fraud c1 1 - .9 P
             b*{outside} fraud c1 1 - .1 -
             r*{strangers} real - - - .9 P
             s*19 fraud small 1 - .9 Q"
        ))
    };
    check(with(12, 3), found, expect!["1 of 1, in pieces 1"]);
    check(with(12, 4), found, expect!["0 of 1, in pieces 0"]);
    check(with(11, 1), found, expect!["0 of 1, in pieces 0"]);
}

#[test]
fn pure_pieces_are_counted_apart() {
    let story = "
        a*10 fraud c1 9 - .9 P
        b*10 fraud c1 9 - .9 Q
        c*10 fraud c1 9 - .1 -
        d*20 fraud c2 10 - .9 R";
    let show = |r: &Report| {
        let levels = r
            .campaigns
            .levels
            .iter()
            .map(|l| format!("; level {}: {} of {}", l.name, l.found, l.campaigns));
        found(r) + &levels.collect::<String>()
    };
    check(judge(story), show, expect!["1 of 2, in pieces 2; level 9: 0 of 1; level 10: 1 of 1"]);
}

#[test]
fn b_cubed_by_hand() {
    // Flagged: a b c e. Precision (⅔ + ⅔ + ⅓ + ½) / 4, since a real account
    // shares P2 with c. Recall (⅔ + ⅔ + ⅓ + 1) / 4: d and f are not flagged.
    // Extended: precision (2⅙ + 1 + 1) / 6, recall (½ + ½ + ¼ + ½ + ¼ + ½) / 6.
    let story = "
        a fraud c1/f1 1 - .9 P1
        b fraud c1/f1 1 - .9 P1
        c fraud c1/f1 1 - .9 P2
        d fraud c1/f1 1 - .1 -
        e fraud c2/f1 1 - .9 P1
        f fraud c2/f1 1 - .1 -
        g real - - - .9 P2
        h real - - - .9 P3";
    let show = |r: &Report| {
        let g = &r.campaigns;
        let three = |v: Option<f64>| format!("{:.3}", v.unwrap());
        format!(
            "flagged {} {} of {}\nextended {} {} of {}\npredicted {}, real only {}\nmerging {} {}\npurity {} {}",
            three(g.flagged.precision),
            three(g.flagged.recall),
            g.flagged.accounts,
            three(g.extended.precision),
            three(g.extended.recall),
            g.extended.accounts,
            g.predicted,
            g.predicted_real_only,
            three(g.merging.mean),
            three(g.merging.effective),
            three(g.campaign_purity),
            three(g.factory_purity),
        )
    };
    // Merging: P1 has two campaigns (shares ⅔ ⅓: effective 9/5), P2 one. Purity:
    // (2 + 1 + 0) of 6 clustered by campaign, (3 + 1 + 0) of 6 by factory.
    check(
        judge(story),
        show,
        expect![[r#"
            flagged 0.542 0.667 of 4
            extended 0.694 0.417 of 6
            predicted 3, real only 1
            merging 1.500 1.400
            purity 0.500 0.667"#]],
    );
}

#[test]
fn an_actor_is_judged_against_the_factory() {
    // A1 made P1 and P2, P3 names no actor. Purity: (3 + 1) of 5 clustered; of the
    // four of f1 three are in A1, the one of f2 is where most of it is.
    let story = "
        a*2 fraud c1/f1 1 - .9 P1
        b fraud c2/f1 1 - .9 P2
        c fraud c3/f2 1 - .9 P2
        d fraud c4/f1 1 - .9 P3";
    let listed = |id: &str, actor: &str| {
        format!("{{\"id\":\"{id}\",\"kind\":\"factory\",\"risk\":0.9{actor}}}\n")
    };
    let made = ",\"actor\":{\"id\":\"A1\",\"links\":[]}";
    let lines = listed("P1", made) + &listed("P2", made) + &listed("P3", "");
    let actors = judge_with(story, &lines, &Options::default()).campaigns.actors.unwrap();
    assert_eq!(actors.predicted, 2);
    assert_eq!((actors.purity, actors.completeness), (Some(0.8), Some(0.8)));
}

#[test]
fn a_stray_account_counts_as_a_fragment_but_hardly_as_an_effective_one() {
    let story = "
        a*39 fraud c1 1 - .9 P
        b fraud c1 1 - .9 Q
        c*5 fraud small 1 - .9 Q";
    let spread = judge(story).campaigns.fragmentation;
    assert_eq!(spread.mean, Some(2.0));
    // 1 / ((39/40)² + (1/40)²)
    assert!((spread.effective.unwrap() - 1.0512).abs() < 1e-4, "{spread:?}");
}

#[test]
fn organisations_and_weak_campaigns_are_no_prediction() {
    let story = "
        a*30 fraud c1 1 - .9 F
        b*30 fraud c2 1 - .4 W
        c*30 real - - office .1 O
        d*2 fraud c3 1 - .9 X";
    let campaigns = r#"{"id":"F","kind":"factory","risk":0.9,"accounts":30}
        {"id":"W","kind":"factory","risk":0.4,"accounts":30}
        {"id":"O","kind":"organisation","risk":0.0,"accounts":30}"#;
    let report = judge_with(story, campaigns, &Options::default());
    let join = &report.join;
    assert_eq!(
        (join.factories, join.factories_below, join.organisations, join.unlisted),
        (1, 1, 1, 1)
    );
    assert_eq!((report.campaigns.predicted, report.campaigns.found), (2, 1));
}

#[test]
fn calibration_by_hand() {
    // Risk 0: one of two is fraud; risk .95: one of two. |0 − ½|·½ + |.95 − ½|·½.
    let story = "
        a fraud - - - 0 -
        b real - - - 0 -
        c fraud - - - .95 -
        d real - - - .95 -";
    let show = |r: &Report| {
        let c = &r.calibration;
        format!("{:.4} {:.4} {:.5}", c.error_equal_width, c.error_equal_mass, c.brier)
    };
    check(judge(story), show, expect!["0.4750 0.4750 0.47625"]);
    // In one bin by width, .04 against ½; apart by mass, |0 − 1| and |.08 − 0|.
    let story = "
        a fraud - - - 0 -
        b real - - - .08 -";
    check(judge(story), show, expect!["0.4600 0.5400 0.50320"]);
}

#[test]
fn crowds_come_worst_first_and_marked() {
    // 1,000 real accounts allow one above the cut: the campus one at .9.
    let story = "
        a*10 fraud c1 1 - .95 -
        b*1 real - - campus .9 -
        c*99 real - - campus .1 -
        d*5 real - - office .6 -
        e*95 real - - office .1 -
        f*800 real - - - .1 -";
    let show = |r: &Report| {
        let line = |c: &synth::eval::crowds::Crowd| {
            format!("{} {} {} {} {}\n", c.name, c.accounts, c.flagged, c.flagged_native, c.is_above)
        };
        r.crowds.iter().map(line).collect()
    };
    check(
        judge(story),
        show,
        expect![[r#"
            campus 100 1 1 true
            office 100 0 5 true
            (ordinary people) 800 0 0 false
        "#]],
    );
}

#[test]
fn the_table_is_at_most_80_columns_wide() {
    let story = "
        a*30000 fraud c1/f1 5-human-like-names-from-long-lists - .9 F
        b*30000 fraud c2/f1 2 - .1 -
        c*20000 real - - a-very-long-name-of-a-benign-crowd-indeed .6 F
        d*20000 real - - - 0 -";
    let text = table(&judge(story));
    let widest = text.lines().max_by_key(|line| line.chars().count()).unwrap();
    assert!(widest.chars().count() <= 80, "{widest}");
    assert!(text.contains("of 2 (0.0 %)"), "{text}");
}
