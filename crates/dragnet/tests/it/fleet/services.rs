//! Redis, NATS and PostgreSQL of a story's own, on free ports, in folders of their own; they
//! end with the story, and can be killed and started again where they were.

use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// A machine that others use too is slow.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);

/// Waits until something holds.
#[track_caller]
pub(super) fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < PATIENCE, "never: {what}");
        sleep(Duration::from_millis(20));
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A program that serves on a port.
pub(super) struct Service {
    start: Box<dyn Fn() -> Command + Send>,
    child: Child,
    port: u16,
    _folder: TempDir,
}

impl Service {
    fn start(port: u16, folder: TempDir, start: impl Fn() -> Command + Send + 'static) -> Self {
        let child = spawn(&mut start());
        let service = Self { start: Box::new(start), child, port, _folder: folder };
        service.wait();
        service
    }

    pub(super) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub(super) fn signal(&self, name: &str) {
        let (name, id) = (format!("-{name}"), self.child.id().to_string());
        assert!(Command::new("kill").args([&name, &id]).status().unwrap().success());
    }

    pub(super) fn start_again(&mut self) {
        self.child = spawn(&mut (self.start)());
        self.wait();
    }

    fn wait(&self) {
        until("it listens", || TcpStream::connect(("127.0.0.1", self.port)).is_ok());
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // It may be dead already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn spawn(command: &mut Command) -> Child {
    let command = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let name = command.get_program().to_owned();
    command.spawn().unwrap_or_else(|e| panic!("{name:?} (scripts/test.sh installs it): {e}"))
}

/// A Redis that keeps what it was told; its address.
pub(super) fn redis(more: &'static [&'static str]) -> (Service, String) {
    let (port, folder) = (free_port(), TempDir::new().unwrap());
    let dir = folder.path().to_owned();
    let start = move || {
        let mut command = Command::new("redis-server");
        command.args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", ""]);
        command.arg("--dir").arg(&dir).args(["--appendonly", "yes"]).args(more);
        command
    };
    (Service::start(port, folder, start), format!("redis://127.0.0.1:{port}"))
}

/// A cluster of three; their addresses.
pub(super) fn redis_cluster() -> (Vec<Service>, String) {
    let nodes: Vec<(Service, String)> =
        (0..3).map(|_| redis(&["--cluster-enabled", "yes"])).collect();
    let hosts = nodes.iter().map(|(_, url)| url.trim_start_matches("redis://"));
    let mut create = Command::new("redis-cli");
    create.args(["--cluster", "create"]).args(hosts).arg("--cluster-yes");
    assert!(create.stdout(Stdio::null()).status().unwrap().success());
    let (services, urls): (Vec<Service>, Vec<String>) = nodes.into_iter().unzip();
    for url in &urls {
        until("the cluster has all slots", || {
            ask_redis(url, &["CLUSTER", "INFO"]).contains("cluster_state:ok")
        });
    }
    (services, urls.join(","))
}

/// What a Redis answers.
pub(super) fn ask_redis(url: &str, words: &[&str]) -> String {
    let port = url.rsplit_once(':').unwrap().1;
    let said = Command::new("redis-cli").args(["-p", port]).args(words).output().unwrap();
    String::from_utf8(said.stdout).unwrap()
}

/// A NATS with JetStream; its address.
pub(super) fn nats() -> (Service, String) {
    let (port, folder) = (free_port(), TempDir::new().unwrap());
    let dir = folder.path().to_owned();
    let start = move || {
        let mut command = Command::new("nats-server");
        command.args(["-a", "127.0.0.1", "-p", &port.to_string(), "-js", "-sd"]).arg(&dir);
        command
    };
    (Service::start(port, folder, start), format!("nats://127.0.0.1:{port}"))
}

/// A PostgreSQL, which refuses to be root; the package brings a user for it.
pub(super) struct Postgres {
    bin: PathBuf,
    folder: TempDir,
    port: u16,
    pub(super) url: String,
    child: Option<Child>,
}

impl Postgres {
    pub(super) fn start() -> Self {
        let folder = TempDir::new().unwrap();
        let (bin, port) = (bin(), free_port());
        let url = format!("postgres://test@127.0.0.1:{port}/postgres");
        if is_root() {
            let given = Command::new("chown").arg("postgres").arg(folder.path()).status().unwrap();
            assert!(given.success());
        }
        let mut made = Self { bin, folder, port, url, child: None };
        let mut init = made.command("initdb");
        init.args(["--no-sync", "--auth=trust", "--username=test", "--encoding=UTF8"]);
        assert!(
            init.args(["--locale=C", "-D", "db"]).stdout(Stdio::null()).status().unwrap().success()
        );
        made.start_again();
        made
    }

    pub(super) fn start_again(&mut self) {
        let mut command = self.command("postgres");
        command.args(["-D", "db", "-k", "", "-c", "fsync=off", "-c", "shared_buffers=64MB"]);
        command.args(["-c", "listen_addresses=127.0.0.1", "-p", &self.port.to_string()]);
        self.child = Some(spawn(&mut command));
        until("PostgreSQL answers", || {
            let mut ask = self.command("pg_isready");
            ask.args(["-q", "-h", "127.0.0.1", "-p", &self.port.to_string()])
                .status()
                .unwrap()
                .success()
        });
    }

    pub(super) fn kill(&mut self) {
        let pid = std::fs::read_to_string(self.folder.path().join("db/postmaster.pid")).unwrap();
        let pid = pid.lines().next().unwrap();
        assert!(Command::new("kill").args(["-KILL", pid]).status().unwrap().success());
        self.child.take().unwrap().wait().unwrap();
    }

    fn command(&self, name: &str) -> Command {
        let program = self.bin.join(name);
        let mut command = match is_root() {
            true => {
                let mut command = Command::new("runuser");
                command.args(["-u", "postgres", "--"]).arg(program);
                command
            }
            false => Command::new(program),
        };
        command.current_dir(self.folder.path());
        command
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if self.child.is_some() {
            self.kill();
        }
    }
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().unwrap().stdout == b"0\n"
}

/// Where Debian keeps it, the newest.
fn bin() -> PathBuf {
    let folders = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let debian = folders.filter_map(|entry| Some(entry.ok()?.path().join("bin"))).max();
    let found = debian.filter(|bin| Path::new(bin).join("initdb").is_file());
    found.expect("PostgreSQL (scripts/test.sh installs it)")
}
