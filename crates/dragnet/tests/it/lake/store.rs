//! The same in an S3-compatible store: a real server, on this machine.

use super::engines::python;
use super::{found, world};
use crate::room::{NOW, Room, Said};
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// How long the server may take to begin.
const TRIES_MAX: u32 = 600;
const TRY_EVERY: Duration = Duration::from_millis(100);

/// Moments at which an ingest is killed, as shares of the time it takes.
const MOMENTS: u32 = 4;

struct Server {
    child: Child,
    port: u16,
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
        let server = Self { child, port };
        let made = (0..TRIES_MAX).find_map(|_| {
            sleep(TRY_EVERY);
            server.put("logs", b"")
        });
        made.expect("the server makes a bucket");
        Some(server)
    }

    /// Puts a bucket, or an object of one.
    fn put(&self, path: &str, bytes: &[u8]) -> Option<()> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).ok()?;
        let length = bytes.len();
        let head =
            format!("PUT /{path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {length}\r\n\r\n");
        stream.write_all(head.as_bytes()).ok()?;
        stream.write_all(bytes).ok()?;
        let mut answer = String::new();
        BufReader::new(stream).read_line(&mut answer).ok()?;
        answer.contains("200").then_some(())
    }

    fn command(&self, room: &Room, args: &[&str]) -> Command {
        let mut command = room.command(args);
        command
            .env("AWS_ENDPOINT_URL", format!("http://127.0.0.1:{}", self.port))
            .env("AWS_ALLOW_HTTP", "true")
            .env("AWS_REGION", "us-east-1")
            .env("AWS_ACCESS_KEY_ID", "test")
            .env("AWS_SECRET_ACCESS_KEY", "test");
        command
    }

    fn run(&self, room: &Room, args: &[&str]) -> Said {
        Said::of(self.command(room, args).output().unwrap())
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

#[test]
fn logs_in_a_store_are_read_where_they_are() {
    let Some(server) = Server::begin() else { return };
    let room = Room::new();
    let log = crate::room::log(500);
    room.write("log.csv", &log);
    room.scan(&["log.csv", "--out", "a"]).ok();
    server.put("logs/in/log.csv.zst", &zstd::encode_all(log.as_bytes(), 1).unwrap()).unwrap();
    server.scan(&room, &["s3://logs/in/log.csv.zst", "--out", "b"]).ok();
    assert_eq!(found(&room, "a"), found(&room, "b"));
    server.scan(&room, &["s3://logs/in", "--out", "c"]).ok();
    assert_eq!(found(&room, "a"), found(&room, "c"));
    server.run(&room, &["ingest", "s3://logs/in/", "--lake", "lake"]).ok();
    // A lake of somebody else's, and one file of it.
    let part = std::fs::read_dir(room.path("lake/day=2024-03-01")).unwrap().next().unwrap();
    let part = std::fs::read(part.unwrap().path()).unwrap();
    server.put("logs/theirs/day=2024-03-01/part-0.parquet", &part).unwrap();
    for (number, what) in ["", "/day=2024-03-01/part-0.parquet"].iter().enumerate() {
        let out = format!("d{number}");
        server.scan(&room, &[&format!("s3://logs/theirs{what}"), "--out", &out]).ok();
        assert_eq!(found(&room, "a"), found(&room, &out));
    }
}

#[test]
fn killed_at_any_moment_the_next_run_makes_the_lake_of_a_store_whole() {
    let Some(server) = Server::begin() else { return };
    let room = Room::new();
    world(&room, "5000");
    let begun = Instant::now();
    server.run(&room, &["ingest", "log/signups.csv", "--lake", "s3://logs/whole"]).ok();
    let takes = begun.elapsed();
    for moment in 1..=MOMENTS {
        let lake = format!("s3://logs/lake-{moment}");
        let ingest = ["ingest", "log/signups.csv", "--lake", &lake];
        let mut child = server.command(&room, &ingest);
        let mut child = child.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        sleep(takes * moment / MOMENTS);
        child.kill().unwrap();
        child.wait().unwrap();
        server.run(&room, &ingest).ok();
        let out = format!("out-{moment}");
        server.scan(&room, &[&lake, "--out", &out]).ok();
        let counts = &room.json(&format!("{out}/run.json"))["counts"];
        assert_eq!((&counts["signups"], &counts["rejected_rows"]), (&5000.into(), &0.into()));
    }
}
