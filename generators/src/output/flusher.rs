//! The thread that lets finished files outlive a loss of power, while the next ones are written.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use super::OutputError;
use super::error::failed;

/// Files that may wait for the disk: each is open meanwhile.
const WAITING_MAX: usize = 16;

/// The thread, for whoever waits for it.
#[derive(Debug)]
pub(super) struct Flusher {
    inbox: Inbox,
    /// Tells whether the disk took all files.
    thread: JoinHandle<bool>,
}

/// Where finished files are handed in.
#[derive(Debug, Clone)]
pub(super) struct Inbox {
    /// A file with its path; nothing where no more follow.
    files: SyncSender<Option<(File, PathBuf)>>,
    state: Arc<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Of the first file that the disk did not take: none is taken after it.
    failure: Mutex<Option<OutputError>>,
    /// Nobody wants the files any more.
    is_abandoned: AtomicBool,
}

impl Flusher {
    /// Starts the thread. It ends by `finish` or `abandon`, or when nobody has an inbox any more.
    pub(super) fn start() -> io::Result<Self> {
        let (files, waiting) = sync_channel(WAITING_MAX);
        let state = Arc::<State>::default();
        let inbox = Inbox {
            files,
            state: Arc::clone(&state),
        };
        let thread = thread::Builder::new().spawn(move || flush(&waiting, &state))?;
        Ok(Self { inbox, thread })
    }

    pub(super) fn inbox(&self) -> &Inbox {
        &self.inbox
    }

    /// Waits until the disk has all files; tells the first that it did not take, if nobody was told.
    pub(super) fn finish(self) -> Result<(), OutputError> {
        // Nobody reads it where a file was not taken, which is told below.
        let _ = self.inbox.files.send(None);
        if matches!(self.thread.join(), Ok(true)) {
            return Ok(());
        }
        let failure = self.inbox.state.failure();
        Err(failure.unwrap_or_else(|| stopped(Path::new("files"))))
    }

    /// Closes the files that still wait.
    pub(super) fn abandon(self) {
        self.inbox.state.is_abandoned.store(true, Ordering::Relaxed);
        let _ = self.inbox.files.send(None);
        let _ = self.thread.join();
    }
}

impl Inbox {
    /// Hands a file in; tells the first that the disk did not take, where that is known already.
    pub(super) fn hand_in(&self, file: File, path: &Path) -> Result<(), OutputError> {
        let sent = self.files.send(Some((file, path.to_owned())));
        sent.map_err(|_| self.state.failure().unwrap_or_else(|| stopped(path)))
    }
}

impl State {
    fn failure(&self) -> Option<OutputError> {
        let mut failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        failure.take()
    }
}

/// Flushes files until no more follow; tells whether the disk took all of them.
fn flush(waiting: &Receiver<Option<(File, PathBuf)>>, state: &State) -> bool {
    while let Ok(Some((file, path))) = waiting.recv() {
        if state.is_abandoned.load(Ordering::Relaxed) {
            continue;
        }
        if let Err(error) = file.sync_all() {
            let mut failure = state.failure.lock().unwrap_or_else(PoisonError::into_inner);
            *failure = Some(failed("write", &path)(error));
            return false;
        }
    }
    true
}

fn stopped(path: &Path) -> OutputError {
    failed("write", path)(io::Error::other("an earlier file was not written"))
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
        // Whoever did not listen is told again.
        flusher.finish().unwrap_err();
    }

    #[test]
    fn files_that_nobody_wants_are_closed() {
        let flusher = Flusher::start().unwrap();
        for _ in 0..WAITING_MAX {
            let file = tempfile::tempfile().unwrap();
            flusher.inbox().hand_in(file, Path::new("x")).unwrap();
        }
        flusher.abandon();
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
