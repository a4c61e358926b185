//! Other programs on the same log, judged like a scan. One that cannot be had, or
//! takes more than it may, is reported as that and ends nothing.

use super::kept::Room;
use super::plan::Plan;
use super::quality::Quality;
use super::venv::last_line;
use crate::commands::Usage;
use crate::terminal::units;
use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};
use synth::eval::Truth;

/// Whoever waits for it longer has learned what there is to learn.
const PEER_TIME_MAX: Duration = Duration::from_secs(30 * 60);

/// How often a peer's memory is looked at.
const LOOK: Duration = Duration::from_millis(100);

/// What the scripts share.
const MEASURE: (&str, &str) = ("measure.py", include_str!("../../../../../tools/bench/measure.py"));

/// A program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Program {
    Splink,
    Components,
    Forest,
}

impl Program {
    const ALL: &[Self] = &[Self::Splink, Self::Components, Self::Forest];

    /// Those that `--peers` names.
    pub(super) fn parse(typed: &str) -> anyhow::Result<Vec<Self>> {
        match typed {
            "none" => return Ok(Vec::new()),
            "all" => return Ok(Self::ALL.to_vec()),
            _ => {}
        }
        let mut programs = Vec::new();
        for name in typed.split(',').map(str::trim) {
            let program = Self::ALL.iter().find(|program| program.name() == name);
            let Some(program) = program else {
                let known: Vec<_> = Self::ALL.iter().map(|program| program.name()).collect();
                bail!(Usage(format!("--peers {name}: none, all, or some of {}", known.join(", "))));
            };
            if !programs.contains(program) {
                programs.push(*program);
            }
        }
        Ok(programs)
    }

    fn name(self) -> &'static str {
        match self {
            Self::Splink => "splink",
            Self::Components => "components",
            Self::Forest => "forest",
        }
    }

    /// What people call it.
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Splink => "Splink on DuckDB",
            Self::Components => "SciPy's connected components",
            Self::Forest => "scikit-learn's isolation forest",
        }
    }

    fn script(self) -> (&'static str, &'static str) {
        match self {
            Self::Splink => ("linkage.py", include_str!("../../../../../tools/bench/linkage.py")),
            Self::Components => {
                ("components.py", include_str!("../../../../../tools/bench/components.py"))
            }
            Self::Forest => ("forest.py", include_str!("../../../../../tools/bench/forest.py")),
        }
    }
}

/// A program and what became of it.
#[derive(Debug, Serialize)]
pub(crate) struct Peer {
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    /// None where it did not get to its end.
    pub(crate) ran: Option<Ran>,
    /// Why it did not.
    pub(crate) failed: Option<String>,
}

/// What it took and found.
#[derive(Debug, Serialize)]
pub(crate) struct Ran {
    #[serde(flatten)]
    pub(crate) taken: Taken,
    pub(crate) quality: Quality,
}

/// What it says of itself: from behind its imports until it knows its answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Taken {
    pub(crate) wall_s: f64,
    pub(crate) cpu_s: f64,
    pub(crate) peak_bytes: u64,
    /// None where it makes none.
    pub(crate) clusters: Option<u64>,
}

impl Peer {
    /// Runs it with `python`, if there is one.
    pub(super) fn measure(
        program: Program,
        python: &Result<PathBuf, String>,
        plan: &Plan,
        room: &Room,
        truth: &Truth,
    ) -> anyhow::Result<Self> {
        let answer = room.path(&format!("{}.answer", program.name()));
        let taken = match python {
            Ok(python) => run(program, python, plan, room, &answer)?,
            Err(why) => Err(format!("could not be installed: {why}")),
        };
        let (ran, failed) = match taken {
            Ok(taken) => (Some(Ran { taken, quality: Quality::of(&answer, truth)? }), None),
            Err(why) => (None, Some(why)),
        };
        Ok(Self { name: program.name(), title: program.title(), ran, failed })
    }
}

/// What it took, or why it failed.
fn run(
    program: Program,
    python: &Path,
    plan: &Plan,
    room: &Room,
    answer: &Path,
) -> anyhow::Result<Result<Taken, String>> {
    let scripts = room.path("peers");
    fs::create_dir_all(&scripts).with_context(|| format!("cannot make {}", scripts.display()))?;
    for (name, text) in [MEASURE, program.script()] {
        let path = scripts.join(name);
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    let [said, complained] =
        ["json", "log"].map(|ending| scripts.join(format!("{}.{ending}", program.name())));
    let child = Command::new(python)
        .arg(scripts.join(program.script().0))
        .args([room.lake().as_path(), answer])
        .args([plan.threads.to_string(), plan.memory.to_string()])
        .stdin(Stdio::null())
        .stdout(File::create(&said)?)
        .stderr(File::create(&complained)?)
        .spawn();
    let mut child = match child {
        Ok(child) => child,
        Err(error) => return Ok(Err(format!("{}: {error}", python.display()))),
    };
    if let Some(why) = watch(&mut child, plan.memory)? {
        return Ok(Err(why));
    }
    let read = |path: &Path| fs::read(path).map(|said| String::from_utf8_lossy(&said).into_owned());
    let (said, complained) = (read(&said)?, read(&complained)?);
    let taken = serde_json::from_str(last_line(&said));
    Ok(match child.wait()?.success() {
        true => taken.map_err(|e| format!("what it said cannot be read: {e}")),
        false => Err(last_line(&complained).to_owned()),
    })
}

/// Waits for its end, or ends it where it takes more than it may and says so.
fn watch(child: &mut Child, memory: u64) -> anyhow::Result<Option<String>> {
    let begun = Instant::now();
    let why = loop {
        if child.try_wait()?.is_some() {
            return Ok(None);
        }
        if begun.elapsed() > PEER_TIME_MAX {
            break format!("stopped after {} minutes", PEER_TIME_MAX.as_secs() / 60);
        }
        if held(child.id()).is_some_and(|bytes| bytes > memory) {
            break format!("stopped at {} of memory (--memory)", units::bytes(memory));
        }
        sleep(LOOK);
    };
    child.kill()?;
    child.wait()?;
    Ok(Some(why))
}

/// Memory that a process holds; Linux only.
fn held(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kb| kb << 10)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn peers_are_named_once_each() {
        assert_eq!(Program::parse("none").unwrap(), []);
        assert_eq!(Program::parse("all").unwrap(), Program::ALL);
        assert_eq!(
            Program::parse("forest, splink,forest").unwrap(),
            [Program::Forest, Program::Splink]
        );
        assert!(Program::parse("abacus").is_err());
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn what_takes_too_much_is_stopped() {
        let mut child = Command::new("sleep").arg("60").spawn().unwrap();
        let why = watch(&mut child, 1).unwrap().unwrap();
        assert!(why.contains("memory"), "{why}");
    }
}
