//! Decisions, appeals, and whom they are told to.

use crate::room::{Room, act, at, check};
use expect_test::expect;
use std::time::Instant;
use store::{
    Action, Decision, DecisionState, EventKind, NewWebhook, Proposal, Secret, Sought,
    SoughtDeliveries, Store, Target, Whole,
};
use uuid::Uuid;

pub(crate) fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

fn proposal(number: u128, action: Action) -> Proposal {
    Proposal {
        id: id(number),
        campaign: "C-1".to_owned(),
        action,
        expires: None,
        risk_floor: 0.5,
        fingerprint: format!("f{number}"),
        is_organisation: false,
    }
}

fn targets(numbers: std::ops::Range<u32>) -> impl Iterator<Item = Target> {
    numbers.map(|n| Target { account: format!("u{n}"), risk: 0.9 })
}

pub(crate) async fn decide(
    store: &Store,
    number: u128,
    action: Action,
    of: std::ops::Range<u32>,
) -> Decision {
    let proposal = proposal(number, action);
    store.decide(&act("ana", number as i64), proposal, targets(of)).await.unwrap()
}

impl Room {
    /// What is done to accounts now: each decision's, since one may tell of another's.
    async fn say_now(&mut self, words: &str, number: u128) {
        let all = self.store.decided(id(number), 0, 100).await.unwrap();
        let shown = all.iter().map(|one| {
            let now = one.now.map_or("-", Action::name);
            let out = if one.left_out.is_some() { " (left out)" } else { "" };
            format!("{} {now}{out}", one.account)
        });
        let shown = shown.collect::<Vec<_>>().join(", ");
        self.say(format!("{words}: {shown}"));
    }

    fn say_decision(&mut self, decision: &Decision) {
        self.say(format!(
            "{} {}: {} accounts, {} left out, by {}{}",
            decision.action.name(),
            decision.state.name(),
            decision.accounts,
            decision.left_out,
            decision.who,
            decision.second.as_ref().map(|by| format!(" and {}", by.who)).unwrap_or_default(),
        ));
    }

    pub(crate) async fn webhook(&self, name: &str, events: &[EventKind]) {
        let webhook = NewWebhook {
            name: name.to_owned(),
            url: "https://platform.example.com/hook".to_owned(),
            secret: Secret("whsec_AAAA".to_owned()),
            events: events.to_vec(),
        };
        self.store.add_webhook(&act("root", 0), webhook).await.unwrap();
    }
}

#[test]
fn above_a_size_a_second_person_is_needed_and_it_is_not_the_first() {
    check(
        async |room| {
            let store = room.store.clone();
            store.set_second_above(&act("root", 0), 3).await.unwrap();
            room.say_decision(&decide(&store, 1, Action::Watch, 0..3).await);
            room.say_decision(&decide(&store, 2, Action::Suspend, 0..4).await);
            room.say_now("waits", 2).await;
            for who in ["ana", " ANA "] {
                room.say(store.approve(&act(who, 5), id(2)).await.unwrap_err());
            }
            room.say_decision(&store.approve(&act("ben", 5), id(2)).await.unwrap());
            room.say_decision(&store.approve(&act("ben", 6), id(2)).await.unwrap());
            room.say(store.approve(&act("cy", 6), id(2)).await.unwrap_err());
            room.say(store.refuse(&act("cy", 6), id(2)).await.unwrap_err());
            room.say_now("holds", 2).await;
            // Who proposed it may take it back before it holds.
            decide(&store, 3, Action::Challenge, 0..9).await;
            room.say_decision(&store.refuse(&act("ana", 7), id(3)).await.unwrap());
            room.say(store.undo(&act("ana", 7), id(3)).await.unwrap_err());
            // An organisation's accounts, however few.
            let few = Proposal { is_organisation: true, ..proposal(4, Action::Suspend) };
            let few = store.decide(&act("ana", 8), few, targets(0..1)).await.unwrap();
            room.say_decision(&few);
            room.say_audit().await;
        },
        expect![[r#"
            watch in force: 3 accounts, 0 left out, by ana
            suspend proposed: 4 accounts, 0 left out, by ana
            waits: u0 watch, u1 watch, u2 watch, u3 -
            ana proposed this decision: somebody else has to approve it
             ANA  proposed this decision: somebody else has to approve it
            suspend in force: 4 accounts, 0 left out, by ana and ben
            suspend in force: 4 accounts, 0 left out, by ana and ben
            decision 00000000-0000-0000-0000-000000000002 is in force already
            decision 00000000-0000-0000-0000-000000000002 is in force already
            holds: u0 suspend, u1 suspend, u2 suspend, u3 suspend
            challenge refused: 9 accounts, 0 left out, by ana and ana
            decision 00000000-0000-0000-0000-000000000003 is refused already
            suspend proposed: 1 accounts, 0 left out, by ana
            1 root: decision rule second person {"before":100,"second_above":3}
            2 ana: decision 00000000-0000-0000-0000-000000000001 {"accounts":3,"action":"watch","campaign":"C-1","expires":null,"fingerprint":"f1","left_out":0,"needs_second":false,"risk_floor":0.5}
            3 ana: decision in force 00000000-0000-0000-0000-000000000001 {"accounts":3,"action":"watch"}
            4 ana: decision 00000000-0000-0000-0000-000000000002 {"accounts":4,"action":"suspend","campaign":"C-1","expires":null,"fingerprint":"f2","left_out":0,"needs_second":true,"risk_floor":0.5}
            5 ben: decision approve 00000000-0000-0000-0000-000000000002 {}
            6 ben: decision in force 00000000-0000-0000-0000-000000000002 {"accounts":4,"action":"suspend"}
            7 ana: decision 00000000-0000-0000-0000-000000000003 {"accounts":9,"action":"challenge","campaign":"C-1","expires":null,"fingerprint":"f3","left_out":0,"needs_second":true,"risk_floor":0.5}
            8 ana: decision refuse 00000000-0000-0000-0000-000000000003 {}
            9 ana: decision 00000000-0000-0000-0000-000000000004 {"accounts":1,"action":"suspend","campaign":"C-1","expires":null,"fingerprint":"f4","left_out":0,"needs_second":true,"risk_floor":0.5}
        "#]],
    );
}

#[test]
fn undone_in_any_order_each_account_is_as_the_others_have_it() {
    check(
        async |room| {
            let store = room.store.clone();
            decide(&store, 1, Action::Suspend, 0..4).await;
            decide(&store, 2, Action::Challenge, 2..6).await;
            room.say_now("the later one holds", 1).await;
            room.say_now("the later one holds", 2).await;
            store.undo(&act("ana", 10), id(1)).await.unwrap();
            room.say_now("without the first", 1).await;
            store.undo(&act("ana", 11), id(2)).await.unwrap();
            room.say_now("nothing comes back", 1).await;
            room.say_now("nothing comes back", 2).await;
            decide(&store, 3, Action::Suspend, 0..2).await;
            decide(&store, 4, Action::Clear, 1..2).await;
            store.undo(&act("ana", 12), id(4)).await.unwrap();
            room.say_now("the earlier one is back", 3).await;
            room.say_decision(&store.undo(&act("ana", 13), id(4)).await.unwrap());
        },
        expect![[r#"
            the later one holds: u0 suspend, u1 suspend, u2 challenge, u3 challenge
            the later one holds: u2 challenge, u3 challenge, u4 challenge, u5 challenge
            without the first: u0 -, u1 -, u2 challenge, u3 challenge
            nothing comes back: u0 -, u1 -, u2 -, u3 -
            nothing comes back: u2 -, u3 -, u4 -, u5 -
            the earlier one is back: u0 suspend, u1 suspend
            clear undone: 1 accounts, 0 left out, by ana
        "#]],
    );
}

#[test]
fn a_proposal_is_one_decision_however_often_it_is_made() {
    check(
        async |room| {
            let store = room.store.clone();
            let first = decide(&store, 1, Action::Watch, 0..2).await;
            let again = decide(&store, 1, Action::Watch, 0..2).await;
            assert_eq!(first.seq, again.seq);
            let other = proposal(1, Action::Suspend);
            room.say(store.decide(&act("ana", 1), other, targets(0..2)).await.unwrap_err());
            let nobody = proposal(2, Action::Watch);
            room.say(store.decide(&act("ana", 1), nobody, targets(0..0)).await.unwrap_err());
            let twice = targets(0..3).chain(targets(1..4));
            let twice = store.decide(&act("ana", 1), proposal(3, Action::Watch), twice).await;
            room.say_decision(&twice.unwrap());
            let sought =
                Sought { limit: 10, state: Some(DecisionState::InForce), ..Sought::default() };
            room.say(store.decisions(&sought).await.unwrap().len());
        },
        expect![[r#"
            there is a decision "00000000-0000-0000-0000-000000000001" already: choose another name
            there is no account to decide on: all were left out, or none reaches the floor
            watch in force: 4 accounts, 0 left out, by ana
            2
        "#]],
    );
}

#[test]
fn whom_an_appeal_restored_is_left_out_of_what_holds_and_of_what_comes() {
    check(
        async |room| {
            let store = room.store.clone();
            room.webhook("platform", &[EventKind::Restored]).await;
            decide(&store, 1, Action::Challenge, 0..3).await;
            decide(&store, 2, Action::Suspend, 0..3).await;
            let appeal = |number, account| {
                let store = store.clone();
                async move { store.add_appeal(&act("desk", 20), id(number), account, "It is me.").await }
            };
            appeal(100, "u1").await.unwrap();
            appeal(100, "u1").await.unwrap();
            room.say(appeal(101, "u1").await.unwrap_err());
            appeal(102, "u2").await.unwrap();
            store.restore(&act("cy", 21), id(100)).await.unwrap();
            store.uphold(&act("cy", 21), id(102)).await.unwrap();
            room.say(store.restore(&act("cy", 22), id(102)).await.unwrap_err());
            room.say_now("restored", 2).await;
            store.undo(&act("ana", 23), id(2)).await.unwrap();
            room.say_now("and stays so", 1).await;
            room.say_decision(&decide(&store, 3, Action::Suspend, 0..3).await);
            room.say(format!("{:?}", store.standing(&["u0", "u1", "u2", "u9"]).await.unwrap()));
            for one in store.restored_accounts(0, 10).await.unwrap() {
                room.say(one.account);
            }
            let due = store.take_due(at(30), at(40)).await.unwrap();
            room.say(&due[0].body);
            assert!(matches!(store.audit_is_whole().await.unwrap(), Whole::Yes { .. }));
            let log = format!("{:?}", store.audit(0, 100).await.unwrap());
            assert!(!log.contains("u1"), "the audit log names accounts: {log}");
        },
        expect![[r#"
            an appeal of u1 is open already
            appeal 00000000-0000-0000-0000-000000000066 is upheld already
            restored: u0 suspend, u1 - (left out), u2 suspend
            and stays so: u0 challenge, u1 - (left out), u2 challenge
            suspend in force: 2 accounts, 1 left out, by ana
            Standing { by_action: {Suspend: 2}, restored: 1 }
            u1
            {"data":{"accounts":[{"account":"u1","before":"suspend","now":"nothing"}],"appeal":"00000000-0000-0000-0000-000000000064","decisions":["00000000-0000-0000-0000-000000000001","00000000-0000-0000-0000-000000000002"]},"id":"d611b1b7-7aa3-5dda-82c9-cbf775a2af51","timestamp":"2026-09-21T14:13:41.000000Z","type":"appeal.restored"}
        "#]],
    );
}

#[test]
fn what_is_over_expires_by_an_act_of_its_own() {
    check(
        async |room| {
            let store = room.store.clone();
            store.set_second_above(&act("root", 0), 3).await.unwrap();
            for (number, accounts) in [(1, 2), (2, 5)] {
                let proposal =
                    Proposal { expires: Some(at(100)), ..proposal(number, Action::Suspend) };
                store.decide(&act("ana", 1), proposal, targets(0..accounts)).await.unwrap();
            }
            decide(&store, 3, Action::Watch, 0..1).await;
            let service = |second| store::Act {
                why: "its time was over".to_owned(),
                ..act("dragnet", second)
            };
            assert!(store.expire(&service(99)).await.unwrap().is_empty());
            for one in store.expire(&service(100)).await.unwrap() {
                room.say_decision(&one);
            }
            assert!(store.expire(&service(101)).await.unwrap().is_empty());
            room.say_now("over", 1).await;
            room.say(store.approve(&act("ben", 102), id(2)).await.unwrap_err());
            room.say(store.undo(&act("ben", 102), id(1)).await.unwrap_err());
            room.say_audit().await;
        },
        expect![[r#"
            suspend expired: 2 accounts, 0 left out, by ana
            suspend expired: 5 accounts, 0 left out, by ana
            over: u0 watch, u1 -
            decision 00000000-0000-0000-0000-000000000002 is expired already
            decision 00000000-0000-0000-0000-000000000001 is expired already
            1 root: decision rule second person {"before":100,"second_above":3}
            2 ana: decision 00000000-0000-0000-0000-000000000001 {"accounts":2,"action":"suspend","campaign":"C-1","expires":"2026-09-21T14:15:00.000Z","fingerprint":"f1","left_out":0,"needs_second":false,"risk_floor":0.5}
            3 ana: decision in force 00000000-0000-0000-0000-000000000001 {"accounts":2,"action":"suspend"}
            4 ana: decision 00000000-0000-0000-0000-000000000002 {"accounts":5,"action":"suspend","campaign":"C-1","expires":"2026-09-21T14:15:00.000Z","fingerprint":"f2","left_out":0,"needs_second":true,"risk_floor":0.5}
            5 ana: decision 00000000-0000-0000-0000-000000000003 {"accounts":1,"action":"watch","campaign":"C-1","expires":null,"fingerprint":"f3","left_out":0,"needs_second":false,"risk_floor":0.5}
            6 ana: decision in force 00000000-0000-0000-0000-000000000003 {"accounts":1,"action":"watch"}
            7 dragnet: decision expire 00000000-0000-0000-0000-000000000001 {"accounts":2,"was":"in force"}
            8 dragnet: decision expire 00000000-0000-0000-0000-000000000002 {"accounts":5,"was":"proposed"}
        "#]],
    );
}

#[test]
fn what_was_decided_on_campaigns_is_told_to_who_judges() {
    check(
        async |room| {
            let store = room.store.clone();
            let on = |number, campaign: &str, action| Proposal {
                campaign: campaign.to_owned(),
                ..proposal(number, action)
            };
            let all = [
                on(1, "C-down", Action::Suspend),
                on(2, "C-undone", Action::Suspend),
                on(3, "C-fine", Action::Clear),
                on(4, "C-doubted", Action::Clear),
                on(5, "C-doubted", Action::Watch),
                on(6, "C-pardoned", Action::Suspend),
                on(7, "C-pardoned", Action::Clear),
            ];
            for proposal in all {
                let second = proposal.id.as_u128() as i64;
                store.decide(&act("ana", second), proposal, targets(0..2)).await.unwrap();
            }
            store.undo(&act("ana", 9), id(2)).await.unwrap();
            room.say(format!("{:?}", store.retired_campaigns().await.unwrap()));
            room.say(format!("{:?}", store.cleared_campaigns().await.unwrap()));
        },
        expect![[r#"
            [Retired { campaign: "C-down", since: Timestamp { instant: 2026-09-21T14:13:21Z, digits: 6 } }]
            ["C-fine", "C-pardoned"]
        "#]],
    );
}

#[test]
fn a_hundred_thousand_accounts_are_one_decision() {
    check(
        async |room| {
            let store = room.store.clone();
            room.webhook("platform", &[]).await;
            store.set_second_above(&act("root", 0), 1_000_000).await.unwrap();
            decide(&store, 1, Action::Challenge, 50_000..60_000).await;
            let begun = Instant::now();
            let large = decide(&store, 2, Action::Suspend, 0..100_000).await;
            let decided = begun.elapsed();
            store.undo(&act("ana", 9), id(2)).await.unwrap();
            println!("decided in {decided:?}, undone in {:?}", begun.elapsed() - decided);
            let back = store.decided(id(2), 50_000, 1).await.unwrap();
            room.say(format!("{} {:?}", large.accounts, back));
            let sought = SoughtDeliveries { limit: 1_000, ..SoughtDeliveries::default() };
            room.say(store.deliveries(&sought).await.unwrap().len());
        },
        expect![[r#"
            100000 [Decided { number: 50001, account: "u50000", risk: 0.9, was: Some(Challenge), now: Some(Challenge), left_out: None }]
            105
        "#]],
    );
}

/// What must hold whatever happens: of the decisions in force that are for an account and
/// do not leave it out, the one that came into force last is what is done to it.
#[test]
fn whatever_is_decided_undone_and_restored_each_account_is_as_the_last_in_force_has_it() {
    check(
        async |room| {
            let store = room.store.clone();
            let mut seed = 20_261_123_u64;
            let mut draw = |below: u64| {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040);
                (seed >> 33) % below
            };
            let mut held: Vec<(u128, Action, std::ops::Range<u32>)> = Vec::new();
            let mut restored: Vec<u32> = Vec::new();
            for number in 1..60_u128 {
                match draw(4) {
                    0 if !held.is_empty() => {
                        let (id_, ..) = held.remove(draw(held.len() as u64) as usize);
                        store.undo(&act("ana", 1), id(id_)).await.unwrap();
                    }
                    1 if restored.len() < 4 => {
                        let account = draw(12) as u32;
                        if !restored.contains(&account) {
                            let (appeal, name) = (id(1_000 + number), format!("u{account}"));
                            store.add_appeal(&act("desk", 1), appeal, &name, "").await.unwrap();
                            store.restore(&act("cy", 1), appeal).await.unwrap();
                            restored.push(account);
                        }
                    }
                    _ => {
                        let from = draw(8) as u32;
                        let action = Action::ALL[draw(4) as usize];
                        let of = from..from + 5;
                        decide(&store, number, action, of.clone()).await;
                        held.push((number, action, of));
                    }
                }
                for account in 0..13 {
                    let last = held.iter().rev().find(|(.., of)| of.contains(&account));
                    let wanted = last.map(|(_, action, _)| *action);
                    let wanted = wanted.filter(|_| !restored.contains(&account));
                    let found = store.standing(&[&format!("u{account}")]).await.unwrap();
                    let found = found.by_action.keys().next().copied();
                    assert_eq!(found, wanted, "u{account} after {number}");
                }
            }
            room.say(format!("{} in force, {} restored", held.len(), restored.len()));
        },
        expect![[r#"
            29 in force, 4 restored
        "#]],
    );
}
