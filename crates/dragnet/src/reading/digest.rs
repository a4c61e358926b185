//! SHA-256 of what is read, taken on the way: a file is not read a third time
//! for its checksum.

use sha2::{Digest, Sha256};
use std::io::{self, Read};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Reads on behalf of a reader that keeps it, while [`Digested`] can be asked.
pub(crate) struct Digesting<R> {
    inner: R,
    so_far: Digested,
}

/// What has been read so far.
#[derive(Clone, Default)]
pub(crate) struct Digested(Arc<Mutex<(Sha256, u64)>>);

impl<R> Digesting<R> {
    /// Digests all that is read from `inner`.
    pub(crate) fn new(inner: R) -> (Self, Digested) {
        let so_far = Digested::default();
        (Self { inner, so_far: so_far.clone() }, so_far)
    }
}

impl<R: Read> Read for Digesting<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.so_far.add(&buffer[..n]);
        Ok(n)
    }
}

impl Digested {
    /// Digests a stretch of bytes.
    pub(crate) fn add(&self, bytes: &[u8]) {
        let mut state = self.state();
        state.0.update(bytes);
        state.1 += bytes.len() as u64;
    }

    /// Bytes read.
    pub(crate) fn bytes(&self) -> u64 {
        self.state().1
    }

    /// The checksum in hex.
    pub(crate) fn sha256(&self) -> String {
        let digest = self.state().0.clone().finalize();
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn state(&self) -> MutexGuard<'_, (Sha256, u64)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
