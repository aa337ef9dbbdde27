//! The thread that lets finished files outlive a loss of power, while the next ones are written.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use super::OutputError;
use super::error::failed;

/// Files that may wait for the disk: each is open meanwhile.
const WAITING_MAX: usize = 64;

/// The thread, for whoever waits for it.
#[derive(Debug)]
pub(super) struct Flusher {
    inbox: Inbox,
    thread: JoinHandle<()>,
}

/// Where finished files are handed in.
#[derive(Debug, Clone)]
pub(super) struct Inbox {
    /// A file with its path; nothing where no more follow.
    files: SyncSender<Option<(File, PathBuf)>>,
    /// Of the first file that the disk did not take: none is taken after it.
    failure: Arc<Mutex<Option<OutputError>>>,
}

impl Flusher {
    /// Starts the thread. It ends by `finish`, or when nobody has an inbox any more.
    pub(super) fn start() -> io::Result<Self> {
        let (files, waiting) = sync_channel(WAITING_MAX);
        let failure = Arc::default();
        let inbox = Inbox { files, failure };
        let failure = Arc::clone(&inbox.failure);
        let thread = thread::Builder::new().spawn(move || flush(&waiting, &failure))?;
        Ok(Self { inbox, thread })
    }

    pub(super) fn inbox(&self) -> &Inbox {
        &self.inbox
    }

    /// Waits until the disk has all files; tells the first that it did not take.
    pub(super) fn finish(self) -> Result<(), OutputError> {
        // Nobody reads it where a file was not taken, which is told below.
        let _ = self.inbox.files.send(None);
        let is_over = self.thread.join().is_ok();
        match self.inbox.failure() {
            Some(failure) => Err(failure),
            None if is_over => Ok(()),
            None => Err(stopped(Path::new("files"))),
        }
    }
}

impl Inbox {
    /// Hands a file in; tells the first that the disk did not take, where that is known already.
    pub(super) fn hand_in(&self, file: File, path: &Path) -> Result<(), OutputError> {
        let sent = self.files.send(Some((file, path.to_owned())));
        sent.map_err(|_| self.failure().unwrap_or_else(|| stopped(path)))
    }

    fn failure(&self) -> Option<OutputError> {
        let mut failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        failure.take()
    }
}

fn flush(waiting: &Receiver<Option<(File, PathBuf)>>, failure: &Mutex<Option<OutputError>>) {
    while let Ok(Some((file, path))) = waiting.recv() {
        if let Err(error) = file.sync_all() {
            let mut failure = failure.lock().unwrap_or_else(PoisonError::into_inner);
            *failure = Some(failed("write", &path)(error));
            return;
        }
    }
}

fn stopped(path: &Path) -> OutputError {
    failed("write", path)(io::Error::other("the thread that flushes files has ended"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A device takes no flush (EINVAL), as a disk that is broken.
    fn broken() -> File {
        File::open("/dev/null").unwrap()
    }

    #[test]
    fn the_first_file_that_the_disk_does_not_take_is_told() {
        let flusher = Flusher::start().unwrap();
        let inbox = flusher.inbox().clone();
        inbox
            .hand_in(tempfile::tempfile().unwrap(), Path::new("good"))
            .unwrap();
        inbox.hand_in(broken(), Path::new("first")).unwrap();
        let _ = inbox.hand_in(tempfile::tempfile().unwrap(), Path::new("next"));
        let told = flusher.finish().unwrap_err().to_string();
        assert!(told.starts_with("cannot write first: "), "{told}");
    }

    #[test]
    fn whoever_goes_on_writing_is_told_too() {
        let flusher = Flusher::start().unwrap();
        let told = loop {
            if let Err(error) = flusher.inbox().hand_in(broken(), Path::new("x.csv")) {
                break error.to_string();
            }
        };
        assert!(told.starts_with("cannot write x.csv: "), "{told}");
    }

    #[test]
    fn more_files_than_may_wait_are_all_taken() {
        let flusher = Flusher::start().unwrap();
        for _ in 0..3 * WAITING_MAX {
            let file = tempfile::tempfile().unwrap();
            flusher.inbox().hand_in(file, Path::new("x")).unwrap();
        }
        flusher.finish().unwrap();
    }
}
