//! What a window leaves: `part.json`, its figures; `listed.zst`, the accounts that
//! the result lists; `sample.zst`, the sign-ups that campaigns are put together on.
//! All are read by the program that wrote them only: the state says which.

use super::cut::Window;
use crate::output::run::{Mapped, Timing};
use crate::output::{Folder, Mode};
use anyhow::{Context, bail};
use campaigns::{Kind, Share};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, Read, Write};
use std::path::Path;

pub(super) const PART: &str = "part.json";
const LISTED: &str = "listed.zst";
const SAMPLE: &str = "sample.zst";

/// Fast, and half of what it would be unpacked.
const LEVEL: i32 = 1;

/// Longer texts than this are no entry of ours.
const TEXT_BYTES_MAX: u32 = 1 << 26;

/// The figures of one window.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Facts {
    pub(crate) window: Window,
    /// Rows met, accepted or not.
    pub(crate) rows: u64,
    /// Sign-ups, repeats left out.
    pub(crate) signups: u64,
    /// Columns that were used.
    pub(crate) mapping: Vec<Mapped>,
    /// Columns that were not.
    pub(crate) unused_columns: Vec<String>,
    /// Why an input could not be read, or not to its end.
    pub(crate) problem: Option<String>,
    pub(crate) share: Share,
    pub(crate) missing: Vec<String>,
    pub(crate) pieces: Vec<Piece>,
    /// Seconds per step.
    pub(crate) timings: Vec<Timing>,
    /// Seconds per pass of the search.
    pub(crate) passes: Vec<Timing>,
}

/// What a window has of one campaign or organisation.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Piece {
    pub(crate) kind: Kind,
    pub(crate) accounts: u64,
    /// Sum of their risks.
    pub(crate) risk: f64,
    pub(crate) first_ms: i64,
    pub(crate) last_ms: i64,
    /// Accounts by hour since the epoch.
    pub(crate) hours: BTreeMap<i64, u64>,
    /// Hashes of the accounts that are in the sample, ascending.
    pub(crate) sample: Vec<u64>,
}

/// An account that the result lists.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Account {
    pub(crate) risk: f32,
    /// Index of its piece in [`Facts::pieces`].
    pub(crate) piece: Option<u32>,
    /// Whether its sign-up is in the sample.
    pub(crate) is_sampled: bool,
    pub(crate) id: String,
}

/// A sign-up of the sample.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sampled {
    pub(crate) risk: f32,
    /// Index of its piece in [`Facts::pieces`].
    pub(crate) piece: Option<u32>,
    /// Hash of its account.
    pub(crate) account: u64,
    /// The sign-up as a line of evidence.
    pub(crate) line: String,
}

/// The files of a part in the making.
pub(crate) struct Writing {
    listed: zstd::Encoder<'static, crate::output::File>,
    sample: zstd::Encoder<'static, crate::output::File>,
}

impl Writing {
    /// Begins them, for their owner only: they hold raw sign-ups.
    pub(crate) fn begin(folder: &Folder) -> anyhow::Result<Self> {
        let file = |name| -> anyhow::Result<_> {
            Ok(zstd::Encoder::new(folder.file(name, Mode::Private)?, LEVEL)?)
        };
        Ok(Self { listed: file(LISTED)?, sample: file(SAMPLE)? })
    }

    pub(crate) fn list(&mut self, account: &Account) -> io::Result<()> {
        head(&mut self.listed, account.risk, account.piece)?;
        self.listed.write_all(&[u8::from(account.is_sampled)])?;
        text(&mut self.listed, account.id.as_bytes())
    }

    pub(crate) fn sample(&mut self, sampled: &Sampled) -> io::Result<()> {
        head(&mut self.sample, sampled.risk, sampled.piece)?;
        self.sample.write_all(&sampled.account.to_le_bytes())?;
        text(&mut self.sample, sampled.line.as_bytes())
    }

    /// Completes them, the figures last.
    pub(crate) fn finish(self, folder: &Folder, facts: &Facts) -> anyhow::Result<()> {
        self.listed.finish()?.finish()?;
        self.sample.finish()?.finish()?;
        let mut file = folder.file(PART, Mode::Private)?;
        serde_json::to_writer(&mut file, facts).map_err(io::Error::from)?;
        file.finish()
    }
}

fn head(file: &mut impl Write, risk: f32, piece: Option<u32>) -> io::Result<()> {
    file.write_all(&risk.to_le_bytes())?;
    file.write_all(&piece.map_or(0, |piece| piece + 1).to_le_bytes())
}

fn text(file: &mut impl Write, text: &[u8]) -> io::Result<()> {
    let length = u32::try_from(text.len()).expect("readers bound a row far below 4 GB");
    file.write_all(&length.to_le_bytes())?;
    file.write_all(text)
}

/// The figures of a finished part.
pub(crate) fn facts(dir: &Path) -> anyhow::Result<Facts> {
    let path = dir.join(PART);
    let text = std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
    serde_json::from_slice(&text).with_context(|| format!("{} is damaged", path.display()))
}

/// Visits the accounts that a finished part lists, in the order of its rows.
pub(crate) fn listed(
    dir: &Path,
    mut visit: impl FnMut(Account) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let mut file = Entries::open(dir, LISTED)?;
    while let Some((risk, piece)) = file.head()? {
        let is_sampled = file.bytes::<1>()? == [1];
        visit(Account { risk, piece, is_sampled, id: file.text()? })?;
    }
    Ok(())
}

/// Visits the sample of a finished part, in the order of its rows.
pub(crate) fn sample(
    dir: &Path,
    mut visit: impl FnMut(Sampled) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let mut file = Entries::open(dir, SAMPLE)?;
    while let Some((risk, piece)) = file.head()? {
        let account = u64::from_le_bytes(file.bytes()?);
        visit(Sampled { risk, piece, account, line: file.text()? })?;
    }
    Ok(())
}

struct Entries {
    file: BufReader<zstd::Decoder<'static, BufReader<File>>>,
    shown: String,
}

impl Entries {
    fn open(dir: &Path, name: &str) -> anyhow::Result<Self> {
        let path = dir.join(name);
        let shown = path.display().to_string();
        let file = File::open(&path).with_context(|| format!("cannot read {shown}"))?;
        let decoder = zstd::Decoder::new(file).with_context(|| format!("cannot read {shown}"))?;
        Ok(Self { file: BufReader::new(decoder), shown })
    }

    /// Risk and piece of the next entry; none behind the last.
    fn head(&mut self) -> anyhow::Result<Option<(f32, Option<u32>)>> {
        let mut first = [0];
        if self.file.read(&mut first).with_context(|| self.damaged())? == 0 {
            return Ok(None);
        }
        let [b, c, d] = self.bytes()?;
        let piece = u32::from_le_bytes(self.bytes()?);
        Ok(Some((f32::from_le_bytes([first[0], b, c, d]), piece.checked_sub(1))))
    }

    fn bytes<const N: usize>(&mut self) -> anyhow::Result<[u8; N]> {
        let mut bytes = [0; N];
        self.file.read_exact(&mut bytes).with_context(|| self.damaged())?;
        Ok(bytes)
    }

    fn text(&mut self) -> anyhow::Result<String> {
        let length = u32::from_le_bytes(self.bytes()?);
        if length > TEXT_BYTES_MAX {
            bail!("{}", self.damaged());
        }
        let mut text = vec![0; length as usize];
        self.file.read_exact(&mut text).with_context(|| self.damaged())?;
        String::from_utf8(text).with_context(|| self.damaged())
    }

    fn damaged(&self) -> String {
        format!("{} is damaged: begin again without --resume", self.shown)
    }
}
