//! The bytes of a file, plain or compressed, hashed and kept while they are read.

use std::io::{self, Read, Write};

use sha2::{Digest, Sha256};
use tokio_util::sync::CancellationToken;

/// Reads on, hashing what passes, and hands it to a copy.
pub(crate) struct Witness<R, W> {
    from: R,
    copy: W,
    hasher: Sha256,
    bytes: u64,
    shutdown: CancellationToken,
}

impl<R: Read, W: Write> Witness<R, W> {
    /// Reads until shutdown, where that comes before the end.
    pub(crate) fn new(from: R, copy: W, shutdown: CancellationToken) -> Self {
        Self {
            from,
            copy,
            hasher: Sha256::new(),
            bytes: 0,
            shutdown,
        }
    }

    /// The copy, SHA-256 and number of the bytes that passed.
    pub(crate) fn finish(self) -> (W, [u8; 32], u64) {
        (self.copy, self.hasher.finalize().into(), self.bytes)
    }
}

impl<R: Read, W: Write> Read for Witness<R, W> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.shutdown.is_cancelled() {
            return Err(io::Error::other(NotItsFault::Shutdown));
        }
        let read = self.from.read(buffer)?;
        let passed = &buffer[..read];
        self.hasher.update(passed);
        let copied = self.copy.write_all(passed);
        copied.map_err(|error| io::Error::other(NotItsFault::Copy(error)))?;
        self.bytes += read as u64;
        Ok(read)
    }
}

/// Why a file was not read to its end, though nothing is wrong with it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotItsFault {
    /// There is a signal to end.
    #[error("interrupted")]
    Shutdown,
    /// The copy cannot be written.
    #[error("the copy cannot be written: {0}")]
    Copy(io::Error),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_passes_is_hashed_and_copied_until_there_is_a_signal_to_end() {
        let shutdown = CancellationToken::new();
        let mut witness = Witness::new(&b"abcdef"[..], Vec::new(), shutdown.clone());
        let mut read = [0; 4];
        witness.read_exact(&mut read).unwrap();
        shutdown.cancel();
        let error = witness.read(&mut read).unwrap_err();
        let error = error.downcast::<NotItsFault>().unwrap();
        assert!(matches!(error, NotItsFault::Shutdown));
        let (copy, sha256, bytes) = witness.finish();
        assert_eq!((&*copy, bytes), (&b"abcd"[..], 4));
        assert_eq!(sha256, <[u8; 32]>::from(Sha256::digest(b"abcd")));
    }
}
