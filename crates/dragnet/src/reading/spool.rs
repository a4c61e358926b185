//! The account ids, put aside on the first reading: so the second reading need
//! not parse what is no evidence. The file lives in the unfinished result and goes with it.

use crate::output::{File, Folder, Mode};
use anyhow::Context;
use events::AccountId;
use std::io::{self, BufReader, Read, Write};

const NAME: &str = ".accounts.spool";

/// Large enough that reading is not about system calls.
const BUFFER_BYTES: usize = 1 << 18;

/// The spool in the making.
pub(crate) struct Spool {
    file: File,
}

/// The entries of a chunk, for [`Spool::append`].
#[derive(Default)]
pub(super) struct Entries(Vec<u8>);

impl Entries {
    /// Appends an account's entry: its length, then its text.
    pub(super) fn push(&mut self, account: &AccountId) {
        let text = account.as_str().as_bytes();
        let length = u32::try_from(text.len()).expect("readers bound a field far below 4 GB");
        self.0.extend_from_slice(&length.to_le_bytes());
        self.0.extend_from_slice(text);
    }

    /// Keeps the entries for which `keep` (one an entry) is true, in order.
    pub(super) fn retain(&mut self, keep: &[bool]) {
        let all = std::mem::take(&mut self.0);
        let mut rest = &all[..];
        for keep in keep {
            let Some((length, _)) = rest.split_first_chunk() else { return };
            let (entry, behind) = rest.split_at(4 + u32::from_le_bytes(*length) as usize);
            if *keep {
                self.0.extend_from_slice(entry);
            }
            rest = behind;
        }
    }
}

impl Spool {
    /// Begins the spool.
    pub(crate) fn begin(folder: &Folder) -> anyhow::Result<Self> {
        Ok(Self { file: folder.file(NAME, Mode::Private)? })
    }

    /// Appends entries.
    pub(super) fn append(&mut self, entries: &Entries) -> io::Result<()> {
        self.file.write_all(&entries.0)
    }

    /// Nothing more will come; it need not reach the disk.
    pub(crate) fn close(mut self) -> io::Result<()> {
        self.file.flush()
    }

    /// Visits `rows` entries in order, then removes the spool.
    pub(crate) fn drain(
        folder: &Folder,
        rows: usize,
        mut visit: impl FnMut(&str) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let file =
            std::fs::File::open(folder.path(NAME)).context("cannot read the accounts back")?;
        let mut file = BufReader::with_capacity(BUFFER_BYTES, file);
        let mut text = Vec::new();
        for _ in 0..rows {
            let mut length = [0; 4];
            file.read_exact(&mut length).context("cannot read the accounts back")?;
            text.resize(u32::from_le_bytes(length) as usize, 0);
            file.read_exact(&mut text).context("cannot read the accounts back")?;
            let account_id =
                std::str::from_utf8(&text).context("the accounts on the disk are damaged")?;
            visit(account_id)?;
        }
        folder.discard(NAME)
    }
}
