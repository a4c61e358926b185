//! People at a server: who may do what, how they come in, and what a server is told.

use super::served::{Served, key};
use crate::room::{Room, Said};
use expect_test::expect;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::io::{Read, Write as _};
use std::net::TcpStream;
use std::process::Stdio;
use std::time::{Duration, Instant};

const PASSWORD: &str = "correct horse battery";

/// A room with a store and a policy.
fn room() -> Room {
    let room = Room::new();
    room.write("policy.toml", "name = \"story\"\nrevision = 1\nmode = \"act\"\n");
    room.write("case.json", crate::intel::case());
    room.run(&["intel", "import", "case.json"]).ok();
    room
}

/// A command of ours that is told a password.
fn with_password(room: &Room, password: &str, args: &[&str]) -> Said {
    let args = [&["user"], args, &["--password-stdin"]].concat();
    let mut child = room
        .command(&args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    writeln!(child.stdin.take().unwrap(), "{password}").unwrap();
    Said::of(child.wait_with_output().unwrap())
}

struct Answer {
    status: u16,
    head: String,
    body: String,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

fn ask(served: &Served, method: &str, path: &str, headers: &str, content: &str) -> Answer {
    let address = served.url.split("://").nth(1).unwrap().split('/').next().unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nContent-Length: {}\r\n\
         Content-Type: application/json\r\n{headers}Connection: close\r\n\r\n{content}",
        content.len()
    )
    .unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Answer { status, head: head.to_lowercase(), body: body.to_owned() }
}

/// Logs somebody in; what their browser sends from then on.
fn log_in(served: &Served, name: &str) -> String {
    let asked = json!({"name": name, "password": PASSWORD}).to_string();
    let answer = ask(served, "POST", "/v1/session", "", &asked);
    assert_eq!(answer.status, 200, "{}", answer.body);
    let set = answer.head.split("set-cookie: ").nth(1).unwrap();
    let (cookie, csrf) = (set.split(';').next().unwrap(), answer.json()["csrf"].clone());
    format!(
        "Cookie: {cookie}\r\nX-CSRF-Token: {}\r\nSec-Fetch-Site: same-origin\r\n",
        csrf.as_str().unwrap()
    )
}

/// Every route, with content that is worth nothing: whoever may is told so.
const ROUTES: [(&str, &str); 19] = [
    ("GET", "/healthz"),
    ("GET", "/readyz"),
    ("GET", "/taxii2/"),
    ("GET", "/metrics"),
    ("POST", "/v1/signups"),
    ("POST", "/v1/signups/batch"),
    ("POST", "/v1/setup"),
    ("POST", "/v1/session"),
    ("GET", "/v1/session"),
    ("POST", "/v1/session/password"),
    ("GET", "/v1/oidc/start"),
    ("GET", "/v1/oidc/callback"),
    ("GET", "/v1/users"),
    ("POST", "/v1/users"),
    ("PATCH", "/v1/users/nobody"),
    ("GET", "/v1/keys"),
    ("POST", "/v1/keys"),
    ("DELETE", "/v1/keys/none"),
    // The last: it is done.
    ("DELETE", "/v1/session"),
];

#[test]
fn everybody_may_do_what_they_may_and_no_more() {
    let room = room();
    let served = Served::start(&room, &["--policy", "policy.toml", "--state", "state"]);
    let mut callers = vec![("nobody".to_owned(), String::new())];
    for role in ["viewer", "analyst", "investigator", "admin"] {
        with_password(&room, PASSWORD, &["add", role, "--role", role]).ok();
        callers.push((role.to_owned(), log_in(&served, role)));
    }
    for scope in ["signups", "metrics", "read", "label", "act", "sealed", "admin"] {
        let token = key(&room, scope, &["--scope", scope]);
        callers.push((format!("key {scope}"), format!("Authorization: Bearer {token}\r\n")));
    }
    let mut table = String::new();
    for (method, path) in ROUTES {
        write!(table, "{method} {path}:").unwrap();
        for (who, headers) in &callers {
            let content = if method == "GET" { "" } else { "{}" };
            let answer = ask(&served, method, path, headers, content);
            assert!(answer.status < 500, "{who} {method} {path}: {}", answer.body);
            if !matches!(answer.status, 401 | 403) {
                write!(table, " {who},").unwrap();
            }
        }
        table.push('\n');
    }
    expect![[r#"
        GET /healthz: nobody, viewer, analyst, investigator, admin, key signups, key metrics, key read, key label, key act, key sealed, key admin,
        GET /readyz: nobody, viewer, analyst, investigator, admin, key signups, key metrics, key read, key label, key act, key sealed, key admin,
        GET /taxii2/: key signups, key metrics, key read, key label, key act, key sealed, key admin,
        GET /metrics: viewer, analyst, investigator, admin, key metrics,
        POST /v1/signups: key signups,
        POST /v1/signups/batch: key signups,
        POST /v1/setup: nobody, viewer, analyst, investigator, admin, key signups, key metrics, key read, key label, key act, key sealed, key admin,
        POST /v1/session: nobody, viewer, analyst, investigator, admin, key signups, key metrics, key read, key label, key act, key sealed, key admin,
        GET /v1/session: viewer, analyst, investigator, admin, key signups, key metrics, key read, key label, key act, key sealed, key admin,
        POST /v1/session/password: viewer, analyst, investigator, admin,
        GET /v1/oidc/start: nobody, viewer, analyst, investigator, admin, key signups, key metrics, key read, key label, key act, key sealed, key admin,
        GET /v1/oidc/callback: nobody, viewer, analyst, investigator, admin, key signups, key metrics, key read, key label, key act, key sealed, key admin,
        GET /v1/users: admin, key admin,
        POST /v1/users: admin, key admin,
        PATCH /v1/users/nobody: admin, key admin,
        GET /v1/keys: admin, key admin,
        POST /v1/keys: admin, key admin,
        DELETE /v1/keys/none: admin, key admin,
        DELETE /v1/session: viewer, analyst, investigator, admin,
    "#]].assert_eq(&table);
}

#[test]
fn the_first_start_says_how_the_first_admin_is_made_and_no_later_one_does() {
    let room = room();
    let served = Served::start(&room, &["--public-url", "https://dragnet.example.com/"]);
    let (log, headers) = (served.url.clone(), "Origin: https://dragnet.example.com\r\n");
    assert!(log.starts_with("http://"), "{log}");
    let said = served.stop();
    let token = said.err.lines().find(|line| line.contains("dragnet_")).unwrap().trim().to_owned();
    assert!(said.err.contains("POST /v1/setup"), "{}", said.err);
    // That one is worth nothing to the next start, which says another.
    let mut served = Served::start(&room, &["--public-url", "https://dragnet.example.com/"]);
    let asked = |token: &str| json!({"token": token, "name": "anna", "password": PASSWORD});
    let set_up = |served: &Served, token: &str| {
        ask(served, "POST", "/v1/setup", headers, &asked(token).to_string()).status
    };
    assert_eq!(set_up(&served, &token), 403);
    let token = served.lines(2).pop().unwrap().trim().to_owned();
    assert_eq!((set_up(&served, &token), set_up(&served, &token)), (201, 403));
    // Whoever comes by TLS in front of us has a cookie that goes nowhere else.
    let login = json!({"name": "anna", "password": PASSWORD}).to_string();
    let answer = ask(&served, "POST", "/v1/session", headers, &login);
    assert!(answer.head.contains("httponly; samesite=strict; secure"), "{}", answer.head);
    served.stop();
    let served = Served::start(&room, &[]);
    log_in(&served, "anna");
    assert_eq!(served.stop().err, "");
}

#[test]
fn whoever_is_locked_out_is_helped_at_the_store() {
    let room = room();
    room.run(&["user", "list"]).ok();
    let run = |args: &[&str]| room.run(&[&["user"], args].concat());
    assert!(run(&["list"]).out.contains("nobody yet"));
    with_password(&room, "short", &["add", "anna"]).failed(1, &["12 characters"]);
    with_password(&room, PASSWORD, &["add", "Anna"]).failed(1, &["small letters"]);
    with_password(&room, PASSWORD, &["add", "anna", "--role", "admin"]).ok();
    run(&["disable", "anna"]).failed(1, &["last admin"]);
    run(&["password", "anna"]).failed(2, &["--password-stdin"]);
    with_password(&room, PASSWORD, &["add", "ben"]).ok();
    let served = Served::start(&room, &[]);
    let ben = log_in(&served, "ben");
    let status = || ask(&served, "GET", "/v1/session", &ben, "").status;
    assert_eq!(status(), 200);
    run(&["role", "ben", "analyst"]).ok();
    assert_eq!(status(), 401);
    log_in(&served, "ben");
    with_password(&room, "another one, of ben", &["password", "ben"]).ok();
    run(&["disable", "ben", "--why", "left"]).ok();
    run(&["enable", "ben"]).ok();
    let out = run(&["list"]).ok().out.clone();
    expect![[r#"
        anna
          admin, logs in by a password
        ben
          analyst, logs in by a password
    "#]]
    .assert_eq(&out);
}

#[test]
fn it_ends_in_good_order_while_people_are_logged_in() {
    let room = room();
    with_password(&room, PASSWORD, &["add", "anna", "--role", "admin"]).ok();
    let served = Served::start(&room, &[]);
    let anna = log_in(&served, "anna");
    // A browser that keeps its connection.
    let address = served.url.split("://").nth(1).unwrap().split('/').next().unwrap().to_owned();
    let mut open = TcpStream::connect(&address).unwrap();
    write!(open, "GET /v1/session HTTP/1.1\r\nHost: {address}\r\n{anna}\r\n").unwrap();
    let mut head = [0; 15];
    open.read_exact(&mut head).unwrap();
    assert_eq!(&head, b"HTTP/1.1 200 OK");
    let begun = Instant::now();
    assert_eq!(served.stop().code, Some(0));
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    // And the session goes on where it was.
    let served = Served::start(&room, &[]);
    assert_eq!(ask(&served, "GET", "/v1/session", &anna, "").status, 200);
}

#[test]
fn the_log_tells_what_was_asked_and_not_by_whom() {
    let room = room();
    with_password(&room, PASSWORD, &["add", "anna", "--role", "admin"]).ok();
    let served = Served::start(&room, &["--log", "json", "--log-level", "info"]);
    let anna = log_in(&served, "anna");
    ask(&served, "GET", "/v1/users?name=anna", &anna, "");
    ask(&served, "PATCH", "/v1/users/anna", &anna, "{}");
    let said = served.stop().err;
    let lines: Vec<Value> =
        said.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let shown: String = lines
        .iter()
        .filter(|line| line["message"] == "answered")
        .map(|line| {
            assert!(line["us"].is_u64() && line["timestamp"].is_string(), "{line}");
            format!("{} {} {} {}\n", line["level"], line["method"], line["route"], line["status"])
        })
        .collect();
    expect![[r#"
        "INFO" "POST" "/v1/session" 200
        "INFO" "GET" "/v1/users" 200
        "INFO" "PATCH" "/v1/users/{name}" 200
    "#]]
    .assert_eq(&shown);
    for secret in ["anna", "dragnet_", PASSWORD, "127.0.0.1:"] {
        let told = lines.iter().find(|line| line.to_string().contains(secret));
        assert_eq!(told, None, "{secret}");
    }
}

const SETTINGS: &str = "\
# of a story
title = \"From the file\"
rate = 60
session-idle = \"30m\"

[oidc]
issuer = \"https://id.example.com\"
client = \"dragnet\"
role = [\"fraud-team=investigator\", \"it=admin\"]
";

#[test]
fn what_holds_is_told_with_where_it_comes_from() {
    let room = Room::new();
    room.write("dragnet.toml", format!("public-url = \"https://d.example.com\"\n{SETTINGS}"));
    let mut command = room.command(&["config", "check", "dragnet.toml", "--json"]);
    let command = command.env("DRAGNET_SERVE_RATE", "90").env("DRAGNET_SERVE_PLAIN", "yes");
    let store = "postgres://dragnet:secret@db.example.com/dragnet";
    let said = Said::of(command.env("DRAGNET_STORE", store).output().unwrap());
    let document: Value = serde_json::from_str(&said.ok().out).unwrap();
    let mut shown = String::new();
    for setting in document["settings"].as_array().unwrap() {
        if setting["from"] != "default" || setting["key"] == "page" {
            let (key, value, from) = (&setting["key"], &setting["value"], &setting["from"]);
            writeln!(shown, "{key} {value} {from}").unwrap();
        }
    }
    expect![[r#"
        "public-url" "https://d.example.com" "dragnet.toml:1"
        "plain" "true" "DRAGNET_SERVE_PLAIN"
        "title" "From the file" "dragnet.toml:3"
        "page" "1000" "default"
        "rate" "90" "DRAGNET_SERVE_RATE"
        "session-idle" "30m" "dragnet.toml:5"
        "oidc-issuer" "https://id.example.com" "dragnet.toml:8"
        "oidc-client" "dragnet" "dragnet.toml:9"
        "oidc-role" "fraud-team=investigator, it=admin" "dragnet.toml:10"
        "store" "postgres://…@db.example.com/dragnet" "DRAGNET_STORE"
    "#]]
    .assert_eq(&shown);
    assert_eq!(document["problems"], json!([]));
    // What is printed as a file can be read as one, once its lines are no comments.
    let annotated = room.run(&["config", "show", "--default"]).ok().out.clone();
    room.write("all.toml", annotated);
    room.run(&["config", "check", "all.toml"]).ok();
}

#[test]
fn a_flag_goes_before_the_environment_and_that_before_the_file() {
    let room = room();
    room.write("dragnet.toml", "title = \"From the file\"\nplain = true\n");
    let token = key(&room, "reader", &[]);
    let title = |args: &[&str], environment: &[(&str, &str)]| {
        let served = Served::start_with(&room, args, environment);
        let headers = format!("Authorization: Bearer {token}\r\n");
        let answer = ask(&served, "GET", "/taxii2/", &headers, "");
        answer.json()["title"].as_str().unwrap().to_owned()
    };
    let environment = [("DRAGNET_SERVE_TITLE", "From the environment")];
    let file = ["--config", "dragnet.toml"];
    assert_eq!(title(&[], &[]), "Dragnet");
    assert_eq!(title(&file, &[]), "From the file");
    assert_eq!(title(&[], &[("DRAGNET_CONFIG", "dragnet.toml")]), "From the file");
    assert_eq!(title(&file, &environment), "From the environment");
    let flag = [&file[..], &["--title", "From a flag"]].concat();
    assert_eq!(title(&flag, &environment), "From a flag");
}

#[test]
fn all_that_is_wrong_is_told_at_once_with_its_line() {
    let room = Room::new();
    room.write(
        "wrong.toml",
        "bind = \"here\"\ntitel = \"a\"\nplain = \"yes\"\npage = [1]\nnow = \"today\"\n\
         log = \"xml\"\nproxy = [\"10.0.0.0/8\", \"all\"]\n[oidc]\nrole = \"a=king\"\n[x\n",
    );
    let said = room.run(&["config", "check", "wrong.toml"]);
    expect![[r#"
        wrong.toml:1: bind = "here": invalid socket address syntax
        wrong.toml:2: there is no setting titel: did you mean title?
        wrong.toml:3: plain is true or false
        wrong.toml:4: page has one value, and no list
        wrong.toml:5: now: it is about one run, and cannot be in a file
        wrong.toml:6: log = "xml": write one of text, json
        wrong.toml:7: proxy = "all": write an address or a network: 10.0.0.0/8
        wrong.toml:9: oidc-role = "a=king": write VALUE=ROLE, with a role of viewer, analyst, investigator, admin
        wrong.toml:10: unclosed table, expected `]`
        error: 9 things are wrong: dragnet serve would not start
    "#]].assert_eq(&said.failed(1, &[]).err);
    room.run(&["serve", "--config", "wrong.toml"])
        .failed(2, &["wrong.toml:2: there is no setting"]);
    // Each can be one, and together they cannot.
    room.write(
        "together.toml",
        "bind = \"0.0.0.0:6443\"\npage = 0\ncontent-max = \"much\"\nkeys-max = \"few\"\n\
         policy = \"none.toml\"\nscan-every = \"now\"\nsession-idle = \"long\"\n",
    );
    let said = room.run(&["config", "check", "together.toml"]);
    expect![[r#"
        together.toml:2: --page is at least 1, and --page-max no less
        together.toml:3: --content-max much: write a size like 8M
        together.toml:4: --keys-max few: write a number like 500k
        together.toml:5: cannot read none.toml: No such file or directory (os error 2)
        together.toml:6: --scan-every now: write 90s, 15m, 2h or 7d
        together.toml:7: --session-idle long: write 90s, 15m, 2h or 7d
        tokens would cross the network in clear: --certificate and --key, or --plain if something in front brings TLS
        error: 7 things are wrong: dragnet serve would not start
    "#]].assert_eq(&said.failed(1, &[]).err);
    room.write("half.toml", SETTINGS);
    room.run(&["config", "check", "half.toml"]).failed(1, &["--public-url"]);
    room.run(&["config", "check", "none.toml"]).failed(1, &["none.toml: cannot be read"]);
    let said = room.command(&["config", "check"]).env("DRAGNET_SERVE_BIN", "x").output();
    Said::of(said.unwrap()).failed(1, &["DRAGNET_SERVE_BIN: there is no such setting"]);
}
