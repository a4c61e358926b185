//! OIDC, with a provider of others that runs here: people log in at its own pages.

use super::Browser;
use crate::postgres;
use crate::room::Room;
use expect_test::{Expect, expect};
use reqwest::Url;
use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use serde_json::json;
use server::access::{Oidc, Secret, Settings};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use store::Role;
use tempfile::TempDir;

struct Provider {
    child: Child,
    input: ChildStdin,
    said: BufReader<ChildStdout>,
    issuer: String,
}

impl Drop for Provider {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Provider {
    /// None where it is not installed.
    fn start(algorithm: &str, claims_are: &str) -> Option<Self> {
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
        let modules = root.join("target/oidc-tools/node_modules");
        if !modules.is_dir() {
            println!("skipped: no target/oidc-tools (scripts/test.sh installs it)");
            return None;
        }
        let mut child = Command::new("node")
            .arg(root.join("tools/oidc/provider.mjs"))
            .args([modules.canonicalize().unwrap().to_str().unwrap(), algorithm, claims_are])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let (input, output) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let mut provider =
            Self { child, input, said: BufReader::new(output), issuer: String::new() };
        provider.issuer = provider.line();
        Some(provider)
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.said.read_line(&mut line).unwrap();
        line.trim().to_owned()
    }

    fn send_back_to(&mut self, url: &str) {
        writeln!(self.input, "{url}").unwrap();
        assert_eq!(self.line(), "ready");
    }

    fn settings(&self, secret: &str) -> Settings {
        let roles = [("staff", Role::Viewer), ("fraud", Role::Investigator)];
        let oidc = Oidc {
            issuer: self.issuer.clone(),
            client_id: "dragnet".to_owned(),
            client_secret: Some(Secret(secret.to_owned())),
            scopes: vec!["profile".to_owned(), "groups".to_owned()],
            claim: "groups".to_owned(),
            roles: roles.map(|(value, role)| (value.to_owned(), role)).to_vec(),
        };
        Settings { oidc: Some(oidc), ..Settings::default() }
    }
}

const SECRET: &str = "a secret: 100% & more";

/// Tells the story on each database, with a provider of its own.
fn check(
    algorithm: &str,
    claims_are: &str,
    secret: &str,
    story: impl AsyncFn(&mut Room),
    expect: Expect,
) {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("db").display().to_string();
    let mut first: Option<String> = None;
    for url in [Some(file), postgres::database()].into_iter().flatten() {
        let Some(mut provider) = Provider::start(algorithm, claims_are) else { return };
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let said = runtime.unwrap().block_on(async {
            let mut room = Room::new(&url, &provider.settings(secret)).await;
            provider.send_back_to(&format!("{}/v1/oidc/callback", room.url));
            story(&mut room).await;
            room.end().await
        });
        assert_eq!(*first.get_or_insert_with(|| said.clone()), said, "the databases differ");
    }
    expect.assert_eq(&first.unwrap_or_default());
}

/// A browser that follows nobody of its own accord.
struct Visit {
    client: reqwest::Client,
    cookies: BTreeMap<String, String>,
}

struct Seen {
    status: u16,
    to: Option<Url>,
    text: String,
    set: Vec<String>,
}

impl Visit {
    fn new() -> Self {
        let client = reqwest::Client::builder().no_proxy();
        let client = client.redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { client, cookies: BTreeMap::new() }
    }

    async fn go(&mut self, url: &Url, form: Option<&str>) -> Seen {
        let request = match form {
            None => self.client.get(url.clone()),
            Some(form) => self
                .client
                .post(url.clone())
                .header("content-type", "application/x-www-form-urlencoded")
                .body(form.to_owned()),
        };
        let pairs: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let answer = request.header(COOKIE, pairs.join("; ")).send().await.unwrap();
        let set: Vec<String> = answer
            .headers()
            .get_all(SET_COOKIE)
            .iter()
            .map(|value| value.to_str().unwrap().to_owned())
            .collect();
        for text in &set {
            let (name, value) = text.split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        let to = answer.headers().get(LOCATION);
        let to = to.map(|to| url.join(to.to_str().unwrap()).unwrap());
        let status = answer.status().as_u16();
        Seen { status, to, text: answer.text().await.unwrap(), set }
    }

    /// Logs somebody in at the provider; where it sends them back to, with the code.
    async fn until_back(&mut self, room: &Room, name: &str) -> Url {
        let start = Url::parse(&format!("{}/v1/oidc/start?to=/v1/session", room.url)).unwrap();
        let mut url = self.go(&start, None).await.to.unwrap();
        for _ in 0..12 {
            if url.path() == "/v1/oidc/callback" {
                return url;
            }
            let seen = self.go(&url, None).await;
            url = match seen.to {
                Some(to) => to,
                None => {
                    let prompt =
                        if seen.text.contains("name=\"login\"") { "login" } else { "consent" };
                    let form = format!("prompt={prompt}&login={name}&password=any");
                    let seen = self.go(&url, Some(&form)).await;
                    seen.to.unwrap_or_else(|| panic!("{} {}", seen.status, seen.text))
                }
            };
        }
        panic!("the provider sends in circles");
    }

    async fn log_in(&mut self, room: &Room, name: &str) -> Seen {
        let back = self.until_back(room, name).await;
        self.go(&back, None).await
    }

    /// As a page of ours would be from now on.
    async fn browser(&self, room: &Room) -> Browser {
        let cookie = format!("dragnet_session={}", self.cookies["dragnet_session"]);
        let who = Browser { cookie, csrf: String::new() };
        let answer = room.send(room.page(&who, reqwest::Method::GET, "/v1/session")).await;
        let csrf = answer.json()["csrf"].as_str().unwrap().to_owned();
        Browser { csrf, ..who }
    }
}

#[test]
fn whom_the_provider_vouches_for_logs_in_as_what_it_says() {
    check(
        "RS256",
        "token",
        SECRET,
        async |room| {
            room.set_up().await;
            let admin = room.log_in("anna").await;
            let end = room.log_end().await;
            let mut visit = Visit::new();
            let seen = visit.log_in(room, "ben").await;
            room.say(format!("{} {}", seen.status, seen.text.trim()));
            for set in &seen.set {
                let (name, rest) = set.split_once('=').unwrap();
                room.say(format!("{name} {}", rest.split_once(';').unwrap().1));
            }
            let ben = visit.browser(room).await;
            let told = room.send(room.page(&ben, reqwest::Method::GET, "/v1/session")).await.json();
            room.say(format!("{} {} {}", told["name"], told["role"], told["scopes"]));
            // Somebody here is called anna: who comes by OIDC does not become them.
            let mut other = Visit::new();
            room.say(other.log_in(room, "anna").await.status);
            let told = other.browser(room).await;
            let told =
                room.send(room.page(&told, reqwest::Method::GET, "/v1/session")).await.json();
            let name = told["name"].as_str().unwrap();
            room.say(format!("{} {} {}", &name[..5], name.len(), told["role"]));
            // What was said of them here does not outlive what the provider says.
            let change = json!({"role": "admin"});
            let path = "/v1/users/ben@example.com";
            let request = super::with(room.page(&admin, reqwest::Method::PATCH, path), &change);
            room.say(room.send(request).await.status);
            room.say(visit.log_in(room, "ben").await.status);
            let told = visit.browser(room).await;
            let told =
                room.send(room.page(&told, reqwest::Method::GET, "/v1/session")).await.json();
            room.say(told["role"].clone());
            // They have no password, and cannot make one.
            room.say(room.try_log_in("ben@example.com", "").await.status);
            let asked = json!({"old": "", "new": "a new one, quite long"});
            let ben = visit.browser(room).await;
            let own = room.page(&ben, reqwest::Method::POST, "/v1/session/password");
            room.say(room.send(super::with(own, &asked)).await.status);
            let log = room.store.audit(end, 100).await.unwrap();
            let is_of_ben = |entry: &&store::Entry| entry.subject == "ben@example.com";
            for entry in log.iter().filter(is_of_ben) {
                room.say(format!("{}: {} {}", entry.who, entry.action, entry.detail));
            }
        },
        expect![[r#"
            200 <!doctype html><meta charset=utf-8><title>Dragnet</title><meta http-equiv=refresh content="0;url=/v1/session"><a href="/v1/session">Logged in</a>
            dragnet_session  Path=/; Max-Age=43200; HttpOnly; SameSite=Strict
            dragnet_oidc  Path=/v1/oidc; Max-Age=0; HttpOnly; SameSite=Lax
            "ben@example.com" "viewer" ["metrics","read"]
            200
            anna- 13 "investigator"
            200 OK
            200
            "viewer"
            401 Unauthorized
            409 Conflict
            oidc: user {"oidc":true,"password":false,"role":"viewer"}
            ben@example.com: log in {"by":"oidc"}
            anna: user change {"role":"admin","sessions_ended":1}
            oidc: user change {"role":"viewer","sessions_ended":0}
            ben@example.com: log in {"by":"oidc"}
            ben@example.com: log in refused {"disabled":false}
        "#]],
    );
}

#[test]
fn claims_that_only_userinfo_tells_count_too_and_so_do_other_signatures() {
    for algorithm in ["ES256", "PS256", "EdDSA"] {
        check(
            algorithm,
            "userinfo",
            SECRET,
            async |room| {
                let mut visit = Visit::new();
                let seen = visit.log_in(room, "anna").await;
                assert_eq!(seen.status, 200, "{}", seen.text);
                let who = visit.browser(room).await;
                let told = room.send(room.page(&who, reqwest::Method::GET, "/v1/session")).await;
                room.say(format!("{} {}", told.json()["name"], told.json()["role"]));
            },
            expect![[r#"
                "anna" "investigator"
            "#]],
        );
    }
}

#[test]
fn whom_it_does_not_vouch_for_and_what_was_begun_elsewhere_stays_out() {
    check(
        "RS256",
        "token",
        SECRET,
        async |room| {
            room.set_up().await;
            let admin = room.log_in("anna").await;
            let mut carl = Visit::new();
            let seen = carl.log_in(room, "carl").await;
            room.say(format!("{} {}", seen.status, seen.text));
            assert!(!carl.cookies.contains_key("dragnet_session"));
            // Disabled here.
            let mut ben = Visit::new();
            room.say(ben.log_in(room, "ben").await.status);
            let path = "/v1/users/ben@example.com";
            let change = json!({"disabled": true});
            let request = super::with(room.page(&admin, reqwest::Method::PATCH, path), &change);
            room.say(room.send(request).await.status);
            let seen = ben.log_in(room, "ben").await;
            room.say(format!("{} {}", seen.status, seen.text));
            // Somebody else's code: in a browser that began nothing, and in one that began
            // something else; and one that has served.
            let mut anna = Visit::new();
            let back = anna.until_back(room, "anna").await;
            let mut mallory = Visit::new();
            let seen = mallory.go(&back, None).await;
            room.say(format!("{} {}", seen.status, seen.text));
            let own = mallory.until_back(room, "ben").await;
            let state = |url: &Url| {
                url.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned()
            };
            let mixed = back.as_str().replace(&state(&back), &state(&own));
            let seen = mallory.go(&Url::parse(&mixed).unwrap(), None).await;
            room.say(format!("{} {}", seen.status, seen.text));
            let begun = anna.cookies["dragnet_oidc"].clone();
            let seen = anna.go(&back, None).await;
            room.say(format!("{} {}", seen.status, seen.text));
            anna.cookies.insert("dragnet_oidc".to_owned(), begun);
            let seen = anna.go(&back, None).await;
            room.say(format!("{} {}", seen.status, seen.text));
            for to in ["//evil.example", "https://evil.example", "/a\"b", "/%0d\\"] {
                let mut url = Url::parse(&format!("{}/v1/oidc/start", room.url)).unwrap();
                url.query_pairs_mut().append_pair("to", to);
                room.say(format!("{to}: {}", Visit::new().go(&url, None).await.status));
            }
        },
        expect![[r#"
            403 {"detail":"nothing that is said of them is a role here","status":403,"title":"The provider does not vouch for them"}
            200
            200 OK
            403 {"detail":"they are disabled here","status":403,"title":"The provider does not vouch for them"}
            400 {"detail":"it was begun in another browser, or too long ago: begin again","status":400,"title":"The request cannot be understood"}
            403 {"detail":"what came back from it is worth nothing","status":403,"title":"The provider does not vouch for them"}
            200 <!doctype html><meta charset=utf-8><title>Dragnet</title><meta http-equiv=refresh content="0;url=/v1/session"><a href="/v1/session">Logged in</a>

            403 {"detail":"what came back from it is worth nothing","status":403,"title":"The provider does not vouch for them"}
            //evil.example: 400
            https://evil.example: 400
            /a"b: 400
            /%0d\: 400
        "#]],
    );
}

#[test]
fn a_server_that_the_provider_does_not_know_lets_nobody_in() {
    check(
        "RS256",
        "token",
        "another secret",
        async |room| {
            let seen = Visit::new().log_in(room, "anna").await;
            room.say(format!("{} {}", seen.status, seen.text));
        },
        expect![[r#"
            403 {"detail":"what came back from it is worth nothing","status":403,"title":"The provider does not vouch for them"}
        "#]],
    );
}
