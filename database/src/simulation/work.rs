use std::fmt::Display;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::follower::{Clock, Follower, Said, channel, hear, instance};
use super::{Scenario, Simulation, State, failed};
use crate::DatabaseError;

/// How long it is waited before it is asked again.
const INTERVAL: Duration = Duration::from_millis(500);

/// An epoch in which a service works.
#[derive(Debug, Clone)]
pub struct Epoch {
    /// Its number.
    pub number: i64,
    /// Cancelled when a reset begins, or the service is to end: whoever works stops.
    pub ending: CancellationToken,
    is_first: bool,
    url: Arc<str>,
    heard: watch::Sender<Option<Simulation>>,
    clock: Clock,
}

impl Epoch {
    /// Whether it is the first one in which the service works.
    pub fn is_first(&self) -> bool {
        self.is_first
    }

    /// What all services follow, as it was read last; a change is heard within a second.
    pub fn simulation(&self) -> watch::Receiver<Option<Simulation>> {
        self.heard.subscribe()
    }

    /// Tells how far simulated time is. Cheap: it is written once a second.
    pub fn pass(&self, at: DateTime<Utc>) {
        self.clock.pass(at);
    }

    /// Says what is sent from now on. In the service's first epoch the speed is what its user said; in
    /// a later one it stays what it is by now.
    pub async fn announce(
        &self,
        scenario: &Scenario,
        speed: Option<f64>,
    ) -> Result<(), DatabaseError> {
        let client = channel(&self.url).await?;
        let hospitals = (!scenario.hospitals.is_empty()).then_some(&scenario.hospitals);
        let announced = client
            .query_opt(
                include_str!("../../sql/simulation/announce.sql"),
                &[
                    &self.number,
                    &scenario.seed.map(|seed| seed.to_string()),
                    &scenario.starts_on,
                    &scenario.days.map(i32::from),
                    &scenario.scale,
                    &hospitals,
                    &self.is_first,
                    &speed,
                ],
            )
            .await
            .map_err(|error| failed(&error))?;
        // In an epoch that is over nothing is announced; whoever works in it hears of that.
        if let Some(row) = announced {
            hear(&self.heard, Simulation::from(&row));
        }
        Ok(())
    }
}

/// Does the work of a service, in one epoch after the other, until it ends or `shutdown` comes.
///
/// When a reset begins the work is asked to stop, as at shutdown. Then the service says that it has
/// stopped, and waits; in the next epoch it begins anew. What the work told of an epoch that is over,
/// errors included, is void. Where shutdown comes before an epoch is open, nothing was done.
pub async fn in_epochs<T, E, Working>(
    (url, service): (&str, &'static str),
    shutdown: &CancellationToken,
    work: impl Fn(Epoch) -> Working,
) -> Result<T, E>
where
    T: Default,
    E: From<DatabaseError> + Display,
    Working: Future<Output = Result<T, E>>,
{
    let mut place = Place::take(url, service);
    let done = place.work(shutdown, work).await;
    place.give_up().await;
    done
}

/// A service's place in the channel.
struct Place {
    url: Arc<str>,
    service: &'static str,
    instance: Arc<str>,
    says: watch::Sender<Said>,
    clock: watch::Sender<Clock>,
    heard: watch::Sender<Option<Simulation>>,
    following: JoinHandle<Result<(), DatabaseError>>,
    following_ends: CancellationToken,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.following_ends.cancel();
    }
}

impl Place {
    fn take(url: &str, service: &'static str) -> Self {
        let (url, instance): (Arc<str>, Arc<str>) = (url.into(), instance().into());
        let (says, said) = watch::channel(Said::default());
        let (clock, told) = watch::channel(Clock::new());
        let heard = watch::Sender::new(None);
        let following_ends = CancellationToken::new();
        let follower = Follower {
            url: Arc::clone(&url),
            service,
            instance: Arc::clone(&instance),
            said,
            clock: told,
            heard: heard.clone(),
            ending: following_ends.clone(),
        };
        Self {
            url,
            service,
            instance,
            says,
            clock,
            heard,
            following: tokio::spawn(follower.follow()),
            following_ends,
        }
    }

    async fn give_up(mut self) {
        self.following_ends.cancel();
        // What it could not say it has logged.
        let _ = (&mut self.following).await;
    }

    async fn work<T, E, Working>(
        &mut self,
        shutdown: &CancellationToken,
        work: impl Fn(Epoch) -> Working,
    ) -> Result<T, E>
    where
        T: Default,
        E: From<DatabaseError> + Display,
        Working: Future<Output = Result<T, E>>,
    {
        let mut is_first = true;
        while let Some(number) = self.enter(shutdown).await? {
            let ending = shutdown.child_token();
            // Also where this future is dropped: what works in threads would go on.
            let _ended_with_us = ending.clone().drop_guard();
            let clock = Clock::new();
            self.clock.send_replace(clock.clone());
            let epoch = Epoch {
                number,
                ending: ending.clone(),
                is_first,
                url: Arc::clone(&self.url),
                heard: self.heard.clone(),
                clock,
            };
            is_first = false;
            let mut working = Box::pin(work(epoch));
            let done = tokio::select! {
                done = &mut working => done,
                () = self.until_over(number) => {
                    tracing::info!(service = self.service, "stopping for a reset");
                    ending.cancel();
                    working.await
                }
            };
            if shutdown.is_cancelled() || !self.is_over(number, done.is_err()).await {
                return done;
            }
            if let Err(error) = done {
                tracing::debug!(service = self.service, %error, "ended with its epoch");
            }
            self.says.send_modify(|said| said.is_working = false);
        }
        Ok(T::default())
    }

    /// Waits for an epoch to work in; `None` at shutdown.
    async fn enter(&mut self, shutdown: &CancellationToken) -> Result<Option<i64>, DatabaseError> {
        let mut waits = false;
        loop {
            tokio::select! {
                biased;
                () = shutdown.cancelled() => return Ok(None),
                entered = self.try_enter() => match entered {
                    Ok(Some(epoch)) => return Ok(Some(epoch)),
                    Ok(None) if waits => {}
                    Ok(None) => {
                        waits = true;
                        tracing::warn!(
                            service = self.service,
                            "waiting for the end of a reset; where nobody resets just now, end it by \
                             `simulation reset`"
                        );
                    }
                    Err(error) if error.is_transient() => {
                        let service = self.service;
                        tracing::warn!(service, %error, "waiting for the control channel");
                    }
                    Err(error) => return Err(error),
                }
            }
            tokio::select! {
                () = shutdown.cancelled() => return Ok(None),
                () = tokio::time::sleep(INTERVAL) => {}
            }
        }
    }

    /// Begins an epoch where one is open.
    async fn try_enter(&self) -> Result<Option<i64>, DatabaseError> {
        let client = channel(&self.url).await?;
        let row = client
            .query_opt(
                include_str!("../../sql/simulation/enter.sql"),
                &[&self.service, &&*self.instance],
            )
            .await
            .map_err(|error| failed(&error))?;
        let Some(row) = row else {
            return Ok(None);
        };
        let epoch: i64 = row.get("epoch");
        // Before the epoch is said: what the former flow told must not be told of this one.
        self.clock.send_replace(Clock::new());
        self.says.send_replace(Said {
            epoch: Some(epoch),
            is_working: true,
        });
        // Before anybody works in it, so that nobody follows what was said in the last one.
        let (simulation, _) = super::read(&client).await?;
        hear(&self.heard, simulation);
        Ok(Some(epoch))
    }

    /// Waits until a reset has begun, or is over already.
    async fn until_over(&self, epoch: i64) {
        let mut heard = self.heard.subscribe();
        let is_over = |heard: &Option<Simulation>| {
            heard
                .as_ref()
                .is_some_and(|heard| heard.epoch != epoch || heard.state == State::Resetting)
        };
        if heard.wait_for(is_over).await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// Whether a reset has begun, or is over already. Who failed asks anew: an error may be the first
    /// sign of it.
    async fn is_over(&self, epoch: i64, asks: bool) -> bool {
        if asks
            && let Ok(client) = channel(&self.url).await
            && let Ok((simulation, _)) = super::read(&client).await
        {
            hear(&self.heard, simulation);
        }
        let heard = self.heard.borrow();
        heard
            .as_ref()
            .is_some_and(|heard| heard.epoch != epoch || heard.state == State::Resetting)
    }
}
