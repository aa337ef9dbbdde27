//! Statements about departments and staff, sent as simulated time comes to them.

use chrono::{DateTime, Utc};
use domain::department_event::DepartmentEvent;
use domain::staff_event::StaffEvent;
use generators::flow::statement;
use generators::scenario::Scenario;
use generators::staff::Staff;
use platform::codec::Record;
use platform::kafka::Topic;
use tokio_util::sync::CancellationToken;

use crate::address::Address;
use crate::destination::{Connection, Destination, DestinationError};
use crate::resumption::Resume;
use crate::sender::SendError;

/// The statements of a scenario, each kind on its way to its topic.
///
/// They are flows of their own, which are resumed as that of events is: each topic holds the first so
/// many of them.
pub struct Statements<'s> {
    departments: Stream<'s, DepartmentEvent>,
    staff: Stream<'s, StaffEvent>,
}

impl<'s> Statements<'s> {
    /// Those of the flow `run`. Creates the topics where they are missing, and looks what is there.
    pub async fn open(
        (run, scenario, staff): (&str, &'s Scenario, &'s Staff<'s>),
        destination: &Destination,
        resume: Resume,
        shutdown: &CancellationToken,
    ) -> Result<Self, DestinationError> {
        let (of_departments, of_staff) = (format!("{run}:departments"), format!("{run}:staff"));
        let departments =
            destination.open_topic(Topic::Departments, of_departments, resume, shutdown);
        let departments = Stream::new(statement::departments(scenario), departments.await?);
        let connection = destination.open_topic(Topic::Staff, of_staff, resume, shutdown);
        let staff = Stream::new(statement::staff(scenario, staff), connection.await?);
        Ok(Self { departments, staff })
    }

    /// Sends what is missing of what is entered up to a time; false where `shutdown` comes first.
    pub(crate) async fn send_until(
        &mut self,
        time: DateTime<Utc>,
        shutdown: &CancellationToken,
    ) -> Result<bool, SendError> {
        Ok(self.departments.send_until(time, shutdown).await?
            && self.staff.send_until(time, shutdown).await?)
    }

    /// Waits until all is acknowledged that was sent; returns how many are not.
    pub(crate) async fn finish(&self, shutdown: &CancellationToken) -> Result<u64, SendError> {
        let departments = self.departments.connection.sender.finish(shutdown).await?;
        Ok(departments + self.staff.connection.sender.finish(shutdown).await?)
    }

    /// How many statements are in each topic.
    pub(crate) fn counts(&self) -> [(String, u64); 2] {
        [self.departments.count(), self.staff.count()]
    }
}

/// What is sent to topics of statements.
trait Statement: Record {
    fn key(&self) -> Option<String>;
    fn recorded_at(&self) -> Option<&str>;
}

impl Statement for DepartmentEvent {
    fn key(&self) -> Option<String> {
        Self::key(self)
    }

    fn recorded_at(&self) -> Option<&str> {
        self.recorded_at.as_deref()
    }
}

impl Statement for StaffEvent {
    fn key(&self) -> Option<String> {
        Self::key(self)
    }

    fn recorded_at(&self) -> Option<&str> {
        self.recorded_at.as_deref()
    }
}

/// Statements of one kind, in the order in which they are entered.
struct Stream<'s, E> {
    events: Box<dyn Iterator<Item = (u64, E)> + 's>,
    next: Option<Next<E>>,
    connection: Connection<E>,
    already_there: u64,
}

/// The statement that is to be sent next.
struct Next<E> {
    ordinal: u64,
    event: E,
    recorded_at: DateTime<Utc>,
}

impl<'s, E: Statement> Stream<'s, E> {
    fn new(events: impl Iterator<Item = E> + 's, connection: Connection<E>) -> Self {
        let mut stream = Self {
            events: Box::new((0..).zip(events)),
            next: None,
            connection,
            already_there: 0,
        };
        stream.advance();
        stream
    }

    fn advance(&mut self) {
        self.next = self.events.next().map(|(ordinal, event)| {
            let recorded_at = event.recorded_at().and_then(|time| time.parse().ok());
            Next {
                ordinal,
                recorded_at: recorded_at.unwrap_or(DateTime::<Utc>::MIN_UTC),
                event,
            }
        });
    }

    async fn send_until(
        &mut self,
        time: DateTime<Utc>,
        shutdown: &CancellationToken,
    ) -> Result<bool, SendError> {
        while let Some(next) = self.next.as_ref().filter(|next| next.recorded_at <= time) {
            let Connection { sender, resumption } = &mut self.connection;
            let address = Address::of(next.ordinal, next.event.key(), sender.partitions());
            if resumption.has(&address)? {
                self.already_there += 1;
            } else if !sender.send(&next.event, None, &address, shutdown).await? {
                return Ok(false);
            }
            self.advance();
        }
        Ok(true)
    }

    fn count(&self) -> (String, u64) {
        let sender = &self.connection.sender;
        let count = self.already_there + sender.acknowledged();
        (sender.topic().to_string(), count)
    }
}
