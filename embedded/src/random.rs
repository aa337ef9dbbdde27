//! Numbers nobody can guess.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use crate::Error;
use crate::hexadecimal::hexadecimal;

const RANDOM: &str = "/dev/urandom";

/// Random hexadecimal digits, `length` of them, from the system's generator.
///
/// # Errors
/// [`Error::File`] if it cannot be read.
pub fn random_hex(length: usize) -> Result<String, Error> {
    let bytes = random_bytes(length.div_ceil(2))?;
    let mut text = hexadecimal(&bytes);
    text.truncate(length);
    Ok(text)
}

/// Random bytes from the system's generator.
pub(crate) fn random_bytes(count: usize) -> Result<Vec<u8>, Error> {
    let path = Path::new(RANDOM);
    let mut bytes = vec![0; count];
    File::open(path)
        .and_then(|mut random| random.read_exact(&mut bytes))
        .map_err(Error::file("read", path))?;
    Ok(bytes)
}
