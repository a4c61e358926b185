//! What is posted, what is told of it, and what is taken away.

use crate::room::{check, domain, envelope, identity};
use expect_test::expect;
use reqwest::Method;
use serde_json::Value;
use stix::Object;
use stix::marking::Tlp;

/// A status without what is drawn at random.
fn told(status: &Value) -> String {
    let mut status = status.clone();
    assert!(status["id"].as_str().unwrap().len() == 36);
    assert!(status["request_timestamp"].as_str().unwrap().ends_with('Z'));
    for drawn in ["id", "request_timestamp"] {
        status.as_object_mut().unwrap().remove(drawn);
    }
    serde_json::to_string_pretty(&status).unwrap()
}

#[test]
fn each_object_of_a_post_has_its_own_fate() {
    check(
        async |room| {
            let red = format!(r#","object_marking_refs":["{}"]}}"#, Tlp::Red.id());
            let red = identity(3, 0, "red").text().trim_end_matches('}').to_owned() + &red;
            let bad = r#"{"type":"identity","spec_version":"2.1","id":"identity--00000000-0000-4000-8000-000000000004","created":"2026-01-01T00:00:00.000Z","modified":"2026-01-01T00:00:00.000Z"}"#;
            let no_object =
                r#"{"type":"identity","id":"tool--00000000-0000-4000-8000-000000000004"}"#;
            let (new, other) = (identity(1, 0, "new"), identity(1, 0, "other"));
            let domain = domain("example.com");
            let texts = [new.text(), bad, no_object, "3", &red, other.text(), domain.text()];
            let body = format!(r#"{{"objects":[{}]}}"#, texts.join(","));
            let answer = room.post("collections/open/objects/", "partner", body.clone()).await;
            room.say(format!("{} {}", answer.status.as_u16(), told(&answer.json())));
            let id = answer.json()["id"].as_str().unwrap().to_owned();
            let again = room.get(&format!("status/{id}/"), "partner").await;
            assert_eq!(again.json(), answer.json());
            room.say(room.get(&format!("status/{id}/"), "reader").await.status.as_u16());
            let again = room.post("collections/open/objects/", "partner", body).await.json();
            room.say(format!("again: {} and {}", again["success_count"], again["failure_count"]));
            room.say(room.get("collections/open/objects/", "reader").await.text);
        },
        expect![[r#"
            202 {
              "failure_count": 5,
              "failures": [
                {
                  "id": "identity--00000000-0000-4000-8000-000000000004",
                  "message": "name is missing",
                  "version": "2026-01-01T00:00:00.000Z"
                },
                {
                  "id": "tool--00000000-0000-4000-8000-000000000004",
                  "message": "type \"identity\" is not that of its id, tool--00000000-0000-4000-8000-000000000004",
                  "version": "1970-01-01T00:00:00.000Z"
                },
                {
                  "id": "object 4",
                  "message": "invalid type: integer `3`, expected struct Written at line 1 column 1",
                  "version": "1970-01-01T00:00:00.000Z"
                },
                {
                  "id": "identity--00000000-0000-4000-8000-000000000003",
                  "message": "it is marked TLP:RED, this collection holds at most TLP:AMBER",
                  "version": "2026-09-21T14:13:20.000Z"
                },
                {
                  "id": "identity--00000000-0000-4000-8000-000000000001",
                  "message": "this id and version stands for another content here: make a new version",
                  "version": "2026-09-21T14:13:20.000Z"
                }
              ],
              "pending_count": 0,
              "status": "complete",
              "success_count": 2,
              "successes": [
                {
                  "id": "identity--00000000-0000-4000-8000-000000000001",
                  "version": "2026-09-21T14:13:20.000Z"
                },
                {
                  "id": "domain-name--bedb4899-d24b-5401-bc86-8f6b4cc18ec7",
                  "version": "1970-01-01T00:00:00.000Z"
                }
              ],
              "total_count": 7
            }
            404
            again: 2 and 5
            {"objects":[{"type": "identity", "spec_version": "2.1", "id": "identity--00000000-0000-4000-8000-000000000001", "created": "2026-09-21T14:13:20.000Z", "modified": "2026-09-21T14:13:20.000Z", "name": "new", "identity_class": "unknown"},{"id":"domain-name--bedb4899-d24b-5401-bc86-8f6b4cc18ec7","spec_version":"2.1","type":"domain-name","value":"example.com"}]}
        "#]],
    );
}

#[test]
fn what_may_be_written_and_not_read_works() {
    check(
        async |room| {
            let body = envelope(&[domain("example.com")]);
            room.say(
                room.post("collections/drop/objects/", "drop", body.clone()).await.status.as_u16(),
            );
            room.say(room.get("collections/drop/manifest/", "drop").await.status.as_u16());
            room.say(
                room.post("collections/drop/objects/", "partner", body.clone())
                    .await
                    .status
                    .as_u16(),
            );
            room.say(room.post("collections/open/objects/", "reader", body).await.status.as_u16());
            let path = format!("collections/drop/objects/{}/", domain("example.com").id());
            room.say(room.send(room.ask(Method::DELETE, &path, "drop")).await.status.as_u16());
        },
        expect![[r#"
            202
            403
            404
            403
            403
        "#]],
    );
}

#[test]
fn what_is_deleted_is_gone() {
    check(
        async |room| {
            let objects: Vec<Object> = [0, 5, 9].map(|second| identity(1, second, "x")).into();
            room.publish(&objects).await;
            let path = format!("collections/open/objects/{}/", objects[0].id());
            let at = crate::room::at(9);
            for (who, query) in [
                ("reader", String::new()),
                ("partner", format!("?match[version]={at}")),
                ("partner", format!("?match[version]={at}")),
                ("partner", String::new()),
                ("partner", String::new()),
            ] {
                let answer =
                    room.send(room.ask(Method::DELETE, &format!("{path}{query}"), who)).await;
                let left = room
                    .get("collections/open/manifest/?match[version]=all", "reader")
                    .await
                    .json();
                let left = left["objects"].as_array().map_or(0, Vec::len);
                room.say(format!("{who} {query}: {}, {left} left", answer.status.as_u16()));
            }
            room.say(room.get(&path, "reader").await.status.as_u16());
            room.say(room.get(&format!("{path}versions/"), "reader").await.status.as_u16());
        },
        expect![[r#"
            reader : 403, 3 left
            partner ?match[version]=2026-09-21T14:13:29.000Z: 200, 2 left
            partner ?match[version]=2026-09-21T14:13:29.000Z: 404, 2 left
            partner : 200, 0 left
            partner : 404, 0 left
            404
            404
        "#]],
    );
}
