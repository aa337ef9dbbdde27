//! The processor time of this program itself: waiting for a core is not part of it.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// Counts from a moment on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Watch {
    clock: ClockId,
    began: Duration,
}

impl Watch {
    /// What this thread takes.
    pub(crate) fn of_this_thread() -> Self {
        Self::of(ClockId::ThreadCPUTime)
    }

    /// What all threads of this program take.
    pub(crate) fn of_all_threads() -> Self {
        Self::of(ClockId::ProcessCPUTime)
    }

    fn of(clock: ClockId) -> Self {
        let began = read(clock);
        Self { clock, began }
    }

    /// Seconds until now.
    pub(crate) fn seconds(self) -> f64 {
        read(self.clock).saturating_sub(self.began).as_secs_f64()
    }
}

/// What this thread takes of a processor for some work, in seconds, and what comes of the work.
pub(crate) fn seconds_of<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let watch = Watch::of_this_thread();
    let outcome = work();
    (watch.seconds(), outcome)
}

fn read(clock: ClockId) -> Duration {
    // Such a clock begins at 0 and does not go back.
    Duration::try_from(clock_gettime(clock)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    #[test]
    fn sleeping_takes_no_processor_and_working_does() {
        let all = Watch::of_all_threads();
        let (asleep, ()) = seconds_of(|| thread::sleep(Duration::from_millis(50)));
        assert!(asleep < 0.04, "{asleep}");
        let (busy, sum) = seconds_of(|| (0..3_000_000_u64).fold(0, |sum, it| sum ^ (it * it)));
        assert!(busy > 0.0, "{sum}");
        assert!(all.seconds() >= busy);
    }
}
