//! The first admin, logging in and out, ends of sessions, and whoever guesses.

use super::{PASSWORD, browser, with};
use crate::room::{check, check_with};
use expect_test::expect;
use reqwest::Method;
use reqwest::header::{COOKIE, ORIGIN, RETRY_AFTER, SET_COOKIE};
use serde_json::json;
use server::access::Settings;
use std::time::{Duration, Instant};

#[test]
fn the_first_admin_is_made_once() {
    check(
        async |room| {
            let old = server::access::set_up(&room.store).await.unwrap().unwrap();
            let token = server::access::set_up(&room.store).await.unwrap().unwrap();
            for (token, name, password) in [
                ("dragnet_0", "anna", PASSWORD),
                (old.text(), "anna", PASSWORD),
                (token.text(), "anna", "short"),
                (token.text(), "anna", "aaaaaaaaaaaaaaaa"),
                (token.text(), "Anna!", PASSWORD),
                (token.text(), " Anna ", PASSWORD),
                (token.text(), "mallory", PASSWORD),
            ] {
                let asked = json!({"token": token, "name": name, "password": password});
                let answer = room.post_json("/v1/setup", &asked).await;
                room.say(format!("{name}: {} {}", answer.status.as_u16(), answer.text));
            }
            room.say(server::access::set_up(&room.store).await.unwrap().is_none());
            room.log_in("anna").await;
        },
        expect![[r#"
            anna: 403 {"detail":"it is shown when the server starts and nobody is here, and serves once","status":403,"title":"This is not the set-up token"}
            anna: 403 {"detail":"it is shown when the server starts and nobody is here, and serves once","status":403,"title":"This is not the set-up token"}
            anna: 400 {"detail":"a password has 12 characters at least","status":400,"title":"The request cannot be understood"}
            anna: 400 {"detail":"it is one character only","status":400,"title":"The request cannot be understood"}
            Anna!: 400 {"detail":"\"anna!\" cannot be the name of a user: small letters, digits and . _ - @ +, 64 at most","status":400,"title":"The request cannot be understood"}
             Anna : 201 {"name":"anna","role":"admin"}
            mallory: 403 {"detail":"it is shown when the server starts and nobody is here, and serves once","status":403,"title":"This is not the set-up token"}
            true
        "#]],
    );
}

#[test]
fn whoever_logs_in_has_a_session_until_they_log_out() {
    check(
        async |room| {
            room.set_up().await;
            let end = room.log_end().await;
            let answer = room.try_log_in("ANNA", PASSWORD).await;
            let (anna, mut told) = (browser(&answer), answer.json());
            let set = answer.headers[SET_COOKIE].to_str().unwrap();
            room.say(set.replace(anna.cookie.split_once('=').unwrap().1, "TOKEN"));
            for name in ["csrf", "ends", "rests"] {
                assert!(told.as_object_mut().unwrap().remove(name).is_some(), "{name}");
            }
            room.say(&told);
            let again = room.send(room.page(&anna, Method::GET, "/v1/session")).await;
            assert_eq!(again.json()["csrf"], anna.csrf);
            // Who is not let in is told nothing, and by the same words.
            let wrong = room.try_log_in("anna", "wrong").await;
            room.say(&wrong.text);
            assert_eq!(wrong.text, room.try_log_in("nobody", PASSWORD).await.text);
            assert_eq!(wrong.text, room.try_log_in("a password, perhaps", "").await.text);
            let out = room.send(room.page(&anna, Method::DELETE, "/v1/session")).await;
            room.say(format!("{} {:?}", out.status, out.headers[SET_COOKIE]));
            let after = room.send(room.page(&anna, Method::GET, "/v1/session")).await;
            room.say(format!(
                "{} {:?} {}",
                after.status, after.headers["www-authenticate"], after.text
            ));
            // A key is told who it is too.
            let key = room.send(room.ask(Method::GET, "/v1/session", "reader")).await;
            room.say(key.text);
            room.say_log(end).await;
        },
        expect![[r#"
            dragnet_session=TOKEN; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict
            {"kind":"user","name":"anna","role":"admin","scopes":["metrics","read","label","act","sealed","admin"]}
            {"status":401,"title":"Name or password is wrong"}
            204 No Content "dragnet_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict"
            401 Unauthorized "Bearer realm=\"dragnet\"" {"status":401,"title":"A key is needed, or somebody who is logged in"}
            {"kind":"key","name":"key:reader","scopes":[]}
            anna: log in anna {"by":"password"}
            anna: log in refused anna {"disabled":false}
            unknown: log in refused unknown {"times":1}
            anna: log out anna {}
        "#]],
    );
}

#[test]
fn pages_of_others_change_nothing() {
    check(
        async |room| {
            room.set_up().await;
            let anna = room.log_in("anna").await;
            let url = room.url.clone();
            let evil = "https://evil.example";
            let cases: [(&str, &[(&str, &str)]); 9] = [
                ("no token", &[("origin", &url)]),
                ("another token", &[("origin", &url), ("x-csrf-token", "0")]),
                ("nothing says from where", &[("x-csrf-token", &anna.csrf)]),
                ("from elsewhere", &[("origin", evil), ("x-csrf-token", &anna.csrf)]),
                ("null", &[("origin", "null"), ("x-csrf-token", &anna.csrf)]),
                ("another site", &[("sec-fetch-site", "cross-site"), ("x-csrf-token", &anna.csrf)]),
                ("a sister", &[("sec-fetch-site", "same-site"), ("x-csrf-token", &anna.csrf)]),
                (
                    "both, at odds",
                    &[
                        ("sec-fetch-site", "same-origin"),
                        ("origin", evil),
                        ("x-csrf-token", &anna.csrf),
                    ],
                ),
                ("ours", &[("sec-fetch-site", "same-origin"), ("x-csrf-token", &anna.csrf)]),
            ];
            for (what, headers) in cases {
                let mut request = room.bare(Method::POST, "/v1/users").header(COOKIE, &anna.cookie);
                for (name, value) in headers {
                    request = request.header(*name, *value);
                }
                let asked = json!({"name": "ben", "role": "viewer", "password": PASSWORD});
                let answer = room.send(with(request, &asked)).await;
                room.say(format!("{what}: {} {}", answer.status.as_u16(), answer.json()["title"]));
            }
            // Nor do they log anybody in, nor send what no page of ours sends.
            let asked = json!({"name": "anna", "password": PASSWORD});
            let login = with(room.bare(Method::POST, "/v1/session").header(ORIGIN, evil), &asked);
            room.say(room.send(login).await.status);
            let form = room.bare(Method::POST, "/v1/session").body(asked.to_string());
            room.say(room.send(form).await.status);
            // A browser that keeps a key as a password sends it along unasked.
            let key = room.ask(Method::POST, "/v1/keys", "reader").header(ORIGIN, evil);
            room.say(room.send(with(key, &json!({"name": "k"}))).await.json()["title"].clone());
        },
        expect![[r#"
            no token: 403 "This did not come from a page of this session"
            another token: 403 "This did not come from a page of this session"
            nothing says from where: 403 "This did not come from here"
            from elsewhere: 403 "This did not come from here"
            null: 403 "This did not come from here"
            another site: 403 "This did not come from here"
            a sister: 403 "This did not come from here"
            both, at odds: 403 "This did not come from here"
            ours: 201 null
            403 Forbidden
            415 Unsupported Media Type
            "This did not come from here"
        "#]],
    );
}

#[test]
fn a_session_ends_when_nothing_is_asked_and_when_its_time_is_over() {
    let (idle, absolute) = (Duration::from_secs(2), Duration::from_secs(5));
    check_with(
        &Settings { idle, absolute, ..Settings::default() },
        async |room| {
            room.set_up().await;
            let begun = Instant::now();
            let (busy, still) = (room.log_in("anna").await, room.log_in("anna").await);
            let mut has_rested = false;
            while room.status(&busy, "/v1/session").await == 200 {
                if !has_rested && begun.elapsed() > idle * 3 / 2 {
                    has_rested = true;
                    room.say(format!("rested: {}", room.status(&still, "/v1/session").await));
                }
                tokio::time::sleep(idle / 10).await;
            }
            room.say(format!("its time was over: {}", begun.elapsed() >= absolute));
        },
        expect![[r#"
            rested: 401
            its time was over: true
        "#]],
    );
}

#[test]
fn whoever_guesses_waits_longer_and_longer() {
    check(
        async |room| {
            room.set_up().await;
            let end = room.log_end().await;
            let mut said = Vec::new();
            for _ in 0..6 {
                let answer = room.try_log_in("anna", "a guess that is wrong").await;
                let wait = answer.headers.get(RETRY_AFTER).map(|s| s.to_str().unwrap().to_owned());
                said.push((answer.status.as_u16(), wait));
            }
            room.say(format!("{said:?}"));
            // The right one is not taken either, until it is time.
            room.say(room.try_log_in("anna", PASSWORD).await.status);
            tokio::time::sleep(Duration::from_millis(1100)).await;
            room.say(room.try_log_in("anna", PASSWORD).await.status);
            // Many names from one place are as bad.
            let mut refused = 0;
            for number in 0..30 {
                let answer = room.try_log_in(&format!("user{number}"), "a guess").await;
                refused += u32::from(answer.status == 429);
            }
            room.say(refused > 5);
            room.say_log(end).await;
        },
        expect![[r#"
            [(401, None), (401, None), (401, None), (401, None), (429, Some("1")), (429, Some("1"))]
            429 Too Many Requests
            200 OK
            true
            anna: log in refused anna {"disabled":false}
            anna: log in refused anna {"disabled":false}
            anna: log in refused anna {"disabled":false}
            anna: log in refused anna {"disabled":false}
            anna: log in anna {"by":"password"}
            unknown: log in refused unknown {"times":1}
        "#]],
    );
}

#[test]
fn many_guesses_at_one_time_are_no_way_round_it() {
    check(
        async |room| {
            room.set_up().await;
            let guesses = (0..16).map(|number| {
                let asked = json!({"name": "anna", "password": format!("a guess {number}")});
                let request = with(room.bare(Method::POST, "/v1/session"), &asked);
                tokio::spawn(async move { request.send().await.unwrap().status().as_u16() })
            });
            let mut looked_at = 0;
            for guess in guesses.collect::<Vec<_>>() {
                looked_at += u32::from(guess.await.unwrap() == 401);
            }
            room.say(looked_at);
        },
        expect![[r#"
            4
        "#]],
    );
}

#[test]
fn whom_a_proxy_asks_for_is_believed_of_a_proxy_that_is_known() {
    let forwarded = async |room: &crate::room::Room, from: &str| {
        let mut refused = 0;
        for number in 0..25 {
            let asked = json!({"name": format!("user{number}"), "password": "a guess"});
            let request = with(room.bare(Method::POST, "/v1/session"), &asked);
            let answer = room.send(request.header("x-forwarded-for", from)).await;
            refused += u32::from(answer.status == 429);
        }
        refused > 0
    };
    let known = Settings { proxies: vec!["127.0.0.0/8".parse().unwrap()], ..Settings::default() };
    for (settings, expected) in [
        (
            known,
            expect![[r#"
            true
            false
        "#]],
        ),
        (
            Settings::default(),
            expect![[r#"
            true
            true
        "#]],
        ),
    ] {
        check_with(
            &settings,
            async |room| {
                // Whatever stands before what the proxy wrote, anybody may have written.
                room.say(forwarded(room, "192.0.2.1, 198.51.100.7").await);
                let other = json!({"name": "other", "password": "a guess"});
                let request = with(room.bare(Method::POST, "/v1/session"), &other);
                let answer = room.send(request.header("x-forwarded-for", "192.0.2.1")).await;
                room.say(answer.status == 429);
            },
            expected,
        );
    }
}
