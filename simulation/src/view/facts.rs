use std::time::Duration;

use chrono::NaiveDateTime;
use database::gauge::Gauge;
use indicatif::{FormattedDuration, HumanCount};
use producer::progress::Counted;

/// How many lines show the facts.
pub(super) const LINES: usize = 4;

/// Files of extracts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Files {
    /// Loaded to their end.
    pub(super) taken: u64,
    /// Delivered by now.
    pub(super) delivered: u64,
    /// Of the whole run.
    pub(super) total: u64,
}

/// How far a run is. What is not known is left out.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Facts {
    /// Simulated time, by the clock of the first hospital.
    pub(super) at: Option<NaiveDateTime>,
    /// The day of the run, from 1, and how many it has.
    pub(super) day: Option<(i64, u16)>,
    pub(super) counted: Counted,
    pub(super) events_per_second: Option<f64>,
    /// Events in the topic that are not loaded.
    pub(super) lag: Option<u64>,
    pub(super) gauge: Option<Gauge>,
    /// Transactions of the consumer.
    pub(super) batches: u64,
    pub(super) files: Option<Files>,
    /// Until the last event, at the present pace.
    pub(super) left: Option<Duration>,
    pub(super) is_over: bool,
}

impl Facts {
    /// The facts of a run that has come to its end.
    pub(super) fn over(self) -> Self {
        Self {
            is_over: true,
            left: None,
            ..self
        }
    }

    /// As lines of a terminal.
    pub(super) fn lines(&self) -> [String; LINES] {
        let Counted { total, sent } = self.counted;
        let pace = self.events_per_second.filter(|_| !self.is_over);
        let left = self
            .left
            .map(|left| format!("{} left", FormattedDuration(left)));
        let when = [Some(self.when()), left];
        let events = [
            Some(format!(
                "events: {} of {}",
                HumanCount(sent),
                HumanCount(total)
            )),
            pace.map(|pace| format!("{pace:.0}/s")),
            self.lag.map(|lag| format!("lag {}", HumanCount(lag))),
        ];
        [joined(when), joined(events), self.rows(), self.done()]
    }

    /// As one line of a log.
    pub(super) fn line(&self) -> String {
        let Counted { total, sent } = self.counted;
        let mut parts = vec![format!("{sent} of {total} events sent"), self.when()];
        parts.extend(self.lag.map(|lag| format!("lag {}", HumanCount(lag))));
        parts.extend([self.rows(), self.done()]);
        parts.extend(
            self.left
                .map(|left| format!("{} left", FormattedDuration(left))),
        );
        parts.retain(|part| !part.is_empty());
        parts.join("; ")
    }

    fn when(&self) -> String {
        match (self.day, self.at) {
            (Some((_, days)), _) if self.is_over => format!("all {days} days"),
            (Some((day, days)), Some(at)) => format!("day {day} of {days}, {}", at.format("%H:%M")),
            (None, Some(at)) => at.format("%Y-%m-%d %H:%M").to_string(),
            (_, None) => "before the first event".to_owned(),
        }
    }

    fn rows(&self) -> String {
        self.gauge.map_or_else(String::new, |gauge| {
            let [bronze, silver, gold] = [gauge.bronze, gauge.silver, gauge.gold].map(HumanCount);
            format!("rows, about: bronze {bronze}, silver {silver}, gold {gold}")
        })
    }

    fn done(&self) -> String {
        let files = self.files.map(|files| {
            let Files {
                taken,
                delivered,
                total,
            } = files;
            format!("files {taken} of {delivered} delivered ({total} in all)")
        });
        let quarantined = self.gauge.map(|gauge| HumanCount(gauge.quarantined));
        joined([
            Some(format!("batches {}", HumanCount(self.batches))),
            files,
            quarantined.map(|count| format!("quarantined {count}")),
        ])
    }
}

/// What is known, with commas between.
fn joined(parts: impl IntoIterator<Item = Option<String>>) -> String {
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts() -> Facts {
        Facts {
            at: "2026-03-04T14:20:00".parse().ok(),
            day: Some((3, 9)),
            counted: Counted {
                total: 48_000,
                sent: 12_000,
            },
            events_per_second: Some(5_300.4),
            lag: Some(1_200),
            gauge: Some(Gauge {
                bronze: 12_100,
                silver: 13_000,
                gold: 22_400,
                quarantined: 13,
                files: 42,
            }),
            batches: 34,
            files: Some(Files {
                taken: 42,
                delivered: 84,
                total: 383,
            }),
            left: Some(Duration::from_secs(80)),
            is_over: false,
        }
    }

    #[test]
    fn all_facts_are_on_the_lines() {
        assert_eq!(
            facts().lines(),
            [
                "day 3 of 9, 14:20, 00:01:20 left",
                "events: 12,000 of 48,000, 5300/s, lag 1,200",
                "rows, about: bronze 12,100, silver 13,000, gold 22,400",
                "batches 34, files 42 of 84 delivered (383 in all), quarantined 13",
            ]
        );
        assert_eq!(
            facts().line(),
            "12000 of 48000 events sent; day 3 of 9, 14:20; lag 1,200; rows, about: bronze 12,100, \
             silver 13,000, gold 22,400; batches 34, files 42 of 84 delivered (383 in all), quarantined 13; \
             00:01:20 left"
        );
    }

    #[test]
    fn what_is_not_known_is_left_out() {
        let facts = Facts::default();
        let lines = ["before the first event", "events: 0 of 0", "", "batches 0"];
        assert_eq!(facts.lines(), lines);
        assert_eq!(
            facts.line(),
            "0 of 0 events sent; before the first event; batches 0"
        );
    }

    #[test]
    fn the_end_is_all_days() {
        let lines = facts().over().lines();
        assert_eq!(lines[0], "all 9 days");
        assert_eq!(lines[1], "events: 12,000 of 48,000, lag 1,200");
    }
}
