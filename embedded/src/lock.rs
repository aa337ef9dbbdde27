//! A lock on a file that the kernel releases when its holder dies.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

use crate::Error;

/// Its name in a home.
pub(crate) const FILE: &str = "lock";

/// Whoever only asks whether a lock is held has to take it for an instant; that must not look like a holder.
const PATIENCE: Duration = Duration::from_millis(300);

/// A lock, held until it is dropped or the process dies.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

/// What became of a try to take a lock.
pub(crate) enum Taken {
    /// It is ours.
    Ours(Lock),
    /// Another process (named, if it wrote its name down) holds it.
    Theirs(Option<u32>),
}

impl Lock {
    /// Takes the lock or says who holds it.
    pub(crate) fn try_take(path: &Path) -> Result<Taken, Error> {
        let mut file = open(path)?;
        let deadline = Instant::now() + PATIENCE;
        loop {
            match flock(&file, FlockOperation::NonBlockingLockExclusive) {
                Ok(()) => break,
                Err(Errno::WOULDBLOCK) if Instant::now() < deadline => {
                    thread::sleep(Duration::from_millis(20));
                }
                Err(Errno::WOULDBLOCK) => {
                    let mut holder = String::new();
                    file.read_to_string(&mut holder)
                        .map_err(Error::file("read", path))?;
                    return Ok(Taken::Theirs(holder.trim().parse().ok()));
                }
                Err(errno) => return Err(Error::file("lock", path)(errno.into())),
            }
        }
        sign(&mut file).map_err(Error::file("write", path))?;
        Ok(Taken::Ours(Self { _file: file }))
    }

    /// Waits until the lock is ours.
    pub(crate) fn take(path: &Path) -> Result<Self, Error> {
        let mut file = open(path)?;
        rustix::io::retry_on_intr(|| flock(&file, FlockOperation::LockExclusive))
            .map_err(|errno| Error::file("lock", path)(errno.into()))?;
        sign(&mut file).map_err(Error::file("write", path))?;
        Ok(Self { _file: file })
    }

    /// The process that holds the lock now, if one does.
    pub(crate) fn holder(path: &Path) -> Result<Option<u32>, Error> {
        let mut file = match File::open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            opened => opened.map_err(Error::file("open", path))?,
        };
        match flock(&file, FlockOperation::NonBlockingLockShared) {
            Ok(()) => Ok(None),
            Err(Errno::WOULDBLOCK) => {
                let mut holder = String::new();
                file.read_to_string(&mut holder)
                    .map_err(Error::file("read", path))?;
                Ok(holder.trim().parse().ok())
            }
            Err(errno) => Err(Error::file("lock", path)(errno.into())),
        }
    }
}

fn open(path: &Path) -> Result<File, Error> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path)
        .map_err(Error::file("open", path))
}

fn sign(file: &mut File) -> io::Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    writeln!(file, "{}", std::process::id())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_held_lock_names_its_holder_and_is_free_after() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        assert_eq!(Lock::holder(&path).unwrap(), None);
        let held = Lock::try_take(&path).unwrap();
        assert!(matches!(held, Taken::Ours(_)));
        assert_eq!(Lock::holder(&path).unwrap(), Some(std::process::id()));
        match Lock::try_take(&path).unwrap() {
            Taken::Theirs(holder) => assert_eq!(holder, Some(std::process::id())),
            Taken::Ours(_) => panic!("taken twice"),
        }
        drop(held);
        assert_eq!(Lock::holder(&path).unwrap(), None);
        assert!(matches!(Lock::try_take(&path).unwrap(), Taken::Ours(_)));
    }
}
