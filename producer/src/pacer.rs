//! When an event is due: by a speed that stays as it is, or by that of the control channel.

use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use database::simulation::{Epoch, Simulation, State};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::metrics;
use crate::speed::{Pace, Speed};

/// Lets events wait until they are due, and tells how far simulated time is.
pub struct Pacer {
    pace: Pace,
    /// The time of the last event that had one.
    last: Option<DateTime<Utc>>,
    followed: Option<Followed>,
}

struct Followed {
    epoch: Epoch,
    simulation: watch::Receiver<Option<Simulation>>,
}

impl From<Speed> for Pacer {
    fn from(speed: Speed) -> Self {
        Self {
            pace: Pace::new(speed),
            last: None,
            followed: None,
        }
    }
}

impl Pacer {
    /// A pacer that follows the control channel, where there is one.
    pub fn new(speed: Speed, epoch: Option<&Epoch>) -> Self {
        let mut pacer = Self::from(speed);
        if let Some(epoch) = epoch {
            let mut simulation = epoch.simulation();
            // What it says by now is followed before the first event.
            simulation.mark_changed();
            pacer.followed = Some(Followed {
                epoch: epoch.clone(),
                simulation,
            });
        }
        pacer
    }

    /// Waits until an event is due that was entered then; false where `shutdown` comes first. One whose
    /// time cannot be read goes with the event before it.
    pub(crate) async fn is_due(
        &mut self,
        recorded_at: Option<DateTime<Utc>>,
        shutdown: &CancellationToken,
    ) -> bool {
        self.last = recorded_at.or(self.last);
        loop {
            if shutdown.is_cancelled() {
                return false;
            }
            self.follow();
            let wait = self.wait();
            if wait.is_zero() {
                return true;
            }
            tokio::select! {
                () = shutdown.cancelled() => return false,
                () = tokio::time::sleep(wait) => return true,
                () = changed(&mut self.followed) => {}
            }
        }
    }

    fn wait(&mut self) -> Duration {
        match self.last {
            Some(time) => self.pace.wait(time, Instant::now()),
            None => Duration::ZERO,
        }
    }

    /// Takes up what the control channel says, if that has changed.
    fn follow(&mut self) {
        let Some(followed) = &mut self.followed else {
            return;
        };
        if !followed.simulation.has_changed().unwrap_or(false) {
            return;
        }
        if let Some(simulation) = &*followed.simulation.borrow_and_update() {
            let speed = Speed::from(simulation.speed);
            let is_paused = simulation.state == State::Paused;
            self.pace
                .change((speed, is_paused), self.last, Instant::now());
        }
    }

    /// Tells that an event was sent.
    pub(crate) fn pass(&self, recorded_at: DateTime<Utc>) {
        metrics::time_passed(recorded_at);
        if let Some(followed) = &self.followed {
            followed.epoch.pass(recorded_at);
        }
    }
}

/// Waits until the control channel says something else; without one for ever.
async fn changed(followed: &mut Option<Followed>) {
    if let Some(followed) = followed
        && followed.simulation.changed().await.is_ok()
    {
        // It is looked at once more.
        followed.simulation.mark_changed();
        return;
    }
    std::future::pending::<()>().await;
}
