//! How factories answer what is published: cheap things first, dear ones once
//! they are burnt, nothing for a loss that is not felt.

use synth::{Habit, Log, Sighting, Wave, World, WorldError};

fn world() -> World {
    World { levels: vec![1, 2], ..World::new(5, 4_000) }
}

/// The factory whose fate is followed.
const FACTORY: u32 = 1;

/// Its largest campaign in a wave, and the accounts of that.
fn largest(wave: &Wave) -> (Log, u32, u32) {
    let log = Log::draw_wave(&world(), wave).unwrap();
    let of_factory = log.campaigns().iter().filter(|facts| facts.factory == FACTORY);
    let largest = of_factory.max_by_key(|facts| facts.accounts).unwrap().clone();
    assert!(largest.accounts >= 20, "too small a campaign to tell shares by");
    (log, largest.campaign, largest.accounts)
}

/// The wave after one signature of these kinds met so many of the largest
/// campaign, and the habits that changed in that round.
fn after(wave: &Wave, kinds: &[&str], share: f64) -> (Wave, Vec<Habit>) {
    let (log, campaign, accounts) = largest(wave);
    let kinds = kinds.iter().map(|kind| (*kind).to_owned()).collect();
    let met = (f64::from(accounts) * share) as u32;
    let next = wave.next(log.campaigns(), &[Sighting { campaign, accounts: met, kinds }]);
    let last = next.changes().iter().filter(|change| change.round == next.number());
    let habits = last.inspect(|change| assert_eq!(change.factory, FACTORY));
    let habits = habits.map(|change| change.habit).collect();
    (next, habits)
}

#[test]
fn of_what_one_signature_cites_the_cheapest_is_changed() {
    let first = Wave::default();
    let changed = |kinds: &[&str]| after(&first, kinds, 1.0).1;
    assert_eq!(changed(&["ja4", "name_shape", "asn"]), [Habit::Names]);
    assert_eq!(changed(&["domain", "stem"]), [Habit::Names, Habit::Mail]);
    assert_eq!(changed(&["ja4", "solve"]), [Habit::Solver]);
    assert_eq!(changed(&["ja4", "asn"]), [Habit::Lines, Habit::Tls]);
    assert_eq!(changed(&["extra1"]), []);
}

#[test]
fn what_is_dear_is_changed_once_it_is_cited_again() {
    let (wave, changed) = after(&Wave::default(), &["ja4", "name_shape"], 1.0);
    assert_eq!(changed, [Habit::Names]);
    let (wave, changed) = after(&wave, &["ja4", "domain"], 1.0);
    assert_eq!(changed, [Habit::Mail, Habit::Tls]);
    assert_eq!(wave.number(), 2);
}

#[test]
fn a_loss_that_is_not_felt_changes_nothing() {
    let (wave, changed) = after(&Wave::default(), &["name_shape"], 0.19);
    assert_eq!(changed, []);
    assert_eq!(wave.number(), 1);
    assert_eq!(after(&Wave::default(), &["name_shape"], 0.21).1, [Habit::Names]);
}

#[test]
fn a_wave_that_would_still_be_met_is_chosen_again() {
    let (wave, _) = after(&Wave::default(), &["domain"], 1.0);
    let (log, campaign, accounts) = largest(&wave);
    assert_eq!(wave.rehearsed(log.campaigns(), &[]), None);
    let kinds = vec!["domain".to_owned()];
    let met = [Sighting { campaign, accounts, kinds }];
    let better = wave.rehearsed(log.campaigns(), &met).unwrap();
    assert_eq!(better.number(), 1);
    let change = better.changes().iter().find(|c| c.factory == FACTORY).unwrap();
    assert_eq!((change.habit, change.times, change.tries), (Habit::Mail, 1, 2));
}

#[test]
fn waves_follow_each_other_and_end_where_the_tables_do() {
    let days = |wave: &Wave| Log::draw_wave(&world(), wave).map(|log| log.span_ms());
    let mut wave = Wave::default();
    let (_, mut end) = days(&wave).unwrap();
    for _ in 0..25 {
        wave = wave.next(&[], &[]);
        let span = days(&wave).unwrap();
        assert_eq!(span.0, end);
        end = span.1;
    }
    assert_eq!(days(&wave.next(&[], &[])), Err(WorldError::Waves { number: 26, days: 14 }));
}
