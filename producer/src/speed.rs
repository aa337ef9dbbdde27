//! How fast simulated time runs, and so when an event is due.

use std::fmt;
use std::str::FromStr;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};

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

impl From<Option<f64>> for Speed {
    /// As the control channel has it: `None` is no waiting.
    fn from(times: Option<f64>) -> Self {
        times.map_or(Self::Max, Self::Times)
    }
}

impl Speed {
    /// As the control channel has it.
    pub fn times(self) -> Option<f64> {
        match self {
            Self::Max => None,
            Self::Times(times) => Some(times),
        }
    }
}

/// Tells how long each event has to wait, measured from the first one, or from where the speed changed:
/// what one event is late does not delay the next.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    speed: Speed,
    is_paused: bool,
    /// A simulated time, and when it was that.
    start: Option<(DateTime<Utc>, Instant)>,
}

impl Pace {
    /// A pace that starts with the first event.
    pub fn new(speed: Speed) -> Self {
        Self {
            speed,
            is_paused: false,
            start: None,
        }
    }

    /// How long an event of that simulated time has to wait, being `now` at the wall clock.
    pub fn wait(&mut self, simulated: DateTime<Utc>, now: Instant) -> Duration {
        if self.is_paused {
            return Duration::MAX;
        }
        let Speed::Times(times) = self.speed else {
            return Duration::ZERO;
        };
        let (simulated_start, wall_start) = *self.start.get_or_insert((simulated, now));
        let simulated_elapsed = (simulated - simulated_start).to_std().unwrap_or_default();
        let due = Duration::try_from_secs_f64(simulated_elapsed.as_secs_f64() / times);
        let due = due.unwrap_or(Duration::MAX);
        due.saturating_sub(now.saturating_duration_since(wall_start))
    }

    /// From now on time runs at another speed, or stands still; `next` is the time of the event that
    /// waits. It goes on from where it is, which is not after an event that was not sent yet: whoever
    /// could not keep up with a speed does not catch up at another.
    pub fn change(
        &mut self,
        (speed, is_paused): (Speed, bool),
        next: Option<DateTime<Utc>>,
        now: Instant,
    ) {
        if (speed, is_paused) == (self.speed, self.is_paused) {
            return;
        }
        let is_at = self.simulated(now).into_iter().chain(next).min();
        self.start = is_at.map(|is_at| (is_at, now));
        (self.speed, self.is_paused) = (speed, is_paused);
    }

    /// The simulated time by the wall clock alone; `None` where only events tell it.
    fn simulated(&self, now: Instant) -> Option<DateTime<Utc>> {
        let (simulated_start, wall_start) = self.start?;
        match self.speed {
            _ if self.is_paused => Some(simulated_start),
            Speed::Max => None,
            Speed::Times(times) => {
                let elapsed = now.saturating_duration_since(wall_start);
                let microseconds = elapsed.as_secs_f64() * times * 1e6;
                #[allow(
                    clippy::cast_possible_truncation,
                    reason = "what is longer than a calendar is cut to its end"
                )]
                let elapsed = TimeDelta::microseconds(microseconds as i64);
                simulated_start.checked_add_signed(elapsed)
            }
        }
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
    fn a_change_of_speed_moves_no_time() {
        let start = Instant::now();
        let seconds = Duration::from_secs;
        let times = |times| (Speed::Times(times), false);
        let mut pace = Pace::new(Speed::Times(10.0));
        assert_eq!(pace.wait(at(0), start), Duration::ZERO);
        // After 6 s it is 60; 40 are left, at half the speed 8 s, and at a hundredth of that 800.
        pace.change(times(5.0), Some(at(100)), start + seconds(6));
        assert_eq!(pace.wait(at(100), start + seconds(6)), seconds(8));
        pace.change(times(0.05), Some(at(100)), start + seconds(6));
        assert_eq!(pace.wait(at(100), start + seconds(6)), seconds(800));
        // The same again changes nothing, and back at the first speed the whole is as it was.
        pace.change(times(0.05), Some(at(100)), start + seconds(6));
        pace.change(times(10.0), Some(at(100)), start + seconds(6));
        assert_eq!(pace.wait(at(100), start + seconds(6)), seconds(4));
        assert_eq!(pace.wait(at(200), start + seconds(10)), seconds(10));
    }

    #[test]
    fn a_pause_takes_no_time() {
        let start = Instant::now();
        let seconds = Duration::from_secs;
        let mut pace = Pace::new(Speed::Times(10.0));
        pace.wait(at(0), start);
        pace.change(
            (Speed::Times(10.0), true),
            Some(at(100)),
            start + seconds(4),
        );
        assert_eq!(pace.wait(at(100), start + seconds(50)), Duration::MAX);
        pace.change(
            (Speed::Times(10.0), false),
            Some(at(100)),
            start + seconds(1000),
        );
        assert_eq!(pace.wait(at(100), start + seconds(1000)), seconds(6));
    }

    #[test]
    fn who_could_not_keep_up_does_not_catch_up_at_another_speed() {
        let start = Instant::now();
        let seconds = Duration::from_secs;
        let mut pace = Pace::new(Speed::Times(1e6));
        pace.wait(at(0), start);
        // By the wall it is 60 million, but the event of 1000 is only sent now.
        let now = start + seconds(60);
        pace.change((Speed::Times(1.0), false), Some(at(1000)), now);
        assert_eq!(pace.wait(at(1000), now), Duration::ZERO);
        assert_eq!(pace.wait(at(1010), now), seconds(10));
        // Without waiting and back: from the event that is sent then.
        pace.change((Speed::Max, false), Some(at(1010)), now);
        assert_eq!(pace.wait(at(5000), now), Duration::ZERO);
        pace.change((Speed::Times(1.0), false), Some(at(5000)), now);
        assert_eq!(pace.wait(at(5003), now), seconds(3));
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
