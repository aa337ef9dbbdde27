//! Retry: the same call again until it succeeds, ever more slowly, while the service runs.

use std::collections::hash_map::RandomState;
use std::fmt::Display;
use std::future::Future;
use std::hash::BuildHasher;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

/// How long to wait between two attempts: doubling, capped, with jitter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    /// The wait after the first failure, before jitter.
    pub first: Duration,
    /// The longest wait.
    pub longest: Duration,
}

impl Default for Backoff {
    /// From 200 ms to 10 s: a broker that restarts (3 to 4 s) is found again within its own time.
    fn default() -> Self {
        Self {
            first: Duration::from_millis(200),
            longest: Duration::from_secs(10),
        }
    }
}

impl Backoff {
    /// The wait after failure number `attempt` (from 1): between a half and the whole of the
    /// doubled time, so that clients that failed together do not come back together.
    pub fn delay(&self, attempt: u32) -> Duration {
        let doublings = attempt.saturating_sub(1).min(31);
        let whole = self.first.saturating_mul(1 << doublings).min(self.longest);
        let half = whole / 2;
        half + half.mul_f64(random_fraction(attempt))
    }
}

/// From 0 to below 1. The standard library seeds every `RandomState` anew, which is random enough
/// to spread clients and spares a dependency.
fn random_fraction(attempt: u32) -> f64 {
    let hash = RandomState::new().hash_one(attempt);
    f64::from(u32::try_from(hash >> 32).unwrap_or_default()) / (f64::from(u32::MAX) + 1.0)
}

/// Why a call was given up.
#[derive(Debug, thiserror::Error)]
pub enum Abandoned<E> {
    /// The service is shutting down.
    #[error("shut down while waiting to try again")]
    Shutdown,
    /// Another attempt cannot help.
    #[error(transparent)]
    Permanent(E),
}

impl<E> Abandoned<E> {
    /// The same with the error as another.
    pub fn map<F>(self, error_as: impl FnOnce(E) -> F) -> Abandoned<F> {
        match self {
            Self::Shutdown => Abandoned::Shutdown,
            Self::Permanent(error) => Abandoned::Permanent(error_as(error)),
        }
    }
}

/// Calls until it succeeds, until `is_retryable` says no, or until `shutdown`.
///
/// Every failure that is tried again is counted and logged once, with `what` was tried ("register the
/// schema": a constant, since it is a label of a metric), the attempt and the wait. The running attempt is dropped at shutdown.
pub async fn until_success<T, E, Call, Running>(
    what: &str,
    backoff: Backoff,
    shutdown: &CancellationToken,
    is_retryable: impl Fn(&E) -> bool,
    mut call: Call,
) -> Result<T, Abandoned<E>>
where
    E: Display,
    Call: FnMut() -> Running,
    Running: Future<Output = Result<T, E>>,
{
    let mut attempt: u32 = 0;
    loop {
        let outcome = tokio::select! {
            biased;
            () = shutdown.cancelled() => return Err(Abandoned::Shutdown),
            outcome = call() => outcome,
        };
        let error = match outcome {
            Ok(value) => return Ok(value),
            Err(error) if !is_retryable(&error) => return Err(Abandoned::Permanent(error)),
            Err(error) => error,
        };
        attempt = attempt.saturating_add(1);
        let delay = backoff.delay(attempt);
        crate::metrics::retried(what);
        tracing::warn!(
            what,
            attempt,
            delay_ms = u64::try_from(delay.as_millis()).unwrap_or(u64::MAX),
            %error,
            "failed, trying again"
        );
        tokio::select! {
            () = shutdown.cancelled() => return Err(Abandoned::Shutdown),
            () = tokio::time::sleep(delay) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    const QUICK: Backoff = Backoff {
        first: Duration::from_millis(1),
        longest: Duration::from_millis(4),
    };

    #[test]
    fn waits_double_to_the_longest_and_keep_at_least_half() {
        let backoff = Backoff {
            first: Duration::from_millis(100),
            longest: Duration::from_secs(1),
        };
        for (attempt, whole_ms) in [(1, 100), (2, 200), (4, 800), (5, 1000), (u32::MAX, 1000)] {
            let whole = Duration::from_millis(whole_ms);
            for _ in 0..50 {
                let delay = backoff.delay(attempt);
                assert!(delay >= whole / 2 && delay <= whole, "{attempt}: {delay:?}");
            }
        }
        let delays: Vec<_> = (0..20).map(|_| backoff.delay(3)).collect();
        assert!(delays.iter().any(|delay| *delay != delays[0]), "no jitter");
    }

    #[tokio::test]
    async fn tries_until_it_succeeds() {
        let calls = Cell::new(0);
        let result = until_success(
            "count",
            QUICK,
            &CancellationToken::new(),
            |_| true,
            || {
                calls.set(calls.get() + 1);
                let call = calls.get();
                async move { if call < 4 { Err("not yet") } else { Ok(call) } }
            },
        )
        .await;
        assert_eq!(result.unwrap(), 4);
    }

    #[tokio::test]
    async fn gives_up_what_cannot_get_better() {
        let calls = Cell::new(0);
        let result: Result<(), _> = until_success(
            "fail",
            QUICK,
            &CancellationToken::new(),
            |_| false,
            || {
                calls.set(calls.get() + 1);
                async { Err("never") }
            },
        )
        .await;
        assert!(matches!(result, Err(Abandoned::Permanent("never"))));
        assert_eq!(calls.get(), 1);
    }

    #[tokio::test]
    async fn shutdown_ends_the_wait_and_a_hanging_call() {
        let shutdown = CancellationToken::new();
        let canceller = shutdown.clone();
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(20)).await;
            canceller.cancel();
        });
        let slow = Backoff {
            first: Duration::from_mins(1),
            longest: Duration::from_mins(1),
        };
        let waiting: Result<(), Abandoned<&str>> =
            until_success("wait", slow, &shutdown, |_| true, || async { Err("away") }).await;
        assert!(matches!(waiting, Err(Abandoned::Shutdown)));
        let hanging: Result<(), Abandoned<&str>> =
            until_success("hang", QUICK, &shutdown, |_| true, std::future::pending).await;
        assert!(matches!(hanging, Err(Abandoned::Shutdown)));
    }
}
