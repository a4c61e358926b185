//! Windows looked at by other machines: real schedulers and executors on this one.

use crate::room::{Room, Said};
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Behind the generated log.
const NOW: &str = "2024-07-01T00:00:00Z";

/// What takes longer has hung.
const PATIENCE: Duration = Duration::from_secs(120);

/// What nobody answers is an error within this.
const ERROR_WITHIN: Duration = Duration::from_secs(30);

/// A scheduler and executors, killed at the end.
struct Machines<'a> {
    room: &'a Room,
    scheduler: Machine,
    executors: Vec<Machine>,
}

struct Machine {
    child: Child,
    /// As it said it.
    address: String,
    /// What it says.
    said: PathBuf,
}

impl Drop for Machine {
    fn drop(&mut self) {
        // It may have been killed before.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Machine {
    /// Starts one, and waits until it says where it is.
    fn start(room: &Room, name: &str, args: &[&str]) -> Self {
        let said = room.path(name);
        let mut command = room.command(&[&["cluster"], args].concat());
        let child = command.stderr(fs::File::create(&said).unwrap()).spawn().unwrap();
        let mut machine = Self { child, address: String::new(), said };
        until(|| {
            let line = machine.lines().into_iter().find_map(|line| {
                let (_, address) = line.split_once(" at ")?;
                Some(address.split(": ").next()?.to_owned())
            });
            line.map(|address| machine.address = address).is_some()
        });
        machine
    }

    fn lines(&self) -> Vec<String> {
        BufReader::new(fs::File::open(&self.said).unwrap()).lines().map(Result::unwrap).collect()
    }

    /// Windows that it looked at.
    fn windows(&self) -> usize {
        self.lines().iter().filter(|line| line.contains(" rows in ")).count()
    }
}

impl<'a> Machines<'a> {
    fn start(room: &'a Room, executors: usize, more: &[&str]) -> Self {
        let scheduler = Machine::start(room, "scheduler", &["scheduler", "--bind", "127.0.0.1:0"]);
        let executor = |number: usize| {
            let args = ["executor", "--scheduler", &scheduler.address, "--threads", "1"];
            Machine::start(room, &format!("executor-{number}"), &[&args, more].concat())
        };
        let executors = (0..executors).map(executor).collect();
        Self { room, scheduler, executors }
    }

    fn url(&self) -> String {
        format!("df://{}", self.scheduler.address)
    }

    fn scan(&self, args: &[&str]) -> Said {
        let url = self.url();
        scan(self.room, &[&["--window", "10k", "--cluster", &url, "--quiet"], args].concat())
    }

    /// Begins a scan of the lake, and waits until a window is done.
    fn begin(&self) -> Child {
        let url = self.url();
        let args = ["scan", "log/signups", "--now", NOW, "--window", "10k", "--out", "far", "-q"];
        let mut command = self.room.command(&[&args[..], &["--cluster", &url]].concat());
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        until(|| (0..9).any(|n| self.room.path(&format!(".far.windows/window-0000{n}")).exists()));
        child
    }
}

fn until(mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < PATIENCE, "hung");
        sleep(Duration::from_millis(20));
    }
}

fn lake(rows: &str) -> Room {
    let room = Room::new();
    let args = ["synth", "--rows", rows, "--fraud", "0.1", "--seed", "7", "--days", "20"];
    let lake = ["--format", "lake", "--no-aftermath", "--truth", "none", "--out", "log"];
    room.run(&[&args[..], &lake].concat()).ok();
    room
}

fn scan(room: &Room, args: &[&str]) -> Said {
    room.run(&[&["scan", "--now", NOW], args].concat())
}

fn end(child: Child) -> Said {
    Said::of(child.wait_with_output().unwrap())
}

fn same(room: &Room, one: &str, other: &str) {
    for file in ["campaigns.jsonl", "accounts.csv", "rejected.jsonl"] {
        let read = |out| room.read(&format!("{out}/{file}"));
        assert!(read(one) == read(other), "{file} differs between {one} and {other}");
    }
    assert!(room.read(&format!("{one}/campaigns.jsonl")).lines().count() > 3);
}

#[test]
fn other_machines_find_what_this_one_does() {
    let room = lake("60000");
    let machines = Machines::start(&room, 2, &[]);
    let early = ["log/signups", "--until", "2024-05-26"];
    scan(&room, &[&early[..], &["--window", "10k", "--out", "local", "-q"]].concat()).ok();
    machines.scan(&[&early[..], &["--out", "far"]].concat()).ok();
    same(&room, "local", "far");
    assert_eq!(room.json("far/run.json")["windows"]["windows"], 3);
    assert!(machines.executors.iter().all(|executor| executor.windows() > 0));
    // The rest, together with the campaigns that live on; those travel with the jobs.
    let late = ["log/signups", "--since", "2024-05-26", "--previous", "local"];
    scan(&room, &[&late[..], &["--window", "10k", "--out", "local-2", "-q"]].concat()).ok();
    machines.scan(&[&late[..], &["--out", "far-2"]].concat()).ok();
    same(&room, "local-2", "far-2");
    assert!(room.read("far-2/campaigns.jsonl").contains("\"before\":{"), "known campaigns");
    let done: usize = machines.executors.iter().map(Machine::windows).sum();
    assert_eq!(room.json("far-2/run.json")["windows"]["windows"], done - 3, "each once");
    // One that fits into a window needs nobody else.
    let said = scan(&room, &["log/signups", "--out", "one", "--cluster", &machines.url()]);
    assert!(said.ok().err.contains("looked at at once, and here"), "{}", said.err);
}

#[test]
fn a_killed_executor_is_made_up_for() {
    let room = lake("40000");
    scan(&room, &["log/signups", "--window", "10k", "--out", "local", "-q"]).ok();
    let mut machines = Machines::start(&room, 2, &[]);
    let under_way = machines.begin();
    // SIGKILL, in the middle of a window, whichever is at one.
    machines.executors[0].child.kill().unwrap();
    end(under_way).ok();
    same(&room, "local", "far");
}

#[test]
fn a_killed_scheduler_is_said_and_the_scan_goes_on_later() {
    let room = lake("40000");
    scan(&room, &["log/signups", "--window", "10k", "--out", "local", "-q"]).ok();
    let mut machines = Machines::start(&room, 1, &[]);
    let (under_way, begun) = (machines.begin(), Instant::now());
    machines.scheduler.child.kill().unwrap();
    end(under_way).failed(1, &["no scheduler answers at", "--resume goes on with what is done"]);
    assert!(begun.elapsed() < ERROR_WITHIN, "{:?}", begun.elapsed());
    machines.scheduler.child.wait().unwrap();
    // Executors wait for it to come back.
    let bind = machines.scheduler.address.clone();
    machines.scheduler = Machine::start(&room, "again", &["scheduler", "--bind", &bind]);
    let before = machines.executors[0].windows();
    machines.scan(&["log/signups", "--out", "far", "--resume"]).ok();
    same(&room, "local", "far");
    assert!(machines.executors[0].windows() - before < 4, "what was done is not done again");
}

#[test]
fn an_interrupted_scan_takes_its_windows_back() {
    let room = lake("60000");
    let machines = Machines::start(&room, 1, &[]);
    let under_way = machines.begin();
    let signal = ["-INT", &under_way.id().to_string()];
    assert!(Command::new("kill").args(signal).status().unwrap().success());
    end(under_way).failed(130, &["interrupted"]);
    machines.scan(&["log/signups", "--out", "far", "--resume"]).ok();
    // Six windows; those that were under way, or on their way back, were done twice.
    assert!(machines.executors[0].windows() < 10, "{}", machines.executors[0].windows());
}

#[test]
fn who_is_not_there_or_cannot_do_it_is_said() {
    let room = lake("30000");
    let machines = Machines::start(&room, 0, &[]);
    let begun = Instant::now();
    let none = machines.scan(&["log/signups", "--out", "far"]);
    none.failed(1, &["has no executors", "dragnet cluster executor"]);
    let args = ["log/signups", "--window", "10k", "--out", "far", "--cluster"];
    // Port 1 is nobody's.
    let nobody = scan(&room, &[&args[..], &["df://127.0.0.1:1"]].concat());
    nobody.failed(1, &["no scheduler answers at 127.0.0.1:1"]);
    assert!(begun.elapsed() < 2 * ERROR_WITHIN);
    scan(&room, &[&args[..], &["somewhere"]].concat()).failed(2, &["write df://HOST:PORT"]);
    let small = Machines::start(&room, 1, &["--memory", "5M"]);
    let refused = small.scan(&["log/signups", "--out", "far"]);
    refused.failed(1, &["window 2024-", "an executor has 5.2 MB", "--memory"]);
}
