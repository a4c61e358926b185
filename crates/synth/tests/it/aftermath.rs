//! Harm and labels beside a log: drawn from the truth, and wrong now and then.

use std::collections::{BTreeMap, HashMap};
use synth::{Aftermath, Log, World};

#[test]
fn what_became_of_the_accounts_is_told_beside_the_log() {
    let log = Log::draw(&World::new(9, 20_000)).unwrap();
    let (mut harm, mut labels, mut bad) = (Vec::new(), Vec::new(), HashMap::new());
    Aftermath::headers(&mut harm, &mut labels).unwrap();
    for page in log.pages() {
        Aftermath::of(&log).page(&page, &mut harm, &mut labels).unwrap();
        bad.extend(page.truth.into_iter().map(|truth| (truth.account_id.to_string(), truth)));
    }
    let (harm, labels) = (String::from_utf8(harm).unwrap(), String::from_utf8(labels).unwrap());
    let truth = |line: &str| bad[line.split(',').next().unwrap()].clone();
    let by_fraud = harm.lines().skip(1).filter(|line| truth(line).is_fraud()).count();
    let by_people = harm.lines().count() - 1 - by_fraud;
    assert!(by_fraud > 200 && (5..100).contains(&by_people), "{by_fraud} {by_people}");
    let (mut kinds, mut wrong) = (BTreeMap::<&str, u32>::new(), 0);
    for line in labels.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        *kinds.entry(fields[1]).or_default() += 1;
        let truth = truth(line);
        wrong += u32::from(fields[1] == "banned" && !truth.is_fraud());
        if fields[1] == "purchased" {
            assert_eq!(fields[2], format!("f{:03}", truth.factory.unwrap()));
        }
    }
    assert!((150..260).contains(&kinds.values().sum::<u32>()), "{kinds:?}");
    assert!(wrong > 0 && kinds["banned"] > wrong && kinds["good"] > 50, "{kinds:?}");
}
