//! This program once more, as a child: what it takes is then its own.

use crate::cpu;
use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};
use std::env;
use std::ffi::OsStr;
use std::process::{Command, Stdio};
use std::time::Instant;

/// What a child took.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Cost {
    pub(crate) wall_s: f64,
    /// None where the system does not tell.
    pub(crate) cpu_s: Option<f64>,
}

/// Runs `dragnet` with these arguments to its end. Children run one after the
/// other, so that what all took tells what one did.
pub(super) fn dragnet(args: &[&OsStr], threads: usize) -> anyhow::Result<Cost> {
    let program = env::current_exe().context("this program cannot be found")?;
    let mut command = Command::new(program);
    command.args(args).stdin(Stdio::null()).stdout(Stdio::null());
    // For what has no --threads of its own.
    command.env("RAYON_NUM_THREADS", threads.to_string());
    let (begun, before) = (Instant::now(), cpu::children());
    let output = command.output().context("this program cannot be started again")?;
    let wall_s = begun.elapsed().as_secs_f64();
    if !output.status.success() {
        let command = args.first().unwrap_or(&OsStr::new("")).to_string_lossy();
        bail!("dragnet {command}: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    let cpu_s = before.zip(cpu::children()).map(|(before, after)| after - before);
    Ok(Cost { wall_s, cpu_s })
}
