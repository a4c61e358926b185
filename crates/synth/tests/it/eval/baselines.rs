//! Each simpler method on one story that it must catch and a neighbour that it
//! must not, so that no figure beside Dragnet's comes from a broken baseline.

use events::read::{self, Bytes};
use std::convert::Infallible;
use std::fmt::Write;
use synth::eval::baselines::{ALL, Log};
use synth::eval::{Options, Report, Scan, Truth, compare, evaluate, table};

const HOUR: u64 = 3_600;

/// A log in the making: rows of `account,second,ip,email,device`.
struct Story {
    truth: String,
    log: String,
    accounts: u64,
}

struct Row<'a> {
    second: u64,
    ip: String,
    email: String,
    device: &'a str,
    agent: &'a str,
}

impl Story {
    fn new() -> Self {
        let log = String::from(
            "account_id,timestamp,ip,email,device_id,user_agent,ja4,accept_language\n",
        );
        Self { truth: String::from("account_id,label,campaign\n"), log, accounts: 0 }
    }
    fn add(&mut self, group: &str, row: Row<'_>) {
        let n = self.accounts;
        self.accounts += 1;
        let label =
            if group.starts_with("fraud") { format!("fraud,{group}") } else { "real,".into() };
        writeln!(self.truth, "{group}-{n},{label}").unwrap();
        let Row { second, ip, email, device, agent } = row;
        let time = 1_700_000_000 + second;
        writeln!(self.log, "{group}-{n},{time},{ip},{email},{device},{agent},t-{agent},en")
            .unwrap();
    }
    /// People of every sort, one an address, spread over ten days.
    fn background(&mut self, count: u64) {
        for n in 0..count {
            let name = ["mara", "tomas", "li", "oluwaseun", "j", "petra.k", "xun", "sam_b"]
                [(n * 7 % 8) as usize];
            let row = Row {
                second: n * 863_999 / count,
                ip: format!("{}.{}.{}.{}", 20 + n % 60, n / 60 % 250, n * 31 % 250, n % 250),
                email: format!("{name}{}@mail{}.example", n, n % 3),
                device: &format!("own-{n}"),
                agent: ["Firefox", "Safari", "Chrome", "Edge"][(n * 11 / 3 % 4) as usize],
            };
            self.add("people", row);
        }
    }
    fn read(&self, truth: &Truth) -> Log {
        let bytes = Bytes::Stream(Box::new(std::io::Cursor::new(self.log.clone().into_bytes())));
        let opened = read::open(bytes, &read::Options::default()).unwrap();
        let batches = opened.chunks.map(|chunk| chunk.unwrap().parse());
        let signups = batches.flat_map(|batch| batch.signups).map(Ok::<_, Infallible>);
        Log::gather(truth, signups).unwrap()
    }
    /// Lowest and highest score of a group by one method.
    fn scores(&self, method: &str, group: &str) -> (f64, f64) {
        let truth = Truth::read(self.truth.as_bytes(), "truth").unwrap();
        let log = self.read(&truth);
        let method = ALL.iter().find(|m| m.name == method).unwrap();
        let scores = log.judged((method.run)(&log), truth.len());
        let accounts = self.truth.lines().skip(1).zip(&scores.risk);
        let risks = accounts.filter(|(line, _)| line.starts_with(group)).map(|(_, risk)| *risk);
        risks.fold((1.0, 0.0), |(low, high), risk| (risk.min(low), risk.max(high)))
    }
}

fn at_one_address(group: &str, count: u64, gap_s: u64) -> Story {
    let mut story = Story::new();
    story.background(300);
    for n in 0..count {
        let row = Row {
            second: 5 * HOUR + n * gap_s,
            ip: "9.9.9.9".into(),
            email: format!("p{}@mail0.example", "x".repeat(n as usize)),
            device: &format!("d{n}"),
            agent: "Chrome",
        };
        story.add(group, row);
    }
    story
}

#[test]
fn a_burst_from_one_address_breaks_the_limit_and_one_fewer_does_not() {
    let (low, _) = at_one_address("fraud", 21, 28).scores("per-key", "fraud");
    assert!(low >= 0.5, "21 within 10 min: {low}");
    let (_, high) = at_one_address("fraud", 20, 28).scores("per-key", "fraud");
    assert!(high < 0.5, "20 within 10 min: {high}");
    let (_, high) = at_one_address("fraud", 60, 60).scores("per-key", "fraud");
    assert!(high < 0.5, "60 in an hour, 10 in any 10 min: {high}");
    let (_, high) = at_one_address("fraud", 21, 28).scores("per-key", "people");
    assert!(high < 0.5, "people: {high}");
}

#[test]
fn the_fullest_window_counts_for_all_that_stand_in_it_and_no_other() {
    let mut story = at_one_address("fraud", 21, 28);
    // Two further sign-ups, hours later at the same address.
    for second in [10 * HOUR, 11 * HOUR] {
        let (ip, email) = ("9.9.9.9".into(), format!("late{second}@mail0.example"));
        story.add("later", Row { second, ip, email, device: "", agent: "Chrome" });
    }
    assert!(story.scores("per-key", "later").1 < 0.1);
    assert!(story.scores("per-key", "fraud").0 >= 0.5);
}

#[test]
fn many_like_names_in_a_day_fire_and_the_usual_shape_does_not() {
    let mut story = Story::new();
    story.background(2_000);
    for n in 0..40 {
        let ip = format!("77.{n}.3.4");
        let email = format!("qwzx{:04}k@mail1.example", n * 173 % 10_000);
        story.add(
            "fraud",
            Row { second: 30 * HOUR + n * 600, ip, email, device: "", agent: "Chrome" },
        );
    }
    let (low, _) = story.scores("names", "fraud");
    assert!(low >= 0.5, "40 of one shape and stem: {low}");
    let (_, high) = story.scores("names", "people");
    assert!(high < 0.5, "people write names alike every day: {high}");
}

#[test]
fn linking_follows_chains_of_keys_and_has_no_cap() {
    let mut story = Story::new();
    story.background(300);
    // Each sign-up shares its address with the one before or its device with
    // the one after: 30 in one chain.
    for n in 0..30u64 {
        let (ip, device) = (format!("8.8.{}.1", n / 2), format!("chain-{}", n.div_ceil(2)));
        let email = format!("c{n}@mail2.example");
        story.add("fraud", Row { second: n * 7 * HOUR, ip, email, device: &device, agent: "Edge" });
    }
    let (low, high) = story.scores("linking", "fraud");
    assert_eq!((low, high), (0.6, 0.6), "30 / (30 + 20)");
    assert!(story.scores("linking", "people").1 < 0.05);
}

#[test]
fn pairs_alike_in_much_outrank_people_behind_one_network() {
    let mut story = Story::new();
    story.background(600);
    // A campus: one network, people of every sort.
    for n in 0..200u64 {
        let ip = format!("5.5.5.{}", n % 200);
        let email = format!(
            "{}{}@mail{}.example",
            ["ann", "bo", "carla", "dirk.v"][(n * 5 % 4) as usize],
            "7".repeat((n % 6) as usize),
            n % 3
        );
        let (device, agent) = (
            format!("campus-{n}"),
            ["Firefox", "Safari", "Chrome", "Edge"][(n * 13 / 4 % 4) as usize],
        );
        story.add("campus", Row { second: n * 1_400, ip, email, device: &device, agent });
    }
    // A factory: addresses of one network, few devices, one client, one name pattern.
    for n in 0..100 {
        let (ip, device) = (format!("6.6.6.{}", n % 50), format!("farm-{}", n % 8));
        let email = format!("vbnm{:03}@mail0.example", n * 37 % 1000);
        story.add(
            "fraud",
            Row { second: 40 * HOUR + n * 200, ip, email, device: &device, agent: "Robot" },
        );
    }
    let (fraud, campus) =
        (story.scores("Ianus-like", "fraud"), story.scores("Ianus-like", "campus"));
    assert!(fraud.0 >= 0.5, "{fraud:?}");
    assert!(campus.1 < fraud.0, "campus {campus:?} fraud {fraud:?}");
}

#[test]
fn every_method_is_judged_like_the_scan_and_again_the_same() {
    let story = at_one_address("fraud", 40, 10);
    let truth = Truth::read(story.truth.as_bytes(), "truth").unwrap();
    let run = || {
        let log = story.read(&truth);
        let mut named = Vec::new();
        let baselines =
            compare(&truth, &log, &Options::default(), |name| named.push(name.to_owned()));
        (named, serde_json::to_string(&baselines).unwrap())
    };
    let (named, json) = run();
    assert_eq!(named, ["per-key", "names", "linking", "Ianus-like"]);
    assert_eq!(run().1, json);
    let log = story.read(&truth);
    let baselines = compare(&truth, &log, &Options::default(), |_| ());
    assert_eq!(baselines[0].judged.recall[1].recall, Some(1.0), "thresholds catch a plain burst");
    assert_eq!(baselines[2].campaigns.found, 1, "linking finds it as one campaign");
    let accounts = "account_id,campaign_id,risk\n";
    let scan = Scan::read(accounts.as_bytes(), None, &truth, 0.5).unwrap();
    let report = Report { baselines, ..evaluate(&truth, &scan, &Options::default()) };
    let text = table(&report);
    let widest = text.lines().max_by_key(|line| line.chars().count()).unwrap();
    assert!(widest.chars().count() <= 80, "{widest}");
    assert!(text.contains("\nIanus-like "), "{text}");
}

#[test]
fn an_account_without_a_label_is_traffic_but_not_judged() {
    let story = at_one_address("fraud", 21, 28);
    // Only one of the 21 is labelled; the others still fill its window.
    let last = story.truth.lines().last().unwrap();
    let truth =
        Truth::read(format!("account_id,label,campaign\n{last}\n").as_bytes(), "truth").unwrap();
    let log = story.read(&truth);
    let unknown = "account_id,label\nnobody,real\n";
    let others = Truth::read(unknown.as_bytes(), "truth").unwrap();
    assert_eq!((log.len(), log.join(&truth, 0).unlabelled), (321, 320));
    assert_eq!((log.join(&truth, 0).missing, story.read(&others).join(&others, 0).missing), (0, 1));
    let scores = log.judged((ALL[0].run)(&log), truth.len());
    assert!(scores.risk[0] >= 0.5);
}
