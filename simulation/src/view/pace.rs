use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// How many looks the present pace is taken from.
const LOOKS: usize = 15;

/// How fast something grows at present.
#[derive(Debug, Default)]
pub(super) struct Pace(VecDeque<(Instant, f64)>);

impl Pace {
    /// Notes how much it is now.
    pub(super) fn note(&mut self, now: Instant, much: f64) {
        self.0.push_back((now, much));
        if self.0.len() > LOOKS {
            self.0.pop_front();
        }
    }

    /// How much it grows in a second; `None` where that cannot be told yet.
    pub(super) fn in_a_second(&self) -> Option<f64> {
        let (first, last) = (self.0.front()?, self.0.back()?);
        let seconds = last.0.duration_since(first.0).as_secs_f64();
        (seconds > 0.0).then(|| (last.1 - first.1) / seconds)
    }

    /// How long it takes to grow by so much; `None` where it stands still.
    pub(super) fn time_for(&self, much: f64) -> Option<Duration> {
        let in_a_second = self.in_a_second().filter(|pace| *pace > 0.0)?;
        Duration::try_from_secs_f64((much / in_a_second).max(0.0)).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pace_is_that_of_the_last_looks() {
        let mut pace = Pace::default();
        assert_eq!(pace.time_for(1.0), None);
        let begin = Instant::now();
        let at = |second| begin + Duration::from_secs(second);
        pace.note(at(0), 0.0);
        assert_eq!(pace.in_a_second(), None);
        pace.note(at(2), 20.0);
        assert_eq!(pace.in_a_second(), Some(10.0));
        assert_eq!(pace.time_for(50.0), Some(Duration::from_secs(5)));
        for second in 3..20 {
            pace.note(at(second), 20.0);
        }
        assert_eq!(pace.in_a_second(), Some(0.0));
        assert_eq!(pace.time_for(50.0), None);
    }
}
