//! What the TAXII server costs: `cargo bench -p server --bench taxii -- --objects 10000`.
//!
//! A store is filled with so many objects, a server is started on it in a process of its
//! own, and asked over keep-alive connections. Shown are answers in a second, the time that
//! half and 99 of 100 took at most, and what the server's processors spent on each, read
//! from /proc: the client runs on the same cores, and is not to be paid for by the server.
//! `--only "one object,page of 100"` asks only that; `--url postgres://…` says where the
//! store is. With `--peer` another server is filled and asked: see `peers.py`.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

use server::{Config, Limits, Token, now};
use std::io::{BufRead, BufReader, Read as _, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use stix::Object;
use stix::marking::Tlp;
use store::{Act, Collection, CollectionId, Origin, Publication, Right, Store};

const COLLECTION: CollectionId =
    CollectionId(uuid::Uuid::from_u128(0x91a7b528_80eb_42ed_a74d_c6fbd5a26116));
/// How long each question is asked.
const EACH: Duration = Duration::from_secs(4);
/// Objects of a POST.
const POSTED: usize = 1000;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let after = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name)?;
        Some(arguments.get(at + 1).expect("a value follows").clone())
    };
    if let Some(file) = after("--serve") {
        return serve(&file);
    }
    let objects = after("--objects").map_or(10_000, |n| n.parse().unwrap());
    let only = after("--only").map(|only| only.split(',').map(str::to_owned).collect());
    if let Some(address) = after("--peer") {
        let process = after("--process").unwrap().parse().unwrap();
        let server = Server { address: address.parse().unwrap(), process, child: None };
        let (within, key) = (after("--path").unwrap(), after("--authorization").unwrap());
        let connections = after("--connections").unwrap().parse().unwrap();
        return ask_peer(&Asks { server, within, key, only, objects, connections });
    }
    let folder = tempfile::TempDir::new().unwrap();
    let file = after("--url");
    let file = file.unwrap_or_else(|| folder.path().join("store").display().to_string());
    let key = format!("Bearer {}", fill(&file, objects));
    if let Ok(meta) = std::fs::metadata(Path::new(&file)) {
        println!("store: {} MB", meta.len() / 1_000_000);
    }
    let (server, middle) = Server::start(&file);
    println!("server at rest: {} MB", server.memory_mb("VmRSS"));
    let within = format!("{ROOT}collections/{COLLECTION}/");
    let asks = Asks { server, within, key, only, objects, connections: 4 };
    ask_ours(&asks, &middle);
    asks.post();
    // What is mapped of the file is the system's to take back, and is counted for each
    // connection that maps it.
    let (own, mapped) = (asks.server.memory_mb("RssAnon"), asks.server.memory_mb("RssFile"));
    println!("server at the end: {own} MB of its own, {mapped} MB mapped");
}

const ROOT: &str = "/taxii2/dragnet/";

/// What is asked, of whom.
struct Asks {
    server: Server,
    /// The address of the collection.
    within: String,
    /// The header that opens it.
    key: String,
    only: Option<Vec<String>>,
    /// That are in the collection.
    objects: usize,
    /// At most as many at one time.
    connections: usize,
}

impl Asks {
    fn wants(&self, what: &str) -> bool {
        self.only.as_ref().is_none_or(|only| only.iter().any(|one| one == what))
    }

    fn head(&self, method: &str, path: &str) -> String {
        let key = &self.key;
        format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: {key}\r\nAccept: application/taxii+json;version=2.1\r\n"
        )
    }

    fn get(&self, what: &str, connections: usize, path: impl Fn(usize) -> String + Sync) {
        let request = |n: usize| format!("{}\r\n", self.head("GET", &path(n))).into_bytes();
        self.load(what, connections, &request, 200);
    }

    /// What every server is asked.
    fn common(&self) {
        let Self { within, objects, .. } = self;
        self.get("one object", 4, |n| {
            format!("{within}objects/{}/", indicator_id(n * 7919 % objects))
        });
        self.get("page of 100", 4, |_| format!("{within}objects/?limit=100"));
        self.get("page of 1000", 2, |_| format!("{within}objects/?limit=1000"));
    }

    fn post(&self) {
        let next = AtomicUsize::new(self.objects);
        for (what, each) in [("POST of 1000 objects", POSTED), ("POST of one object", 1)] {
            let before = next.load(Ordering::SeqCst);
            let request = |_: usize| {
                let first = next.fetch_add(each, Ordering::SeqCst);
                self.envelope(first..first + each)
            };
            let begun = Instant::now();
            self.load(what, 4, &request, 202);
            let posted = next.load(Ordering::SeqCst) - before;
            println!("    {:.0} objects/s", posted as f64 / begun.elapsed().as_secs_f64());
        }
    }

    /// A POST of these.
    fn envelope(&self, numbers: std::ops::Range<usize>) -> Vec<u8> {
        let head = self.head("POST", &format!("{}objects/", self.within));
        let texts: Vec<String> = numbers.map(indicator).collect();
        let body = format!("{{\"objects\":[{}]}}", texts.join(","));
        let (kind, length) = ("application/taxii+json;version=2.1", body.len());
        format!("{head}Content-Type: {kind}\r\nContent-Length: {length}\r\n\r\n{body}").into_bytes()
    }
}

fn ask_ours(asks: &Asks, middle: &str) {
    let within = &asks.within;
    asks.get("the root: no more than the key is looked at", 4, |_| ROOT.to_owned());
    asks.common();
    let packed = |_: usize| {
        let head = asks.head("GET", &format!("{within}objects/?limit=1000"));
        format!("{head}Accept-Encoding: gzip\r\n\r\n").into_bytes()
    };
    asks.load("page of 1000 packed", 2, &packed, 200);
    asks.get("page of 1000 from the middle", 2, |_| {
        format!("{within}objects/?limit=1000&added_after={middle}")
    });
    asks.get("page of 1000 of a type", 2, |_| {
        format!("{within}objects/?limit=1000&match[type]=indicator")
    });
    asks.get("manifest of 1000", 2, |_| format!("{within}manifest/?limit=1000"));
    walk(asks);
}

/// Fills another server by posting to it, then asks it what ours is asked too.
fn ask_peer(asks: &Asks) {
    let (begun, mut connection) = (Instant::now(), Connection::open(asks.server.address));
    for first in (0..asks.objects).step_by(100) {
        let (status, body) = connection.ask(&asks.envelope(first..first + 100));
        assert_eq!(status, 202, "{}", String::from_utf8_lossy(&body));
    }
    let rate = asks.objects as f64 / begun.elapsed().as_secs_f64();
    println!("filled by POSTs of 100: {rate:.0} objects/s");
    asks.common();
    asks.post();
    println!("server at the end: {} MB", asks.server.memory_mb("VmRSS"));
}

/// Every page of the collection, one after the other.
fn walk(asks: &Asks) {
    if !asks.wants("all") {
        return;
    }
    let Asks { server, within, objects, .. } = asks;
    let mut connection = Connection::open(server.address);
    let (mut next, mut pages, begun, cpu) = (String::new(), 0, Instant::now(), server.cpu());
    loop {
        let head = asks.head("GET", &format!("{within}objects/?limit=1000{next}"));
        let (_, body) = connection.ask(format!("{head}\r\n").as_bytes());
        pages += 1;
        let head = String::from_utf8_lossy(&body[..60]).into_owned();
        let Some((_, cursor)) = head.split_once("\"next\":\"") else { break };
        next = format!("&next={}", cursor.split_once('"').unwrap().0);
    }
    let took = begun.elapsed();
    let cpu = (server.cpu() - cpu).as_secs_f64() * 1000.0;
    println!(
        "all {objects} objects on {pages} pages: {:.2} s, {:.2} ms of the server a page",
        took.as_secs_f64(),
        cpu / f64::from(pages)
    );
}

struct Server {
    address: SocketAddr,
    process: u32,
    /// Where it is ours.
    child: Option<Child>,
}

impl Server {
    /// Starts ours; gives also a time half way through the collection.
    fn start(file: &str) -> (Self, String) {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--serve", file])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let address = lines.next().unwrap().unwrap().parse().unwrap();
        let middle = lines.next().unwrap().unwrap();
        (Self { address, process: child.id(), child: Some(child) }, middle)
    }

    /// It, and those that it has started.
    fn processes(&self) -> Vec<u32> {
        let of = self.process;
        let children = std::fs::read_to_string(format!("/proc/{of}/task/{of}/children"));
        let children = children.unwrap_or_default();
        let children = children.split_whitespace().map(|id| id.parse().unwrap());
        std::iter::once(of).chain(children).collect()
    }

    /// What its processors have spent.
    fn cpu(&self) -> Duration {
        let spent = |process: u32| {
            let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap();
            let fields: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
            let ticks = fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap();
            // A hundred ticks a second, on every Linux that is built the usual way.
            Duration::from_millis(ticks * 10)
        };
        self.processes().into_iter().map(spent).sum()
    }

    fn memory_mb(&self, which: &str) -> u64 {
        let of = |process: u32| {
            let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
            let line = status.lines().find(|line| line.starts_with(which)).unwrap();
            line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
        };
        self.processes().into_iter().map(of).sum()
    }
}

impl Asks {
    /// Asks for a while on several connections, and shows what came of it.
    fn load(
        &self,
        what: &str,
        connections: usize,
        request: &(dyn Fn(usize) -> Vec<u8> + Sync),
        status: u16,
    ) {
        if !self.wants(what) {
            return;
        }
        let (server, asked, bytes) = (&self.server, AtomicUsize::new(0), AtomicUsize::new(0));
        let (cpu, begun) = (server.cpu(), Instant::now());
        let mut took: Vec<Duration> = std::thread::scope(|scope| {
            let one = || {
                let (mut connection, mut took) = (Connection::open(server.address), Vec::new());
                while begun.elapsed() < EACH {
                    let request = request(asked.fetch_add(1, Ordering::Relaxed));
                    let sent = Instant::now();
                    let (answered, body) = connection.ask(&request);
                    assert_eq!(answered, status, "{}", String::from_utf8_lossy(&body));
                    took.push(sent.elapsed());
                    bytes.store(body.len(), Ordering::Relaxed);
                    // An object that is refused is answered much faster.
                    let taken: [&[u8]; 2] = [b"\"failure_count\":0", b"\"failure_count\": 0"];
                    let is_taken = |body: &[u8]| taken.iter().any(|taken| find(body, taken));
                    assert!(status != 202 || is_taken(&body), "{}", String::from_utf8_lossy(&body));
                }
                took
            };
            let connections = connections.min(self.connections);
            let all: Vec<_> = (0..connections).map(|_| scope.spawn(one)).collect();
            all.into_iter().flat_map(|one| one.join().unwrap()).collect()
        });
        let seconds = begun.elapsed().as_secs_f64();
        let cpu = (server.cpu() - cpu).as_secs_f64() * 1000.0 / took.len() as f64;
        took.sort_unstable();
        let at = |part: usize| took[took.len() * part / 100].as_secs_f64() * 1000.0;
        println!(
            "{what}: {:.0} answers/s, half within {:.2} ms, 99 % within {:.2} ms, {cpu:.3} ms of the server each, {} bytes",
            took.len() as f64 / seconds,
            at(50),
            at(99),
            bytes.into_inner(),
        );
    }
}

fn find(within: &[u8], what: &[u8]) -> bool {
    within.windows(what.len()).any(|window| window == what)
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            drop(child.stdin.take());
            child.wait().unwrap();
        }
    }
}

struct Connection(BufReader<TcpStream>);

impl Connection {
    fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_nodelay(true).unwrap();
        Self(BufReader::with_capacity(1 << 20, stream))
    }

    fn ask(&mut self, request: &[u8]) -> (u16, Vec<u8>) {
        self.0.get_mut().write_all(request).unwrap();
        let mut line = String::new();
        self.0.read_line(&mut line).unwrap();
        let status = line.split(' ').nth(1).unwrap().parse().unwrap();
        let mut length = Some(0);
        loop {
            line.clear();
            self.0.read_line(&mut line).unwrap();
            match line.to_ascii_lowercase().trim_end().split_once(": ") {
                Some(("content-length", value)) => length = value.parse().ok(),
                Some(("transfer-encoding", "chunked")) => length = None,
                Some(_) => {}
                None => break,
            }
        }
        let mut body = Vec::new();
        match length {
            Some(length) => self.take(&mut body, length),
            None => while self.chunk(&mut body) > 0 {},
        }
        (status, body)
    }

    fn take(&mut self, body: &mut Vec<u8>, bytes: usize) {
        let before = body.len();
        body.resize(before + bytes, 0);
        self.0.read_exact(&mut body[before..]).unwrap();
    }

    /// Reads a part of a body; gives its length, 0 at the end.
    fn chunk(&mut self, body: &mut Vec<u8>) -> usize {
        let mut line = String::new();
        self.0.read_line(&mut line).unwrap();
        let bytes = usize::from_str_radix(line.trim_end(), 16).unwrap();
        self.take(body, bytes);
        self.0.read_line(&mut line).unwrap();
        bytes
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap()
}

/// The server's process: until its input ends.
fn serve(file: &str) {
    runtime().block_on(async {
        let store = Store::open(file).await.unwrap();
        let middle = store.audit(0, 100).await.unwrap().pop().unwrap().why;
        let config = Config {
            bind: SocketAddr::from(([127, 0, 0, 1], 0)),
            public_url: None,
            tls: None,
            store,
            live: None,
            access: server::access::Settings::default(),
            acting: None,
            limits: Limits { rate: None, ..Limits::default() },
            title: "Bench".to_owned(),
            contact: None,
        };
        let end = tokio::task::spawn_blocking(|| {
            let mut input = String::new();
            std::io::stdin().read_line(&mut input).unwrap();
        });
        let ready = |address| println!("{address}\n{middle}");
        server::serve(config, ready, async { end.await.unwrap() }).await.unwrap();
    });
}

/// Fills a store; gives the token of a key that may do everything.
fn fill(file: &str, objects: usize) -> String {
    let act = |why: &str| Act { who: "bench".to_owned(), why: why.to_owned(), at: now() };
    let all = || (0..objects).map(|n| Object::parse(&indicator(n)).unwrap());
    runtime().block_on(async {
        let store = Store::open(file).await.unwrap();
        let collection = Collection {
            id: COLLECTION,
            alias: None,
            title: "Bench".to_owned(),
            description: None,
            ceiling: Tlp::Red,
            audience: "bench".to_owned(),
            can_post: true,
        };
        store.add_collection(&act("bench"), &collection).await.unwrap();
        let token = Token::draw();
        store.add_key(&act("bench"), store::NewKey::of("bench", token.hash())).await.unwrap();
        let right = Right { can_read: true, can_write: true };
        store.set_right(&act("bench"), "bench", COLLECTION, right).await.unwrap();
        let origin = Origin {
            source: "bench".to_owned(),
            sha256: String::new(),
            licence: None,
            grade: None,
        };
        let rate = |begun: Instant| objects as f64 / begun.elapsed().as_secs_f64();
        let begun = Instant::now();
        store.import(&act("bench"), &origin, all(), |_| ()).await.unwrap();
        println!("import of {objects} objects: {:.0} objects/s", rate(begun));
        let begun = Instant::now();
        let publication = Publication {
            collection: COLLECTION,
            recipient: "bench".to_owned(),
            policy: "all".to_owned(),
            objects: all().collect(),
            withdraw: Vec::new(),
        };
        let first = now();
        store.publish(&act("bench"), publication).await.unwrap();
        println!("into the collection: {:.0} objects/s", rate(begun));
        // Each is given a microsecond of its own from then on.
        let middle = later(first, objects / 2);
        store.quarantine(&act(&middle), "bench", "bench", "the middle").await.unwrap();
        store.close().await;
        token.text().to_owned()
    })
}

/// So many microseconds later.
fn later(time: stix::Timestamp, us: usize) -> String {
    let at = stix::Timestamp::from_ms(time.ms() + us as i64 / 1000).unwrap();
    at.to_string()
}

fn indicator_id(n: usize) -> String {
    format!("indicator--00000000-0000-4000-8000-{n:012x}")
}

/// An indicator of common length.
fn indicator(n: usize) -> String {
    let (a, b) = (n / 250 % 250, n % 250);
    format!(
        r#"{{"type":"indicator","spec_version":"2.1","id":"{}","created_by_ref":"identity--015e397b-3664-492a-9583-ecde97127da8","created":"2026-01-01T00:00:00.000Z","modified":"2026-01-01T00:00:00.000Z","name":"Sign-ups of a factory, from 198.51.{a}.{b}","description":"Accounts of one tool, number {n}: the same TLS client, the same shape of name, and a CAPTCHA that was solved on another network than it was issued to.","indicator_types":["malicious-activity"],"pattern":"[ipv4-addr:value = '198.51.{a}.{b}']","pattern_type":"stix","pattern_version":"2.1","valid_from":"2026-01-01T00:00:00Z","confidence":70,"labels":["account-factory"],"object_marking_refs":["marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487"]}}"#,
        indicator_id(n)
    )
}
