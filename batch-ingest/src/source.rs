//! The bytes of a file, plain or compressed, hashed and kept while they are read.

use std::io::{self, Read, Write};

use sha2::{Digest, Sha256};

/// Reads on, hashing what passes, and hands it to a copy.
pub(crate) struct Witness<R, W> {
    from: R,
    copy: W,
    hasher: Sha256,
    bytes: u64,
}

impl<R: Read, W: Write> Witness<R, W> {
    pub(crate) fn new(from: R, copy: W) -> Self {
        Self {
            from,
            copy,
            hasher: Sha256::new(),
            bytes: 0,
        }
    }

    /// The copy, SHA-256 and number of the bytes that passed.
    pub(crate) fn finish(self) -> (W, [u8; 32], u64) {
        (self.copy, self.hasher.finalize().into(), self.bytes)
    }
}

impl<R: Read, W: Write> Read for Witness<R, W> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.from.read(buffer)?;
        let passed = &buffer[..read];
        self.hasher.update(passed);
        self.copy.write_all(passed).map_err(CopyFailed::error)?;
        self.bytes += read as u64;
        Ok(read)
    }
}

/// The copy could not be written: that is no fault of the file.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct CopyFailed(pub(crate) io::Error);

impl CopyFailed {
    fn error(error: io::Error) -> io::Error {
        io::Error::other(Self(error))
    }

    /// The error of the copy, where that is what failed.
    pub(crate) fn of(error: io::Error) -> Result<io::Error, io::Error> {
        match error.downcast::<Self>() {
            Ok(Self(error)) => Ok(error),
            Err(error) => Err(error),
        }
    }
}
