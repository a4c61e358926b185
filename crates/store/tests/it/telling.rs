//! Webhooks: what they are told, in which order, signed by what.

use crate::acting::{decide, id};
use crate::room::{act, at, check};
use expect_test::expect;
use store::{Action, EventKind, Outcome, Secret, SoughtDeliveries, Told, WebhookChange};

fn told(second: i64, status: u16, outcome: Outcome) -> Told {
    let error = (status != 200).then(|| format!("it answered {status}"));
    Told { at: at(second), status: Some(status), error, outcome }
}

#[test]
fn each_webhook_gets_its_own_in_order_until_it_takes_them() {
    check(
        async |room| {
            let store = room.store.clone();
            room.webhook("all", &[]).await;
            room.webhook("undone", &[EventKind::Undone]).await;
            store.set_second_above(&act("root", 0), 10_000).await.unwrap();
            decide(&store, 1, Action::Suspend, 0..4_500).await;
            store.undo(&act("ana", 5), id(1)).await.unwrap();
            let mut take = async |second: i64| {
                let due = store.take_due(at(second), at(second + 30)).await.unwrap();
                for one in &due {
                    let body: serde_json::Value = serde_json::from_str(&one.body).unwrap();
                    let data = &body["data"];
                    let accounts = data["accounts"].as_array().unwrap();
                    room.say(format!(
                        "{second} {} {} {} of {}: {} accounts, first {}",
                        one.webhook,
                        body["type"],
                        data["page"],
                        data["pages"],
                        accounts.len(),
                        accounts[0]
                    ));
                }
                due
            };
            let due = take(10).await;
            assert!(take(11).await.is_empty(), "somebody is at it");
            store.tell_delivery(due[0].seq, told(12, 503, Outcome::Again(at(60)))).await.unwrap();
            store.tell_delivery(due[1].seq, told(12, 200, Outcome::Delivered)).await.unwrap();
            take(13).await;
            // Whoever was at the second one was killed: it is there again.
            take(43).await;
            let due = take(60).await;
            store.tell_delivery(due[0].seq, told(61, 410, Outcome::GivenUp)).await.unwrap();
            take(62).await;
            store.replay(&act("root", 63), due[0].seq).await.unwrap();
            let sought = SoughtDeliveries { limit: 100, ..SoughtDeliveries::default() };
            for one in store.deliveries(&sought).await.unwrap() {
                room.say(format!(
                    "{} {} {} {} {:?} {:?}",
                    one.seq,
                    one.webhook,
                    one.kind.name(),
                    one.state.name(),
                    one.last_status,
                    one.replay_of
                ));
            }
            store.remove_webhook(&act("root", 64), "all").await.unwrap();
            assert!(store.forget_deliveries(at(1_000)).await.unwrap() > 0);
        },
        expect![[r#"
            10 all "decision.in_force" 1 of 3: 2000 accounts, first {"account":"u0","before":"nothing","now":"suspend","risk":0.9}
            10 undone "decision.undone" 1 of 3: 2000 accounts, first {"account":"u0","now":"nothing","risk":0.9}
            13 undone "decision.undone" 2 of 3: 2000 accounts, first {"account":"u2000","now":"nothing","risk":0.9}
            43 undone "decision.undone" 2 of 3: 2000 accounts, first {"account":"u2000","now":"nothing","risk":0.9}
            60 all "decision.in_force" 1 of 3: 2000 accounts, first {"account":"u0","before":"nothing","now":"suspend","risk":0.9}
            62 all "decision.in_force" 2 of 3: 2000 accounts, first {"account":"u2000","before":"nothing","now":"suspend","risk":0.9}
            1 all decision.in_force given up Some(410) None
            2 all decision.in_force scheduled None None
            3 all decision.in_force scheduled None None
            4 all decision.undone scheduled None None
            5 undone decision.undone delivered Some(200) None
            6 all decision.undone scheduled None None
            7 undone decision.undone scheduled None None
            8 all decision.undone scheduled None None
            9 undone decision.undone scheduled None None
            10 all decision.in_force scheduled None Some(1)
        "#]],
    );
}

#[test]
fn two_secrets_sign_for_a_while_and_none_is_shown() {
    check(
        async |room| {
            let store = room.store.clone();
            room.webhook("platform", &[]).await;
            let secret = Some((Secret("whsec_BBBB".to_owned()), at(100)));
            let change = WebhookChange { secret, ..WebhookChange::default() };
            store.change_webhook(&act("root", 1), "platform", change).await.unwrap();
            store.test_webhook(&act("root", 2), "platform", id(1)).await.unwrap();
            store.test_webhook(&act("root", 2), "platform", id(1)).await.unwrap();
            for second in [10, 99, 100] {
                let due = store.take_due(at(second), at(second)).await.unwrap();
                let secrets: Vec<&str> = due[0].secrets.iter().map(|one| one.0.as_str()).collect();
                room.say(format!("{second} {secrets:?}"));
                assert!(!format!("{due:?}").contains("whsec"));
            }
            let off = WebhookChange { is_enabled: Some(false), ..WebhookChange::default() };
            room.say(format!(
                "{:?}",
                store.change_webhook(&act("root", 3), "platform", off).await.unwrap()
            ));
            assert!(store.take_due(at(200), at(200)).await.unwrap().is_empty());
            let log = format!("{:?}", store.audit(0, 100).await.unwrap());
            assert!(!log.contains("whsec"), "{log}");
        },
        expect![[r#"
            10 ["whsec_BBBB", "whsec_AAAA"]
            99 ["whsec_BBBB", "whsec_AAAA"]
            100 ["whsec_BBBB"]
            Webhook { name: "platform", url: "https://platform.example.com/hook", events: [], is_enabled: false, made: Timestamp { instant: 2026-09-21T14:13:20Z, digits: 6 }, former_until: Some(Timestamp { instant: 2026-09-21T14:15:00Z, digits: 6 }), waiting: 1 }
        "#]],
    );
}

#[test]
fn a_campaign_is_announced_once() {
    check(
        async |room| {
            let store = room.store.clone();
            room.webhook("platform", &[]).await;
            for second in [1, 2] {
                let data = serde_json::json!({ "campaign": "C-1" });
                let act = act("dragnet", second);
                store.announce(&act, EventKind::Returned, "C-1", data).await.unwrap();
            }
            let due = store.take_due(at(3), at(3)).await.unwrap();
            room.say(&due[0].body);
            store.tell_delivery(due[0].seq, told(3, 200, Outcome::Delivered)).await.unwrap();
            assert!(store.take_due(at(4), at(4)).await.unwrap().is_empty());
        },
        expect![[r#"
            {"data":{"campaign":"C-1"},"id":"81d1dca4-6f05-5a09-bffe-5f1ac0c74d24","timestamp":"2026-09-21T14:13:21.000000Z","type":"campaign.returned"}
        "#]],
    );
}
