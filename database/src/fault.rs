//! Points inside a batch at which a test lets a real process die, stop, or lose its database.
//!
//! `WARDFLOW_FAULTS` arms them, for a process and its children: `gold:kill:3` kills the process when it comes
//! to the point after gold for the third time; `bronze:cut:1,sent:stop:2` are two of them. Each happens once.
//! Without the variable a point costs a comparison.

use std::fmt;
use std::pin::pin;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rustix::process::{Signal, getpid, kill_process};
use tokio_postgres::Transaction;

use crate::DatabaseError;

/// The variable that arms faults.
pub const VARIABLE: &str = "WARDFLOW_FAULTS";

/// How long a COMMIT is on its way before something happens to whoever sent it.
const ON_ITS_WAY: Duration = Duration::from_millis(2);

/// A point inside a batch, or a chunk of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Point {
    /// Offsets, or the place in a file, are moved.
    Swap,
    /// Bronze is written; a file has none.
    Bronze,
    /// Silver is written.
    Silver,
    /// Vault and gold are written.
    Gold,
    /// All is written, and COMMIT is not sent.
    Commit,
    /// COMMIT is sent, and its answer is not heard.
    Sent,
}

impl Point {
    /// All of them, in the order in which a batch comes to them.
    pub const ALL: [Self; 6] = [
        Self::Swap,
        Self::Bronze,
        Self::Silver,
        Self::Gold,
        Self::Commit,
        Self::Sent,
    ];

    /// Its word in [`VARIABLE`].
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Swap => "swap",
            Self::Bronze => "bronze",
            Self::Silver => "silver",
            Self::Gold => "gold",
            Self::Commit => "commit",
            Self::Sent => "sent",
        }
    }
}

/// What happens at a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Act {
    /// The process is killed (SIGKILL).
    Kill,
    /// The process stops (SIGSTOP) until somebody lets it go on.
    Stop,
    /// The connection to the database is lost.
    Cut,
}

impl Act {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Kill, Self::Stop, Self::Cut];

    /// Its word in [`VARIABLE`].
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Kill => "kill",
            Self::Stop => "stop",
            Self::Cut => "cut",
        }
    }
}

/// A fault that happens once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fault {
    /// Where.
    pub point: Point,
    /// What.
    pub act: Act,
    /// At which time that the process comes there, counted from 1.
    pub time: u64,
}

/// As [`VARIABLE`] has it.
impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { point, act, time } = self;
        write!(formatter, "{}:{}:{time}", point.as_str(), act.as_str())
    }
}

impl Fault {
    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(':');
        let (point, act, time) = (parts.next()?, parts.next()?, parts.next()?);
        let fault = Self {
            point: Point::ALL.into_iter().find(|it| it.as_str() == point)?,
            act: Act::ALL.into_iter().find(|it| it.as_str() == act)?,
            time: time.parse().ok().filter(|time| *time > 0)?,
        };
        parts.next().is_none().then_some(fault)
    }

    fn parse_all(text: &str) -> Result<Vec<Self>, String> {
        let parse = |text: &str| {
            Self::parse(text.trim()).ok_or_else(|| {
                format!(
                    "{VARIABLE} has {text:?}: expected POINT:ACT:TIME, as in gold:kill:3, with a point of {}, an act \
                     of {}, and a time from 1 on; it is for tests alone",
                    Point::ALL.map(Point::as_str).join(", "),
                    Act::ALL.map(Act::as_str).join(", "),
                )
            })
        };
        text.split(',')
            .filter(|it| !it.trim().is_empty())
            .map(parse)
            .collect()
    }
}

/// What the process was told, and how often it came to each point.
#[derive(Debug)]
struct Armed {
    faults: Vec<Fault>,
    reached: [AtomicU64; Point::ALL.len()],
}

static ARMED: LazyLock<Result<Armed, String>> = LazyLock::new(|| {
    let told = std::env::var(VARIABLE).unwrap_or_default();
    let faults = Fault::parse_all(&told)?;
    if !faults.is_empty() {
        tracing::warn!(faults = told, "faults are armed: this is for tests alone");
    }
    Ok(Armed {
        faults,
        reached: Default::default(),
    })
});

/// The fault that is due now that the process comes to a point.
fn due(point: Point) -> Result<Option<Act>, DatabaseError> {
    let armed = ARMED
        .as_ref()
        .map_err(|complaint| DatabaseError::State(complaint.clone()))?;
    if armed.faults.is_empty() {
        return Ok(None);
    }
    let time = armed.reached[point as usize].fetch_add(1, Ordering::Relaxed) + 1;
    let fault = armed
        .faults
        .iter()
        .find(|it| it.point == point && it.time == time);
    Ok(fault.map(|fault| fault.act))
}

/// Comes to a point, other than [`Point::Sent`].
pub(crate) fn reach(point: Point) -> Result<(), DatabaseError> {
    match due(point)? {
        Some(act) => happen(point, act),
        None => Ok(()),
    }
}

/// Commits; its answer may be one that is never heard.
pub(crate) async fn commit(
    transaction: Transaction<'_>,
    doing: &'static str,
) -> Result<(), DatabaseError> {
    reach(Point::Commit)?;
    let act = due(Point::Sent)?;
    let mut committed = pin!(transaction.commit());
    let answer = match act {
        None => committed.await,
        Some(act) => {
            // Asking for it once sends it; what is not sent by then never is.
            let early = tokio::time::timeout(ON_ITS_WAY, &mut committed).await;
            happen(Point::Sent, act)?;
            match early {
                Ok(answer) => answer,
                Err(_) => committed.await,
            }
        }
    };
    answer.map_err(|error| DatabaseError::while_doing(doing, &error))
}

fn happen(point: Point, act: Act) -> Result<(), DatabaseError> {
    tracing::warn!(
        point = point.as_str(),
        act = act.as_str(),
        "a fault happens"
    );
    let signal = match act {
        Act::Kill => Signal::KILL,
        Act::Stop => Signal::STOP,
        // Whoever hears of it drops the connection.
        Act::Cut => {
            return Err(DatabaseError::Unavailable(
                "a fault cut the connection".into(),
            ));
        }
    };
    kill_process(getpid(), signal)
        .map_err(|error| DatabaseError::State(format!("a fault cannot happen: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_is_read() {
        let faults = Point::ALL.into_iter().flat_map(|point| {
            Act::ALL.map(|act| Fault {
                point,
                act,
                time: 7,
            })
        });
        let faults: Vec<Fault> = faults.collect();
        let text: Vec<String> = faults.iter().map(Fault::to_string).collect();
        assert_eq!(Fault::parse_all(&text.join(", ")), Ok(faults));
        assert_eq!(Fault::parse_all(""), Ok(Vec::new()));
    }

    #[test]
    fn what_is_none_is_refused() {
        for text in [
            "gold",
            "gold:kill",
            "gold:kill:0",
            "gold:kill:-1",
            "gold:hang:1",
            "moon:kill:1",
            "gold:kill:1:2",
        ] {
            let complaint = Fault::parse_all(text).unwrap_err();
            assert!(complaint.contains(text), "{complaint}");
            assert!(complaint.contains("swap, bronze, silver, gold, commit, sent"));
        }
    }
}
