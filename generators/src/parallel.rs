//! Work that is cut into chunks, done by several threads, and taken in order.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

/// More threads than this make nothing faster: one thread takes the chunks, and hashes and writes them,
/// which is a third of the work. Each thread has chunks in memory.
const THREADS_MAX: usize = 8;

/// Chunks that a thread may be ahead of whoever takes them: memory is bounded by it.
const AHEAD_CHUNKS: usize = 2;

/// Makes chunks 0 to `chunks` on `threads` threads, or 8 where that is more, and takes each in order.
///
/// What is made depends on the chunk's number alone, so the number of threads does not show. Buffers
/// go back to the threads that filled them. The first error of `take` ends the work.
pub(crate) fn in_order<B, E>(
    threads: usize,
    chunks: u64,
    make: impl Fn(u64, &mut B) + Sync,
    mut take: impl FnMut(&B) -> Result<(), E>,
) -> Result<(), E>
where
    B: Default + Send,
{
    let threads = usize::try_from(chunks).map_or(threads, |chunks| threads.min(chunks));
    let threads = threads.clamp(1, THREADS_MAX);
    thread::scope(|scope| {
        let workers: Vec<Worker<B>> = (0..threads)
            .map(|first| {
                let (full_sender, full) = sync_channel(AHEAD_CHUNKS);
                let (empty, empty_receiver) = sync_channel(AHEAD_CHUNKS + 2);
                let mine = (first as u64..chunks).step_by(threads);
                let make = &make;
                scope.spawn(move || work(mine, make, &full_sender, &empty_receiver));
                Worker { full, empty }
            })
            .collect();
        for chunk in 0..chunks {
            let worker = &workers[usize::try_from(chunk % threads as u64).unwrap_or(0)];
            // A thread that is gone has panicked, which the end of the scope tells.
            let Ok(buffer) = worker.full.recv() else {
                break;
            };
            take(&buffer)?;
            // A thread that has nothing more to do needs no buffer.
            let _ = worker.empty.try_send(buffer);
        }
        Ok(())
    })
}

struct Worker<B> {
    full: Receiver<B>,
    empty: SyncSender<B>,
}

fn work<B: Default>(
    chunks: impl Iterator<Item = u64>,
    make: &impl Fn(u64, &mut B),
    full: &SyncSender<B>,
    empty: &Receiver<B>,
) {
    for chunk in chunks {
        let mut buffer = empty.try_recv().unwrap_or_default();
        make(chunk, &mut buffer);
        // Nobody takes any more.
        if full.send(buffer).is_err() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_come_in_order_from_any_number_of_threads() {
        for threads in [1, 2, 3, 7] {
            let mut taken = Vec::new();
            let make = |chunk, buffer: &mut Vec<u64>| {
                buffer.clear();
                buffer.push(chunk * chunk);
            };
            in_order(threads, 50, make, |buffer| {
                taken.extend_from_slice(buffer);
                Ok::<(), ()>(())
            })
            .unwrap();
            assert_eq!(taken, (0..50).map(|it| it * it).collect::<Vec<u64>>());
        }
    }

    #[test]
    fn an_error_ends_the_work() {
        let mut taken = 0;
        let ended = in_order(
            2,
            u64::MAX,
            |chunk, buffer: &mut u64| *buffer = chunk,
            |chunk| {
                taken += 1;
                if *chunk < 10 { Ok(()) } else { Err(*chunk) }
            },
        );
        assert_eq!((ended, taken), (Err(10), 11));
    }
}
