use std::time::{Duration, Instant};

use chrono::{DateTime, NaiveDate, Utc};
use database::gauge::{Gauge, gauge};
use domain::network::TimeZone;
use platform::configuration::KafkaArgs;
use platform::kafka::{Cluster, Topic};
use producer::progress::{Counted, Progress};
use tokio::sync::watch::Receiver;
use tokio::time::timeout;
use tokio_postgres::Client;

use super::facts::{Facts, Files};
use super::pace::Pace;
use crate::reach::Reach;

/// A service that takes longer to answer is left out of this look.
const PATIENCE: Duration = Duration::from_secs(2);

/// The days of a run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Days {
    pub(crate) first: NaiveDate,
    /// `None` of a run of so many events.
    pub(crate) count: Option<u16>,
    /// That of the first hospital.
    pub(crate) zone: TimeZone,
}

/// The deliveries of a run's extracts.
pub(crate) struct Deliveries {
    /// Files of each.
    pub(crate) files: u64,
    /// Files that come before all of them.
    pub(crate) of_network: u64,
    /// How many there are.
    pub(crate) total: u64,
    /// When each of those to come is due.
    pub(crate) due: Vec<DateTime<Utc>>,
    /// Files that the warehouse had taken before: of this run, and of all.
    pub(crate) taken_before: (u64, u64),
}

/// What is watched beside the progress of sending.
pub(crate) struct Watched {
    /// Of a simulated run.
    pub(crate) days: Option<Days>,
    /// What the consumer has done.
    pub(crate) consumed: Receiver<consumer::Summary>,
    /// Of a run with extracts.
    pub(crate) deliveries: Option<Deliveries>,
    /// The warehouse, as the loader.
    pub(crate) loader_url: String,
    pub(crate) kafka: KafkaArgs,
}

/// Looks at a run.
pub(super) struct Watch {
    watched: Watched,
    counted: Receiver<Counted>,
    clock: Receiver<Option<DateTime<Utc>>>,
    /// Opened when they are needed, and again after a failure.
    client: Option<Client>,
    cluster: Option<(Cluster, String)>,
    /// Files in the warehouse that are none of those to come.
    sent: Pace,
    simulated: Pace,
}

impl Watch {
    pub(super) fn new(watched: Watched, progress: &Progress) -> Self {
        Self {
            watched,
            counted: progress.counted(),
            clock: progress.clock(),
            client: None,
            cluster: None,
            sent: Pace::default(),
            simulated: Pace::default(),
        }
    }

    /// Waits until sending is further.
    pub(super) async fn further(&mut self) {
        if self.counted.changed().await.is_err() {
            // Nobody sends any more.
            std::future::pending::<()>().await;
        }
    }

    /// Tenths of all events that are sent.
    pub(super) fn tenths(&self) -> u64 {
        let Counted { total, sent } = *self.counted.borrow();
        (sent * 10).checked_div(total).unwrap_or(0)
    }

    /// How far the run is.
    pub(super) async fn look(&mut self) -> Facts {
        let at = *self.clock.borrow();
        let counted = *self.counted.borrow();
        let now = Instant::now();
        #[allow(
            clippy::cast_precision_loss,
            reason = "a pace is shown in whole numbers"
        )]
        self.sent.note(now, counted.sent as f64);
        if let Some(at) = at {
            #[allow(clippy::cast_precision_loss, reason = "seconds are exact for ever")]
            self.simulated.note(now, at.timestamp() as f64);
        }
        let gauge = self.gauge().await;
        let batches = self.watched.consumed.borrow().batches;
        let days = self.watched.days;
        let local = |at| days.map_or_else(|| DateTime::naive_utc(&at), |days| days.zone.local(at));
        let local = at.map(local);
        Facts {
            at: local,
            day: days.and_then(|days| {
                let count = days.count?;
                let day = local.map_or(1, |at| (at.date() - days.first).num_days() + 1);
                Some((day.clamp(1, count.into()), count))
            }),
            counted,
            events_per_second: self.sent.in_a_second(),
            lag: self.lag().await,
            gauge,
            batches,
            files: self.files(at, gauge),
            left: self.left(at, counted),
            is_over: false,
        }
    }

    /// Until the last event: by simulated time where the end is known, else by the events.
    fn left(&self, at: Option<DateTime<Utc>>, counted: Counted) -> Option<Duration> {
        let end = self.watched.days.and_then(|days| {
            let after = days.first + chrono::Days::new(days.count?.into());
            Some(days.zone.start_of(after))
        });
        #[allow(clippy::cast_precision_loss, reason = "a pace is no exact number")]
        match (end, at) {
            (Some(end), Some(at)) => self.simulated.time_for((end - at).num_seconds() as f64),
            _ => self
                .sent
                .time_for(counted.total.saturating_sub(counted.sent) as f64),
        }
    }

    fn files(&self, at: Option<DateTime<Utc>>, gauge: Option<Gauge>) -> Option<Files> {
        let Deliveries {
            files,
            of_network,
            total,
            due,
            taken_before: (of_run, of_all),
        } = self.watched.deliveries.as_ref()?;
        let loaded = gauge?.files;
        let is_sent = { *self.counted.borrow() }.is_complete();
        let is_delivered = |due: &&DateTime<Utc>| is_sent || at.is_some_and(|at| **due <= at);
        let already = total.saturating_sub(due.len() as u64) * files;
        let delivered = due.iter().filter(is_delivered).count() as u64;
        Some(Files {
            taken: of_run + loaded.saturating_sub(*of_all),
            delivered: of_network + already + delivered * files,
            total: of_network + total * files,
        })
    }

    async fn gauge(&mut self) -> Option<Gauge> {
        let client = connected(&mut self.client, &self.watched.loader_url).await?;
        let read = timeout(PATIENCE, gauge(client)).await;
        let read = read.ok().and_then(Result::ok);
        if read.is_none() {
            self.client = None;
        }
        read
    }

    /// Events in the topic that the warehouse has not loaded.
    async fn lag(&mut self) -> Option<u64> {
        let topic = Topic::Events.name(&self.watched.kafka.topic_prefix);
        let looked = timeout(PATIENCE, async {
            if self.cluster.is_none() {
                let cluster = Cluster::connect(&self.watched.kafka).ok()?;
                let id = cluster.id().await.ok()?;
                self.cluster = Some((cluster, id));
            }
            let (cluster, id) = self.cluster.as_ref()?;
            let client = connected(&mut self.client, &self.watched.loader_url).await?;
            let reach = Reach::of((cluster, id), &topic, client).await.ok()?;
            u64::try_from(reach.lag).ok()
        });
        looked.await.ok().flatten()
    }
}

async fn connected<'c>(client: &'c mut Option<Client>, url: &str) -> Option<&'c Client> {
    if client.as_ref().is_none_or(Client::is_closed) {
        let opened = timeout(PATIENCE, database::connect(url, "wardflow simulation")).await;
        *client = opened.ok().and_then(Result::ok);
    }
    client.as_ref()
}
