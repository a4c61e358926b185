//! What every answer carries, and what holds nobody up.

use crate::room::{CONNECTIONS_MAX, check};
use expect_test::expect;
use reqwest::Method;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

#[test]
fn every_answer_says_what_a_browser_may_do_with_it() {
    check(
        async |room| {
            for path in
                ["/v1/session", "/v1/users", "/v1/oidc/start", "/nothing", "/healthz", "/taxii2/"]
            {
                let answer = room.send(room.bare(Method::GET, path)).await;
                let of =
                    |name: &str| answer.headers.get(name).map_or("–", |s| s.to_str().unwrap());
                let policy = of("content-security-policy").starts_with("default-src 'none'");
                let line = format!(
                    "{path}: {} {policy} {} {} {} {} {}",
                    answer.status.as_u16(),
                    of("x-content-type-options"),
                    of("referrer-policy"),
                    of("x-frame-options"),
                    of("cache-control"),
                    of("strict-transport-security"),
                );
                room.say(line);
            }
        },
        expect![[r#"
            /v1/session: 401 true nosniff no-referrer DENY no-store –
            /v1/users: 401 true nosniff no-referrer DENY no-store –
            /v1/oidc/start: 404 true nosniff no-referrer DENY no-store –
            /nothing: 404 true nosniff no-referrer DENY – –
            /healthz: 200 true nosniff no-referrer DENY – –
            /taxii2/: 401 true nosniff no-referrer DENY – –
        "#]],
    );
}

#[test]
fn long_heads_and_bodies_are_refused() {
    check(
        async |room| {
            let long = room.bare(Method::GET, "/v1/session").header("x-long", "x".repeat(40_000));
            room.say(room.send(long).await.status);
            let content = format!("{{\"name\":\"{}\"}}", "x".repeat(20_000));
            let long = room.bare(Method::POST, "/v1/session").body(content);
            room.say(room.send(long.header("content-type", "application/json")).await.status);
        },
        expect![[r#"
            431 Request Header Fields Too Large
            413 Payload Too Large
        "#]],
    );
}

#[test]
fn who_comes_when_all_places_are_taken_is_turned_away_and_the_others_are_answered() {
    check(
        async |room| {
            let address = room.url.trim_start_matches("http://").to_owned();
            let mut seated = Vec::new();
            for _ in 0..CONNECTIONS_MAX {
                let mut stream = TcpStream::connect(&address).await.unwrap();
                // Answered once, it stays.
                stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: here\r\n\r\n").await.unwrap();
                let mut head = [0; 15];
                stream.read_exact(&mut head).await.unwrap();
                assert_eq!(&head, b"HTTP/1.1 200 OK");
                seated.push(stream);
            }
            let mut late = TcpStream::connect(&address).await.unwrap();
            let _ = late.write_all(b"GET /healthz HTTP/1.1\r\nHost: here\r\n\r\n").await;
            let mut said = Vec::new();
            let read = late.read_to_end(&mut said).await;
            room.say(format!("{} bytes", if read.is_ok() { said.len() } else { 0 }));
            drop(seated);
            for _ in 0..100 {
                if room.bare(Method::GET, "/healthz").send().await.is_ok() {
                    room.say("there is a place again");
                    return;
                }
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
        },
        expect![[r#"
            0 bytes
            there is a place again
        "#]],
    );
}
