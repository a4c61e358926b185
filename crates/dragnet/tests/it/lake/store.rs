//! The same in an S3-compatible store: a real server, on this machine.

use super::engines::python;
use super::{found, world};
use crate::room::{NOW, Room, Said};
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

/// How long the server may take to begin.
const TRIES_MAX: u32 = 600;
const TRY_EVERY: Duration = Duration::from_millis(100);

struct Server {
    child: Child,
    url: String,
}

impl Server {
    /// A server with a bucket `logs`; none where it is not installed.
    fn begin() -> Option<Self> {
        let python = python()?;
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let child = Command::new(python)
            .args(["-m", "moto.server", "-H", "127.0.0.1", "-p", &port.to_string()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let server = Self { child, url: format!("http://127.0.0.1:{port}") };
        let made = (0..TRIES_MAX).find_map(|_| {
            sleep(TRY_EVERY);
            let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
            let request = "PUT /logs HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n";
            stream.write_all(request.as_bytes()).ok()?;
            let mut answer = String::new();
            BufReader::new(stream).read_line(&mut answer).ok()?;
            answer.contains("200").then_some(())
        });
        made.expect("the server makes a bucket");
        Some(server)
    }

    fn run(&self, room: &Room, args: &[&str]) -> Said {
        let mut command = room.command(args);
        command
            .env("AWS_ENDPOINT_URL", &self.url)
            .env("AWS_ALLOW_HTTP", "true")
            .env("AWS_REGION", "us-east-1")
            .env("AWS_ACCESS_KEY_ID", "test")
            .env("AWS_SECRET_ACCESS_KEY", "test");
        Said::of(command.output().unwrap())
    }

    fn scan(&self, room: &Room, args: &[&str]) -> Said {
        self.run(room, &[&["scan", "--now", NOW], args].concat())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_lake_in_a_store_gives_what_the_log_gave() {
    let Some(server) = Server::begin() else { return };
    let room = Room::new();
    world(&room, "20000");
    let lake = "s3://logs/a/lake";
    server.run(&room, &["ingest", "log/signups.csv", "--lake", lake]).ok();
    room.scan(&["log/signups.csv", "--out", "a"]).ok();
    server.scan(&room, &[lake, "--out", "b"]).ok();
    assert_eq!(found(&room, "a"), found(&room, "b"));
    let said = server.run(&room, &["ingest", "log/signups.csv", "--lake", lake]);
    assert!(said.ok().out.contains("already"), "{}", said.out);
    let time = ["--since", "2024-05-20T12:00:00Z", "--until", "2024-05-21"];
    room.scan(&[&["log/signups.csv", "--out", "c"], &time[..]].concat()).ok();
    server.scan(&room, &[&[lake, "--out", "d"], &time[..]].concat()).ok();
    assert_eq!(found(&room, "c"), found(&room, "d"));
    // A second run changes the manifest that the first one made.
    room.write("more.csv", "account_id,timestamp\nv,2024-05-20\n");
    server.run(&room, &["ingest", "more.csv", "--lake", lake]).ok();
    server.scan(&room, &[&[lake, "--out", "e"], &time[..2]].concat()).ok();
    server
        .scan(&room, &["s3://logs/nowhere"])
        .failed(1, &["no sign-up logs under s3://logs/nowhere"]);
    server.scan(&room, &["s3://missing/x"]).failed(1, &["s3://missing/x"]);
}
