//! What is new, grows, shrinks and is gone; and what is chance.

use crate::world::{World, time};
use actors::trends::{Kind, TrendLimits, Windows, counts, discovery, ranks, trends};
use expect_test::{Expect, expect};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

const DAY_MS: i64 = 86_400_000;

/// Eight weeks before and four after 1 January 2024.
fn windows() -> Windows {
    Windows { split: time("2024-01-01"), period_ms: 7 * DAY_MS, before: 8, after: 4 }
}

fn check(story: &str, kind: Kind, expected: &Expect) {
    let graph = World::of(story).graph();
    let found = trends(&graph, &windows(), &TrendLimits::default());
    let lines = found.into_iter().filter(|trend| trend.kind == kind).map(|trend| {
        let number = |number: f64| format!("{number:.3}");
        let interval = trend.interval.map(|(low, high)| {
            format!(" ({}–{})", number(low), high.map_or("∞".to_owned(), number))
        });
        let q = trend.q.map(|q| format!(", q {q:.4}")).unwrap_or_default();
        format!(
            "{:?} {}: {} → {}{}{}{q}; {}; {} objects",
            trend.verdict,
            trend.what,
            number(trend.before),
            number(trend.after),
            trend.ratio.map(|ratio| format!(", ×{}", number(ratio))).unwrap_or_default(),
            interval.unwrap_or_default(),
            trend.how,
            trend.evidence.len(),
        )
    });
    expected.assert_eq(&lines.collect::<Vec<_>>().join("\n"));
}

/// Lines, each so many days from 1 January 2024.
fn days(days: impl IntoIterator<Item = i64>, line: impl Fn(usize) -> String) -> String {
    let start = time("2024-01-01").ms();
    let lines = days.into_iter().enumerate().map(|(n, day)| {
        let at = stix::Timestamp::from_ms(start + day * DAY_MS).unwrap().to_string();
        format!("{} on {}\n", line(n), &at[..10])
    });
    lines.collect()
}

#[test]
fn an_actor_with_campaigns_since_yesterday_is_new() {
    let mut story = days([-50, -40, -30, -20, -10, -5, 3, 8, 17], |n| format!("C-{n}"));
    story += &days([3; 9], |n| format!("C-9{n} attributed-to Storm-9"));
    story += &days([-3; 3], |n| format!("C-8{n} attributed-to Storm-8"));
    story += &days((-56..0).step_by(2), |n| format!("C-7{n} attributed-to Storm-7"));
    check(
        &story,
        Kind::Campaigns,
        &expect![[r#"
        New Storm-9: 0.000 → 2.250 (3.948–∞), q 0.0003; exact conditional test; 9 objects
        Gone Storm-7: 3.500 → 0.000, ×0.000 (0.000–0.282), q 0.0031; exact conditional test, and quasi-Poisson F over periods; 28 objects
        TooLittleData unattributed: 0.750 → 0.750, ×1.000 (0.162–4.833), q 1.0000; exact conditional test, and quasi-Poisson F over periods; it may have halved or doubled; 9 objects
        TooLittleData Storm-8: 0.375 → 0.000; 3 events, 6 are needed; 3 objects"#]],
    );
}

#[test]
fn techniques_and_infrastructure_that_are_used_more() {
    let mut story =
        days([-40, -20, 1, 1, 2, 3, 5, 8, 9, 13, 14, 17], |n| format!("Storm-{n} uses T1585"));
    story += &days((-56..28).step_by(4), |n| format!("C-{n} uses cdn.example"));
    check(
        &story,
        Kind::Technique,
        &expect![
            "Growing T1585: 0.250 → 2.500, ×10.000 (1.610–93.866), q 0.0211; exact conditional test, and quasi-Poisson F over periods; 12 objects"
        ],
    );
    check(
        &story,
        Kind::Infrastructure,
        &expect![
            "TooLittleData cdn.example: 1.750 → 1.750, ×1.000 (0.342–2.805), q 1.0000; exact conditional test, and quasi-Poisson F over periods; it may have halved or doubled; 21 objects"
        ],
    );
}

#[test]
fn sign_ups_count_where_enough_periods_show_how_much_they_vary() {
    // Every week a campaign of some thousands; then, for weeks, of ten times as many.
    let signups = [4000, 6000, 3000, 7000, 5000, 4500, 5500, 6500];
    let days_before = (-56..0).step_by(7);
    let mut story = days(days_before.clone(), |n| format!("C-{n} measured {}", signups[n]));
    story += &days(days_before, |n| format!("C-{n} attributed-to Storm-1"));
    story += &days((0..28).step_by(7), |n| format!("C-9{n} measured {}", 10 * signups[n]));
    // What was merged counts with what it is.
    story += &days((0..28).step_by(7), |n| format!("C-9{n} attributed-to Storm-2"));
    story += "! merge Storm-1 Storm-2 on 2024-02-01";
    check(
        &story,
        Kind::Signups,
        &expect![
            "Growing Storm-1: 5187.500 → 50000.000, ×9.639 (5.457–17.024), q 0.0000; exact conditional test, and quasi-Poisson F over periods; 12 objects"
        ],
    );
}

#[test]
fn one_large_campaign_among_small_ones_is_no_trend() {
    let signups = [10, 20, 90_000, 15, 10, 20, 30, 10];
    let mut story = days((-56..0).step_by(7), |n| format!("C-{n} measured {}", signups[n]));
    story += &days((0..28).step_by(7), |n| format!("C-9{n} measured {}", [9, 60_000, 20, 10][n]));
    check(
        &story,
        Kind::Signups,
        &expect![
            "TooLittleData unattributed: 11264.375 → 15009.750, ×1.332 (0.047–37.533), q 1.0000; exact conditional test, and quasi-Poisson F over periods; it may have halved or doubled; 12 objects"
        ],
    );
}

#[test]
fn what_is_sighted_is_counted() {
    let story = days([1, 1, 2, 3, 5, 8, 9, 13, 14], |_| "T1586 sighted".to_owned());
    check(
        &story,
        Kind::Technique,
        &expect!["New T1586: 0.000 → 2.250 (3.948–∞), q 0.0001; exact conditional test; 9 objects"],
    );
}

#[test]
fn prices_that_rose_eightfold_are_found() {
    // The shop before, and later shops: other offers, so that they cannot be paired.
    let mut story = String::new();
    for (n, price) in [2.0, 2.2, 2.4, 2.1, 2.3].iter().enumerate() {
        story += &days([-30], |_| {
            format!("Storm-1152 sells account t{n} at shop.example for {price} live 27")
        });
        let later = 8.0 * price;
        story += &days([10], |_| {
            format!("Storm-9 sells account t{n} at later{n}.example for {later} live 27")
        });
    }
    check(
        &story,
        Kind::Price,
        &expect![
            "Growing account, Example Mail, USD: 0.002 → 0.018, ×8.000 (7.000–9.143), q 0.0079; rank sum of 5 offers before, 5 after; 10 objects"
        ],
    );
    check(
        &story,
        Kind::LivePrice,
        &expect![
            "Growing account, Example Mail, USD: 0.081 → 0.652, ×8.000 (7.000–9.143), q 0.0079; rank sum of 5 offers before, 5 after; 10 objects"
        ],
    );
}

#[test]
fn one_offer_before_and_after_is_a_pair() {
    let mut story = String::new();
    for n in 0..8 {
        let (before, after) = (2.0 + f64::from(n) / 10.0, 16.0 + f64::from(n));
        let line = |price: f64, stock| {
            format!(
                "Storm-1 sells account t{n} at shop{n}.example for {price} live 24 stock {stock}"
            )
        };
        story += &days([-20], |_| line(before, 1000));
        story += &days([20], |_| line(after, 1000 + n % 2));
    }
    check(
        &story,
        Kind::Price,
        &expect![
            "Growing account, Example Mail, USD: 0.002 → 0.019, ×8.283 (8.095–8.459), q 0.0117; signed ranks of 8 offers before and after; 8 objects"
        ],
    );
    check(
        &story,
        Kind::Stock,
        &expect![
            "Steady account, Example Mail: 1000.000 → 1000.500, ×1.000 (1.000–1.001), q 0.1250; signed ranks of 8 offers before and after; 8 objects"
        ],
    );
}

#[test]
fn two_prices_are_too_few() {
    let mut story = days([-20], |_| "Storm-1 sells account at a.example for 2".to_owned());
    story += &days([20], |_| "Storm-1 sells account at a.example for 16".to_owned());
    check(
        &story,
        Kind::Price,
        &expect![
            "TooLittleData account, Example Mail, USD: 0.002 → 0.016; 1 offers before and after, 1 at least in each: 6, or 4, are needed; 1 objects"
        ],
    );
}

fn near(found: f64, expected: f64) {
    assert!((found / expected - 1.0).abs() < 1e-9, "{found} is not {expected}");
}

/// The expected figures are those of SciPy 1.17.1, by the functions that are named.
#[test]
fn tests_give_what_others_give() {
    // 2 * binom.cdf(11, 34, .5)
    near(counts::compare(&[23.0], &[11.0]).unwrap().p, 0.057_612_672_913_819_55);
    // 2 * binom.sf(10, 20, 1/3), and beta.ppf for the interval
    let tested = counts::compare(&[4.0, 5.0], &[11.0]).unwrap();
    near(tested.p, 0.075_273_142_189_126_9);
    near(tested.interval.0, 0.920_894_010_412_023);
    near(tested.interval.1, 6.673_858_283_752_157);
    // f.sf and t.ppf of the quasi-likelihood
    let (before, after) = ([3.0, 9.0, 1.0, 7.0, 5.0, 11.0, 2.0, 6.0], [12.0, 4.0, 15.0, 9.0]);
    let tested = counts::compare(&before, &after).unwrap();
    near(tested.dispersion.unwrap(), 2.187_272_727_272_727_5);
    near(tested.p, 0.097_438_706_392_545);
    near(tested.interval.0, 0.885_085_482_109_764_6);
    near(tested.interval.1, 3.734_989_660_080_055);
    // wilcoxon(…, mode="exact")
    let values = [0.3, -0.1, 0.5, 0.7, 0.2, -0.4, 0.9, 1.1, 0.6, 0.8];
    near(ranks::paired(&values).unwrap().p, 0.019_531_25);
    // mannwhitneyu(…, method="exact")
    let (before, after) = ([1.0, 3.0, 4.0, 8.0, 10.0], [5.0, 6.0, 9.0, 11.0, 12.0, 13.0]);
    near(ranks::unpaired(&before, &after).unwrap().p, 0.082_251_082_251_082_25);
    // false_discovery_control
    let q = discovery::q_values(&[0.01, 0.04, 0.03, 0.5]);
    assert_eq!(q, [0.04, 0.16 / 3.0, 0.16 / 3.0, 0.5]);
}

#[test]
fn ratios_are_medians_and_their_intervals_leave_out_the_ends() {
    let tested = ranks::paired(&[0.1, 0.2, 0.3, 0.4, 0.5, 0.6]).unwrap();
    near(tested.ratio, 0.35_f64.exp());
    // Six values: only all of them have 95 %.
    near(tested.interval.0, 0.1_f64.exp());
    near(tested.interval.1, 0.6_f64.exp());
    let tested = ranks::unpaired(&[1.0, 2.0, 3.0, 4.0], &[5.0, 6.0, 7.0, 8.0]).unwrap();
    near(tested.ratio, 4.0_f64.exp());
    let tested = ranks::paired(&[0.1, 0.2]).unwrap();
    assert_eq!(tested.interval, (0.0, f64::INFINITY));
}

/// A count with this mean, that comes in bursts of about `burst`.
fn bursts(random: &mut ChaCha8Rng, mean: f64, burst: f64) -> f64 {
    let groups = poisson(random, mean / burst);
    (0..groups).map(|_| f64::from(poisson(random, burst))).sum()
}

fn poisson(random: &mut ChaCha8Rng, mean: f64) -> u32 {
    let (mut product, mut count) = (random.random::<f64>(), 0);
    while product > (-mean).exp() {
        product *= random.random::<f64>();
        count += 1;
    }
    count
}

/// The share of worlds without any change in which something is flagged.
fn flagged(
    seed: u64,
    worlds: usize,
    mut series: impl FnMut(&mut ChaCha8Rng) -> Option<f64>,
) -> f64 {
    eprintln!("seed {seed}");
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let is_flagged = (0..worlds).map(|_| {
        let p: Vec<f64> = (0..30).filter_map(|_| series(&mut random)).collect();
        discovery::q_values(&p).iter().any(|q| *q <= 0.05)
    });
    is_flagged.filter(|is_flagged| *is_flagged).count() as f64 / worlds as f64
}

/// Of `worlds` one in twenty is expected at most; five standard deviations are added.
fn hardly_any(share: f64, worlds: usize, of: &str) {
    let most = 0.05 + 5.0 * (0.05 * 0.95 / worlds as f64).sqrt();
    eprintln!("without a change, of {worlds} worlds of 30 series of {of}: {share}");
    assert!(share <= most, "{share} of {of}");
}

#[test]
fn where_no_rate_changed_hardly_anything_is_flagged() {
    for (seed, burst) in [(1, 1.0), (2, 1.0), (3, 6.0)] {
        let share = flagged(seed, 100, |random| {
            let mean = 1.0 + 20.0 * random.random::<f64>();
            let mut periods =
                |n: usize| (0..n).map(|_| bursts(random, mean, burst)).collect::<Vec<_>>();
            Some(counts::compare(&periods(12), &periods(6))?.p)
        });
        hardly_any(share, 100, &format!("counts in bursts of {burst}"));
    }
}

#[test]
fn where_no_price_changed_hardly_anything_is_flagged() {
    let noise = |random: &mut ChaCha8Rng| random.random::<f64>() + random.random::<f64>() - 1.0;
    let some =
        |random: &mut ChaCha8Rng, n: usize| (0..n).map(|_| noise(random)).collect::<Vec<_>>();
    let paired = flagged(4, 400, |random| Some(ranks::paired(&some(random, 12))?.p));
    hardly_any(paired, 400, "twelve pairs");
    let unpaired =
        flagged(5, 100, |random| Some(ranks::unpaired(&some(random, 8), &some(random, 9))?.p));
    hardly_any(unpaired, 100, "eight offers and nine");
    // As many as are no longer counted out.
    let many = flagged(6, 300, |random| Some(ranks::paired(&some(random, 50))?.p));
    hardly_any(many, 300, "fifty pairs");
}

#[test]
fn intervals_hold_what_is_true() {
    let seed = 7;
    eprintln!("seed {seed}");
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let (mut counts_hold, mut prices_hold) = (0, 0);
    for _ in 0..400 {
        let mut periods = |n: usize, mean: f64| {
            (0..n).map(|_| bursts(&mut random, mean, 4.0)).collect::<Vec<_>>()
        };
        let (low, high) = counts::compare(&periods(12, 20.0), &periods(6, 60.0)).unwrap().interval;
        counts_hold += usize::from(low <= 3.0 && 3.0 <= high);
        let ratios: Vec<f64> =
            (0..12).map(|_| 8_f64.ln() + random.random::<f64>() - random.random::<f64>()).collect();
        let (low, high) = ranks::paired(&ratios).unwrap().interval;
        prices_hold += usize::from(low <= 8.0 && 8.0 <= high);
    }
    eprintln!("of 400 intervals of 95 %, {counts_hold} of rates and {prices_hold} of prices hold");
    assert!(counts_hold >= 360 && prices_hold >= 360);
}

/// Of 100 worlds of 30 goods, one of which costs eight times as much: in how many that is
/// found, at the rate of false discoveries that is the default.
fn found_eightfold(seed: u64, offers: usize) -> usize {
    eprintln!("seed {seed}");
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let found = (0..100).filter(|_| {
        let goods = (0..30).filter_map(|good| {
            let mean = if good == 0 { 8_f64.ln() } else { 0.0 };
            let mut ratio = || mean + random.random::<f64>() - random.random::<f64>();
            Some(ranks::paired(&(0..offers).map(|_| ratio()).collect::<Vec<_>>())?.p)
        });
        let p: Vec<f64> = goods.collect();
        discovery::q_values(&p)[0] <= TrendLimits::default().q_max
    });
    found.count()
}

#[test]
fn a_change_that_is_there_is_found() {
    let found = found_eightfold(8, 12);
    eprintln!("an 8-fold price of 12 offers is found in {found} of 100 worlds of 30 goods");
    assert!(found >= 95);
}

#[test]
fn what_too_few_offers_show_is_not_called_a_change_among_many_goods() {
    // The least p of eight pairs is 2 of 256, and times 30 it is 0.23.
    let found = found_eightfold(9, 8);
    eprintln!("an 8-fold price of 8 offers is found in {found} of 100 worlds of 30 goods");
    assert!(found <= 5);
}
