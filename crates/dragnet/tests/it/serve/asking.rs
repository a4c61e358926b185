//! Whoever asks a server about sign-ups.

use super::served::{Served, key};
use crate::room::Room;
use serde_json::Value;
use std::io::{Read, Write};
use std::net::TcpStream;

/// One rule, which counts.
pub(crate) const POLICY: &str = r#"
name = "story"
revision = 7
mode = "act"

[[rules]]
name = "busy address"
when = "count_ip_10m > 3"
do = "challenge"
label = "story:busy"
why = "Many from one address."
"#;

/// A room with a store, a policy and a key.
pub(crate) fn room() -> (Room, String) {
    let room = Room::new();
    room.write("policy.toml", POLICY);
    room.write("case.json", crate::intel::case());
    room.run(&["intel", "import", "case.json"]).ok();
    let token = key(&room, "form", &["--scope", "signups,metrics"]);
    (room, token)
}

pub(crate) fn serve(room: &Room) -> Served {
    Served::start(room, &["--policy", "policy.toml", "--state", "state"])
}

/// `HOST:PORT` of it.
pub(crate) fn address(served: &Served) -> &str {
    served.url.trim_start_matches("http://").split('/').next().unwrap()
}

/// Status and content of an answer.
pub(crate) fn ask(served: &Served, token: &str, path: &str, content: &str) -> (u16, String) {
    let address = address(served);
    let mut stream = TcpStream::connect(address).unwrap();
    let method = if content.is_empty() { "GET" } else { "POST" };
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{content}",
        content.len()
    )
    .unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
}

pub(crate) fn signup(served: &Served, token: &str, content: &Value) -> Value {
    let (status, body) = ask(served, token, "/v1/signups", &content.to_string());
    assert_eq!(status, 200, "{body}");
    serde_json::from_str(&body).unwrap()
}
