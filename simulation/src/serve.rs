//! `simulation serve`: watches a warehouse for those who watch the platform, and says where everything is.

mod metrics;

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use chrono::{DateTime, DurationRound as _, SecondsFormat, TimeDelta, Utc};
use clap::Args;
use database::DatabaseError;
use database::simulation::State;
use database::watch::{Sight, books, look};
use platform::endpoint::{EndpointArgs, listen};
use platform::screen::say;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::addresses::Addresses;

/// How often the warehouse is looked at.
const INTERVAL: Duration = Duration::from_secs(15);

/// How often its books are counted: that reads every row that came.
const BOOKS_INTERVAL: Duration = Duration::from_mins(15);

/// How long a warehouse is left alone that cannot be looked at.
const AFTER_FAILURE: Duration = Duration::from_secs(5);

/// What to tell, and where.
#[derive(Debug, Clone, Args)]
pub(crate) struct ServeArgs {
    #[command(flatten)]
    pub(crate) endpoint: EndpointArgs,
    /// Where something is that users look for, to be told at the start; once for each
    #[arg(long = "place", value_name = "NAME=WHERE")]
    pub(crate) places: Vec<Place>,
}

/// Something that users look for, and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    name: String,
    is_at: String,
}

impl FromStr for Place {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        let (name, is_at) = text.split_once('=').unwrap_or((text, ""));
        Ok(Self {
            name: name.trim().to_owned(),
            is_at: is_at.trim().to_owned(),
        })
    }
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "  {:<20} {}", self.name, self.is_at)
    }
}

/// Watches until shutdown. A warehouse that is away, or not yet there, is waited for; one that may not be
/// looked at is an error.
pub(crate) async fn serve(
    args: &ServeArgs,
    addresses: &Addresses,
    shutdown: &CancellationToken,
) -> anyhow::Result<()> {
    let url = addresses.loader_url.as_str();
    listen(
        "simulation",
        &args.endpoint,
        vec![database::need(url)],
        shutdown,
    )
    .await?;
    if !args.places.is_empty() {
        say("Wardflow is running:");
        args.places.iter().for_each(|place| say(&place.to_string()));
    }
    let (epochs, epoch) = watch::channel(0);
    let looking = again(shutdown, async || keep_looking(url, &epochs).await);
    // Beside it, as that takes long where there is much.
    let counting = again(shutdown, async || keep_counting(url, epoch.clone()).await);
    tokio::try_join!(looking, counting)?;
    Ok(())
}

/// Does something that ends in an error alone, again and again until shutdown, unless nobody but a person
/// can mend it.
async fn again(
    shutdown: &CancellationToken,
    work: impl AsyncFn() -> Result<Infallible, DatabaseError>,
) -> Result<(), DatabaseError> {
    loop {
        let failed = tokio::select! {
            failed = work() => failed,
            () = shutdown.cancelled() => return Ok(()),
        };
        let Err(error) = failed;
        let is_lasting = matches!(
            error,
            DatabaseError::Certificate(_) | DatabaseError::AccessDenied(_) | DatabaseError::Url(_)
        );
        if is_lasting {
            return Err(error);
        }
        platform::metrics::retried("look at the warehouse");
        tracing::warn!(%error, "the warehouse cannot be looked at, trying again");
        tokio::select! {
            () = tokio::time::sleep(AFTER_FAILURE) => {}
            () = shutdown.cancelled() => {}
        }
    }
}

/// Tells what is seen, every so often.
async fn keep_looking(url: &str, epochs: &watch::Sender<i64>) -> Result<Infallible, DatabaseError> {
    let client = database::connect(url, "wardflow watch").await?;
    let mut told = None;
    loop {
        let sight = look(&client).await?;
        metrics::tell(&sight);
        epochs.send_if_modified(|epoch| std::mem::replace(epoch, sight.simulation.epoch) != *epoch);
        let course = Course::of(&sight);
        if told != Some(course) {
            say(&outlook(&sight, Utc::now()));
            told = Some(course);
        }
        tokio::time::sleep(INTERVAL).await;
    }
}

/// Counts the books every so often, after a reset, and soon again where they do not balance.
async fn keep_counting(
    url: &str,
    mut epoch: watch::Receiver<i64>,
) -> Result<Infallible, DatabaseError> {
    let mut client = database::connect(url, "wardflow books").await?;
    loop {
        epoch.mark_unchanged();
        let books = books(&mut client).await?;
        metrics::tell_books(&books);
        let wait = if books.imbalance() == 0 {
            BOOKS_INTERVAL
        } else {
            INTERVAL
        };
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            Ok(()) = epoch.changed() => {}
        }
    }
}

/// What is told again where it changes. The wall time of the end is not: it is known nearly.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Course {
    epoch: i64,
    state: State,
    speed: Option<f64>,
    days: Option<u16>,
    has_begun: bool,
    is_over: bool,
}

impl Course {
    fn of(sight: &Sight) -> Self {
        let simulation = &sight.simulation;
        let at = simulation.simulated_at;
        Self {
            epoch: simulation.epoch,
            state: simulation.state,
            speed: simulation.speed,
            days: simulation.scenario.days,
            has_begun: at.is_some(),
            is_over: sight.ends_at.is_some_and(|end| at >= Some(end)),
        }
    }
}

/// How the days will go on.
fn outlook(sight: &Sight, now: DateTime<Utc>) -> String {
    let simulation = &sight.simulation;
    let Some(days) = simulation.scenario.days else {
        return "no days are simulated yet".to_owned();
    };
    match (simulation.state, simulation.simulated_at, sight.ends_at) {
        (State::Resetting, ..) => "a reset is under way".to_owned(),
        (State::Paused, ..) => format!("the {days} days stand still: simulation resume"),
        (State::Running, None, _) => format!("the {days} days begin"),
        (State::Running, Some(at), Some(end)) if at >= end => format!("the {days} days are over"),
        (State::Running, Some(at), Some(end)) => match simulation.speed {
            None => format!("the {days} days pass without waiting"),
            Some(speed) => {
                #[expect(clippy::cast_precision_loss, reason = "a second more or less")]
                let seconds = (end - at).num_seconds() as f64 / speed;
                let left = Duration::try_from_secs_f64(seconds).ok();
                let end =
                    left.and_then(|left| now.checked_add_signed(TimeDelta::from_std(left).ok()?));
                let end = end.map_or_else(|| "far away".to_owned(), to_the_minute);
                format!("the {days} days will be over at {end}, at speed {speed}")
            }
        },
        (State::Running, Some(_), None) => "events pass".to_owned(),
    }
}

fn to_the_minute(time: DateTime<Utc>) -> String {
    let rounded = time.duration_round(TimeDelta::minutes(1)).unwrap_or(time);
    rounded.to_rfc3339_opts(SecondsFormat::Secs, true)
}
