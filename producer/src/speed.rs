//! How fast simulated time runs, and so when an event is due.

use std::fmt;
use std::str::FromStr;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};

/// Simulated seconds in a second of the wall clock.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Speed {
    /// Events do not wait.
    Max,
    /// So many times real time; above 0.
    Times(f64),
}

impl FromStr for Speed {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "max" {
            return Ok(Self::Max);
        }
        match text.parse::<f64>() {
            Ok(times) if times.is_finite() && times > 0.0 => Ok(Self::Times(times)),
            _ => {
                Err("give a number above 0 (1 is real time, 96 a day in 15 minutes), or max".into())
            }
        }
    }
}

impl fmt::Display for Speed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Max => formatter.write_str("max"),
            Self::Times(times) => times.fmt(formatter),
        }
    }
}

/// Tells how long each event has to wait, measured from the first one: what one event is late does
/// not delay the next.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    speed: Speed,
    start: Option<(DateTime<Utc>, Instant)>,
}

impl Pace {
    /// A pace that starts with the first event.
    pub fn new(speed: Speed) -> Self {
        Self { speed, start: None }
    }

    /// How long an event of that simulated time has to wait, being `now` at the wall clock.
    pub fn wait(&mut self, simulated: DateTime<Utc>, now: Instant) -> Duration {
        let Speed::Times(times) = self.speed else {
            return Duration::ZERO;
        };
        let (simulated_start, wall_start) = *self.start.get_or_insert((simulated, now));
        let simulated_elapsed = (simulated - simulated_start).to_std().unwrap_or_default();
        let due = Duration::try_from_secs_f64(simulated_elapsed.as_secs_f64() / times);
        let due = due.unwrap_or(Duration::MAX);
        due.saturating_sub(now.saturating_duration_since(wall_start))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    #[test]
    fn a_speed_is_a_number_above_zero_or_max() {
        assert_eq!("max".parse(), Ok(Speed::Max));
        assert_eq!("96".parse(), Ok(Speed::Times(96.0)));
        assert_eq!("0.5".parse(), Ok(Speed::Times(0.5)));
        for text in ["", "0", "-1", "inf", "NaN", "fast", "Max"] {
            assert!(text.parse::<Speed>().is_err(), "{text}");
        }
    }

    #[test]
    fn events_keep_their_distance_divided_by_the_speed() {
        let mut pace = Pace::new(Speed::Times(60.0));
        let start = Instant::now();
        let seconds = Duration::from_secs;
        assert_eq!(pace.wait(at(1000), start), Duration::ZERO);
        assert_eq!(pace.wait(at(1600), start), seconds(10));
        // Four seconds have gone by, so six are left.
        assert_eq!(pace.wait(at(1600), start + seconds(4)), seconds(6));
        // What is late, or lies before the start, does not wait.
        assert_eq!(pace.wait(at(1600), start + seconds(11)), Duration::ZERO);
        assert_eq!(pace.wait(at(0), start), Duration::ZERO);
    }

    #[test]
    fn the_slowest_pace_waits_and_does_not_panic() {
        let mut pace = Pace::new(Speed::Times(f64::MIN_POSITIVE));
        let now = Instant::now();
        pace.wait(at(0), now);
        assert_eq!(pace.wait(at(1), now), Duration::MAX);
        assert_eq!(Pace::new(Speed::Max).wait(at(0), now), Duration::ZERO);
    }
}
