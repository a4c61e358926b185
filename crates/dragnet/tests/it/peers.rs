//! Other programs that read what leaves: the libraries of OASIS and of MISP, clients of
//! TAXII. They are installed below target/stix-tools by `make test`; without them
//! nothing is known, and the tests fail.

use crate::room::{Room, Said};
use std::path::{Path, PathBuf};
use std::process::Command;

fn tool(name: &str) -> PathBuf {
    tool_of("stix-tools", name)
}

fn tool_of(tools: &str, name: &str) -> PathBuf {
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target");
    let tool = target.join(tools).join("bin").join(name);
    assert!(tool.is_file(), "no {}: run `make test`, which installs it", tool.display());
    tool
}

/// A script that is about to run in the room.
pub(crate) fn python(room: &Room, script: &str, args: &[&str]) -> Command {
    python_of("stix-tools", room, script, args)
}

/// The same, with other libraries.
pub(crate) fn python_of(tools: &str, room: &Room, script: &str, args: &[&str]) -> Command {
    let mut command = Command::new(tool_of(tools, "python"));
    command.args(["-c", script]).args(args).current_dir(room.path(""));
    // A proxy of this machine's has no part in what is told to itself.
    command.env("NO_PROXY", "*").env_remove("REQUESTS_CA_BUNDLE").env_remove("CURL_CA_BUNDLE");
    command
}

/// What a script says that ran in the room.
#[track_caller]
pub(crate) fn ask(room: &Room, script: &str, args: &[&str]) -> String {
    let said = Said::of(python(room, script, args).output().unwrap());
    said.ok();
    said.out
}

/// That the validator of OASIS finds a bundle valid.
#[track_caller]
pub(crate) fn is_valid(room: &Room, file: &str) {
    let run = Command::new(tool("stix2_validator"))
        .args(["--version", "2.1", "--disable", "all", "-q", file])
        .current_dir(room.path(""))
        .output();
    Said::of(run.unwrap()).ok();
}
