//! A Python of our own for the other programs, with the versions that are written in
//! `tools/bench/requirements.txt`.

use super::kept::Room;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

const REQUIREMENTS: &str = include_str!("../../../../../tools/bench/requirements.txt");

/// The Python, or why there is none. One that was made before is used again.
pub(super) fn python(room: &Room) -> Result<PathBuf, String> {
    let dir = cache().unwrap_or_else(|| room.path("cache")).join("bench-python");
    let python = dir.join("bin").join("python");
    // Written once all is in place.
    let stamp = dir.join("requirements.txt");
    if fs::read_to_string(&stamp).is_ok_and(|had| had == REQUIREMENTS) {
        return Ok(python);
    }
    fs::create_dir_all(&dir).map_err(|e| format!("cannot make {}: {e}", dir.display()))?;
    run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&dir))?;
    let wanted = dir.join("wanted.txt");
    let cannot = |e| format!("cannot write {}: {e}", wanted.display());
    fs::write(&wanted, REQUIREMENTS).map_err(cannot)?;
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"];
    run(Command::new(&python).args(pip).arg(&wanted))?;
    fs::rename(&wanted, &stamp).map_err(cannot)?;
    Ok(python)
}

/// `$XDG_CACHE_HOME/dragnet`, by default in `~/.cache`.
fn cache() -> Option<PathBuf> {
    // The XDG specification has relative paths ignored.
    let cache = env::var_os("XDG_CACHE_HOME").map(PathBuf::from).filter(|dir| dir.is_absolute());
    let cache = cache.or_else(|| {
        let home = env::var_os("HOME").filter(|home| !home.is_empty())?;
        Some(Path::new(&home).join(".cache"))
    })?;
    Some(cache.join("dragnet"))
}

fn run(command: &mut Command) -> Result<(), String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.stdin(Stdio::null()).output().map_err(|e| format!("{program}: {e}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("{program}: {}", last_line(&String::from_utf8_lossy(&output.stderr))))
}

/// What a program that failed said last.
pub(super) fn last_line(said: &str) -> &str {
    said.lines().rev().map(str::trim).find(|line| !line.is_empty()).unwrap_or("it said nothing")
}
