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

/// Appends an account's entry to a buffer for [`Spool::append`].
pub(crate) fn put(buffer: &mut Vec<u8>, account: &AccountId) {
    let text = account.as_str().as_bytes();
    let length = u32::try_from(text.len()).expect("readers bound a field far below 4 GB");
    buffer.extend_from_slice(&length.to_le_bytes());
    buffer.extend_from_slice(text);
}

impl Spool {
    /// Begins the spool.
    pub(crate) fn begin(folder: &Folder) -> anyhow::Result<Self> {
        Ok(Self { file: folder.file(NAME, Mode::Private)? })
    }

    /// Appends entries made by [`put`].
    pub(crate) fn append(&mut self, entries: &[u8]) -> io::Result<()> {
        self.file.write_all(entries)
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
