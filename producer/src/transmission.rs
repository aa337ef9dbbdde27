//! One flow of events from its source to Kafka, at its pace.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::event::AdtEvent;
use generators::fault::Sent;
use serde::Serialize;
use tokio_util::sync::CancellationToken;

use crate::address::Address;
use crate::destination::Connection;
use crate::pacer::Pacer;
use crate::progress::Progress;
use crate::sender::{SendError, Sender};
use crate::statements::Statements;

/// Events after which others on the thread have their turn: at full speed nothing here ever waits.
const TURN_EVENTS: u64 = 256;

/// What was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Transmission {
    /// The topic.
    pub topic: String,
    /// The flow, as the header `wardflow.run` names it.
    pub run: String,
    /// Events of the flow that were in the topic before; they were not sent again.
    pub already_there: u64,
    /// Events that were sent and that Kafka has acknowledged.
    pub events: u64,
    /// Events handed over, by trigger; they are the acknowledged ones where `unacknowledged` is 0.
    pub events_by_type: BTreeMap<String, u64>,
    /// Events that Kafka may or may not have: none, unless the process was asked to end.
    pub unacknowledged: u64,
    /// `occurred_at` of the first event.
    pub first_occurred_at: Option<String>,
    /// `occurred_at` of the last event.
    pub last_occurred_at: Option<String>,
    /// Statements about departments and staff that are in their topics, by topic.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub statements: BTreeMap<String, u64>,
    /// Whether the process was asked to end before all was sent.
    pub was_interrupted: bool,
}

/// Sends what is missing of a flow that goes with no statements.
pub async fn transmit(
    events: impl Iterator<Item = impl Into<Sent>>,
    connection: Connection,
    pacer: impl Into<Pacer>,
    progress: &mut Progress,
    shutdown: &CancellationToken,
) -> Result<Transmission, SendError> {
    let pacer = pacer.into();
    transmit_with(None, events, connection, pacer, (progress, shutdown)).await
}

/// Sends what is missing of a flow, in its order, until there is no more, or until `shutdown`.
///
/// `events` is the flow from its beginning, with its faults if it has some. The pace starts with the
/// first event that is sent: simulated time stands still while nobody sends. Every event that is handed
/// over is waited for, also at shutdown (for ten seconds). `statements` go with the flow: each is sent
/// before the first event that is entered at its time or later.
pub async fn transmit_with(
    mut statements: Option<Statements<'_>>,
    events: impl Iterator<Item = impl Into<Sent>>,
    connection: Connection,
    mut pacer: Pacer,
    (progress, shutdown): (&mut Progress, &CancellationToken),
) -> Result<Transmission, SendError> {
    let Connection {
        mut sender,
        resumption,
    } = connection;
    let mut done = Transmission::new(&sender);
    // The last event that may be there: what is, is told when it is counted.
    let mut last_there = resumption.last_ordinal();
    for (ordinal, event) in (0..).zip(events) {
        let sent: Sent = event.into();
        if last_there.take_if(|last| ordinal > *last).is_some() {
            progress.resume(done.already_there, &done.topic);
        }
        if ordinal % TURN_EVENTS == 0 {
            tokio::task::yield_now().await;
        }
        let address = Address::of(ordinal, sent.event.key(), sender.partitions());
        let is_there = resumption.has(&address)?;
        let recorded_at = recorded_at(&sent.event);
        if (!is_there && !pacer.is_due(recorded_at, shutdown).await)
            || !send_until(&mut statements, recorded_at, shutdown).await?
        {
            done.was_interrupted = true;
            break;
        }
        if is_there {
            done.already_there += 1;
            continue;
        }
        let Sent { event, damage, .. } = &sent;
        if !sender.send(event, *damage, &address, shutdown).await? {
            done.was_interrupted = true;
            break;
        }
        if let Some(recorded_at) = recorded_at {
            progress.pass(recorded_at);
            pacer.pass(recorded_at);
        }
        done.add(sent.event);
        if last_there.is_none() {
            progress.reach(done.already_there + sender.acknowledged());
        }
    }
    if last_there.is_some() {
        progress.resume(done.already_there, &done.topic);
    }
    done.unacknowledged = sender.finish(shutdown).await?;
    if let Some(statements) = &statements {
        done.unacknowledged += statements.finish(shutdown).await?;
        done.statements = statements.counts().into();
    }
    done.events = sender.acknowledged();
    progress.reach(done.already_there + done.events);
    progress.end();
    Ok(done)
}

/// Sends the statements that are entered up to a time; false where `shutdown` comes first.
async fn send_until(
    statements: &mut Option<Statements<'_>>,
    time: Option<DateTime<Utc>>,
    shutdown: &CancellationToken,
) -> Result<bool, SendError> {
    match (statements, time) {
        (Some(statements), Some(time)) => statements.send_until(time, shutdown).await,
        _ => Ok(true),
    }
}

fn recorded_at(event: &AdtEvent) -> Option<DateTime<Utc>> {
    event.recorded_at.as_deref()?.parse().ok()
}

impl Transmission {
    fn new(sender: &Sender) -> Self {
        Self {
            topic: sender.topic().to_string(),
            run: sender.run().to_owned(),
            already_there: 0,
            events: 0,
            events_by_type: BTreeMap::new(),
            unacknowledged: 0,
            statements: BTreeMap::new(),
            first_occurred_at: None,
            last_occurred_at: None,
            was_interrupted: false,
        }
    }

    fn add(&mut self, event: AdtEvent) {
        let event_type = event.event_type.unwrap_or_default();
        *self.events_by_type.entry(event_type).or_default() += 1;
        if self.first_occurred_at.is_none() {
            self.first_occurred_at.clone_from(&event.occurred_at);
        }
        self.last_occurred_at = event.occurred_at;
    }
}
