//! Whether there is room for a file.

use std::io;
use std::path::Path;

use super::error::failed;
use super::{OutputError, or_current};

/// Bytes below which free space does not count: the disk must not be full to the brim.
const SPARE_BYTES: u64 = 64 << 20;

/// Refuses where the file system of a folder has less than what is needed.
pub(crate) fn check_space(folder: &Path, needed_bytes: u64) -> Result<(), OutputError> {
    let folder = or_current(folder);
    let found = rustix::fs::statvfs(folder).map_err(io::Error::from);
    let found = found.map_err(failed("find the free space of", folder))?;
    let free_bytes = found.f_bavail.saturating_mul(found.f_frsize);
    if free_bytes < needed_bytes.saturating_add(SPARE_BYTES) {
        return Err(OutputError::Space {
            path: folder.to_owned(),
            free_bytes,
            needed_bytes: needed_bytes.saturating_add(SPARE_BYTES),
        });
    }
    Ok(())
}
