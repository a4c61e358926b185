//! People and keys, for those who say who may do what.

use super::{Browser, PASSWORD, browser, with};
use crate::room::{Answer, Room, check};
use expect_test::expect;
use reqwest::Method;
use serde_json::{Value, json};
use server::now;
use stix::Timestamp;

async fn ask(room: &Room, who: &Browser, method: Method, path: &str, document: Value) -> Answer {
    room.send(with(room.page(who, method, path), &document)).await
}

#[test]
fn what_changes_somebody_ends_their_sessions() {
    check(
        async |room| {
            room.set_up().await;
            let anna = room.log_in("anna").await;
            let mut ben = room.add(&anna, "ben", "viewer").await;
            for change in [
                json!({"role": "analyst"}),
                json!({"password": "another one, of ben"}),
                json!({"disabled": true}),
            ] {
                room.say(room.status(&ben, "/v1/session").await);
                let answer = ask(room, &anna, Method::PATCH, "/v1/users/ben", change).await;
                let told = answer.json();
                let (role, disabled) = (&told["role"], told["disabled"].is_string());
                room.say(format!("{} {role} {disabled}", answer.status.as_u16()));
                room.say(room.status(&ben, "/v1/session").await);
                let password = if role == "analyst" && !disabled {
                    ["another one, of ben", PASSWORD]
                } else {
                    [PASSWORD; 2]
                };
                for password in password {
                    let again = room.try_log_in("ben", password).await;
                    if again.status == 200 {
                        ben = browser(&again);
                    }
                }
            }
            for (path, change) in [
                ("anna", json!({"disabled": true})),
                ("anna", json!({"role": "viewer"})),
                ("nobody", json!({"role": "viewer"})),
                ("ben", json!({"role": "king"})),
                ("ben", json!({"rule": "viewer"})),
                ("ben", json!({"password": "ben ben ben"})),
            ] {
                let path = format!("/v1/users/{path}");
                let answer = ask(room, &anna, Method::PATCH, &path, change).await;
                room.say(format!("{} {}", answer.status.as_u16(), answer.json()["detail"]));
            }
            let users = room.send(room.page(&anna, Method::GET, "/v1/users")).await.json();
            for user in users["users"].as_array().unwrap() {
                room.say(format!("{} {} {}", user["name"], user["role"], user["sessions"]));
            }
        },
        expect![[r#"
            200
            200 "analyst" false
            401
            200
            200 "analyst" false
            401
            200
            200 "analyst" true
            401
            409 "anna is the last admin: make another one first"
            409 "anna is the last admin: make another one first"
            404 "there is no user \"nobody\""
            400 "a role is viewer, analyst, investigator or admin"
            400 "unknown field `rule`, expected one of `role`, `disabled`, `password`, `why` at line 1 column 7"
            400 "a password has 12 characters at least"
            "anna" "admin" 1
            "ben" "analyst" 0
        "#]],
    );
}

#[test]
fn with_a_new_password_of_ones_own_one_session_goes_on_and_the_others_end() {
    check(
        async |room| {
            room.set_up().await;
            let (here, there) = (room.log_in("anna").await, room.log_in("anna").await);
            let change = async |old: &str, new: &str| {
                let asked = json!({"old": old, "new": new});
                ask(room, &here, Method::POST, "/v1/session/password", asked).await
            };
            let mut said = Vec::new();
            for (old, new) in [("wrong", "a new one, quite long"), (PASSWORD, "short")] {
                let answer = change(old, new).await;
                said.push(format!("{} {}", answer.status.as_u16(), answer.text));
            }
            let answer = change(PASSWORD, "a new one, quite long").await;
            let new = browser(&answer);
            for who in [&here, &there, &new] {
                said.push(room.status(who, "/v1/session").await.to_string());
            }
            said.push(room.try_log_in("anna", PASSWORD).await.status.to_string());
            said.push(room.try_log_in("anna", "a new one, quite long").await.status.to_string());
            said.into_iter().for_each(|line| room.say(line));
        },
        expect![[r#"
            403 {"status":403,"title":"The old password is wrong"}
            400 {"detail":"a password has 12 characters at least","status":400,"title":"The request cannot be understood"}
            401
            401
            200
            401 Unauthorized
            200 OK
        "#]],
    );
}

#[test]
fn keys_are_made_shown_once_and_end() {
    check(
        async |room| {
            room.set_up().await;
            let anna = room.log_in("anna").await;
            let soon = Timestamp::from_ms(now().ms() + 1500).unwrap().to_string();
            let open = async |token: &str| {
                let request = room.bare(Method::GET, "/v1/users").bearer_auth(token);
                room.send(request).await.status.as_u16()
            };
            let mut tokens = Vec::new();
            let mut said = Vec::new();
            for asked in [
                json!({"name": "brief", "scopes": ["admin"], "expires": soon}),
                json!({"name": "long", "scopes": ["admin", "read"], "read": ["open"], "requests_per_minute": 600}),
                json!({"name": "long"}),
                json!({"name": "a:b"}),
                json!({"name": "k", "scopes": ["all"]}),
                json!({"name": "k", "read": ["nothing"]}),
                json!({"name": "k", "expires": "tomorrow"}),
            ] {
                let answer = ask(room, &anna, Method::POST, "/v1/keys", asked).await;
                match answer.json()["token"].as_str() {
                    Some(token) => tokens.push(token.to_owned()),
                    None => {
                        said.push(format!("{} {}", answer.status.as_u16(), answer.json()["detail"]))
                    }
                }
            }
            said.push(format!("{} {}", open(&tokens[0]).await, open(&tokens[1]).await));
            // A key that is known is not looked for again for two seconds.
            tokio::time::sleep(std::time::Duration::from_millis(3600)).await;
            said.push(format!("{} {}", open(&tokens[0]).await, open(&tokens[1]).await));
            let listed = room.send(room.page(&anna, Method::GET, "/v1/keys")).await;
            assert!(!listed.text.contains(&tokens[1]), "{}", listed.text);
            let keys = listed.json()["keys"].as_array().unwrap().clone();
            let mut long = keys.into_iter().find(|key| key["name"] == "long").unwrap();
            long.as_object_mut().unwrap().remove("made");
            said.push(long.to_string());
            // One that is revoked here opens nothing at once.
            let gone = room.send(room.page(&anna, Method::DELETE, "/v1/keys/long")).await;
            said.push(format!("{} {}", gone.status.as_u16(), open(&tokens[1]).await));
            let gone = room.send(room.page(&anna, Method::DELETE, "/v1/keys/long")).await;
            said.push(gone.status.as_u16().to_string());
            said.into_iter().for_each(|line| room.say(line));
        },
        expect![[r#"
            409 "there is a key \"long\" already: choose another name"
            400 "a name has 1 to 64 bytes, and no colon"
            400 "\"all\" is no scope"
            400 "there is no collection \"nothing\""
            400 "expires is a time, such as 2027-12-31T00:00:00Z"
            200 200
            401 200
            {"expires":null,"name":"long","read":["open"],"requests_per_minute":600,"revoked":null,"scopes":["admin","read"],"write":[]}
            204 401
            404
        "#]],
    );
}
