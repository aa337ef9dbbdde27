//! `simulation serve`: watches a warehouse for those who watch the platform, and says where everything is.

mod metrics;

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use clap::Args;
use database::DatabaseError;
use database::simulation::State;
use database::watch::{Sight, books, look};
use platform::endpoint::{EndpointArgs, listen};
use platform::screen::say;
use tokio::time::Instant;
use tokio_postgres::Client;
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

/// Watches until shutdown. A warehouse that is away, or not yet there, is waited for.
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
    let mut watch = Watch::default();
    while !shutdown.is_cancelled() {
        let seen = tokio::select! {
            seen = watch.see(url) => seen,
            () = shutdown.cancelled() => break,
        };
        let wait = match seen {
            Ok(()) => INTERVAL,
            Err(error) => {
                platform::metrics::retried("look at the warehouse");
                tracing::warn!(%error, "the warehouse cannot be looked at, trying again");
                AFTER_FAILURE
            }
        };
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = shutdown.cancelled() => {}
        }
    }
    Ok(())
}

/// What is watched, and what was told.
#[derive(Default)]
struct Watch {
    client: Option<Client>,
    counted_at: Option<Instant>,
    told: Option<String>,
}

impl Watch {
    async fn see(&mut self, url: &str) -> Result<(), DatabaseError> {
        let mut client = match self.client.take() {
            Some(client) => client,
            None => database::connect(url, "wardflow watch").await?,
        };
        let sight = look(&client).await?;
        let is_due = |at: Instant| at.elapsed() >= BOOKS_INTERVAL;
        if self.counted_at.is_none_or(is_due) {
            metrics::tell_books(&books(&mut client).await?);
            self.counted_at = Some(Instant::now());
        }
        // Where something failed another connection is made.
        self.client = Some(client);
        metrics::tell(&sight);
        let outlook = outlook(&sight, Utc::now());
        if self.told.as_ref() != Some(&outlook) {
            say(&outlook);
            self.told = Some(outlook);
        }
        Ok(())
    }
}

/// How the days will go on, told again where it changes. The end is rounded to the minute, so that what
/// is told twice is the same.
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

/// To five minutes, since what is left is known to a second or two only.
fn to_the_minute(time: DateTime<Utc>) -> String {
    use chrono::DurationRound as _;
    let rounded = time.duration_round(TimeDelta::minutes(5)).unwrap_or(time);
    rounded.to_rfc3339_opts(SecondsFormat::Secs, true)
}
