//! The one thread that starts children.
//!
//! The kernel sends the parent-death signal when the *thread* that made the child ends (prctl(2)), and threads of an
//! async runtime come and go. This one lives as long as the process.

use std::io;
use std::process::{Child, Command};
use std::sync::OnceLock;
use std::sync::mpsc::{Sender, SyncSender, channel, sync_channel};
use std::thread;

struct Request {
    command: Command,
    answer: SyncSender<io::Result<Child>>,
}

/// Starts the command from the lasting thread.
pub(crate) fn spawn(command: Command) -> io::Result<Child> {
    static REQUESTS: OnceLock<Sender<Request>> = OnceLock::new();
    let requests = REQUESTS.get_or_init(|| {
        let (sender, receiver) = channel::<Request>();
        // Should the thread not start, its receiver is dropped and the first request says so.
        let _ = thread::Builder::new()
            .name("embedded-spawner".to_owned())
            .spawn(move || {
                for Request {
                    mut command,
                    answer,
                } in receiver
                {
                    let _ = answer.send(command.spawn());
                }
            });
        sender
    });
    let (answer, child) = sync_channel(1);
    requests
        .send(Request { command, answer })
        .map_err(|_| gone())?;
    child.recv().map_err(|_| gone())?
}

fn gone() -> io::Error {
    io::Error::other("the thread that starts services has ended")
}
