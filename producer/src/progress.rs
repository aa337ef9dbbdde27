//! What a person sees while events are sent: a bar on a terminal, else one line a step.

use std::io::{IsTerminal, Write};
use std::time::Duration;

use chrono::{DateTime, DurationRound as _, TimeDelta, Utc};
use indicatif::{HumanCount, ProgressBar, ProgressStyle};
use tokio::sync::watch;

/// Shows how far the sending is, on stderr, and tells simulated time to whoever asks.
#[derive(Debug)]
pub struct Progress {
    shown: Shown,
    clock: watch::Sender<Option<DateTime<Utc>>>,
}

#[derive(Debug)]
enum Shown {
    Nothing,
    Bar(ProgressBar),
    /// The tenths of the whole that have been told.
    Lines {
        total: u64,
        tenths: u64,
    },
}

impl Progress {
    /// A bar on a terminal, lines elsewhere.
    pub fn on_stderr() -> Self {
        let shown = if std::io::stderr().is_terminal() {
            Shown::Bar(ProgressBar::no_length())
        } else {
            Shown::Lines {
                total: 0,
                tenths: 0,
            }
        };
        Self::showing(shown)
    }

    /// Shows nothing: for a caller with a display of its own.
    pub fn silent() -> Self {
        Self::showing(Shown::Nothing)
    }

    fn showing(shown: Shown) -> Self {
        Self {
            shown,
            clock: watch::Sender::new(None),
        }
    }

    /// The minute that simulated time has reached, as events tell it: it stands still while nobody sends.
    pub fn clock(&self) -> watch::Receiver<Option<DateTime<Utc>>> {
        self.clock.subscribe()
    }

    /// Tells simulated time.
    pub(crate) fn pass(&self, at: DateTime<Utc>) {
        let minute = at.duration_trunc(TimeDelta::minutes(1)).ok();
        self.clock.send_if_modified(|now| {
            let is_later = minute > *now;
            if is_later {
                *now = minute;
            }
            is_later
        });
    }

    /// Tells a step.
    pub fn step(&self, what: &str) {
        match &self.shown {
            Shown::Nothing => {}
            Shown::Bar(bar) => bar.println(what),
            Shown::Lines { .. } => say(what),
        }
    }

    /// Begins to count to a number of events.
    pub fn begin(&mut self, events: u64) {
        match &mut self.shown {
            Shown::Nothing => {}
            Shown::Bar(bar) => {
                bar.set_length(events);
                // The template is a constant; where it were wrong, the default style is shown.
                if let Ok(style) = ProgressStyle::with_template(
                    "{elapsed_precise} {wide_bar} {human_pos} of {human_len} events, {eta} left",
                ) {
                    bar.set_style(style);
                }
                bar.enable_steady_tick(Duration::from_millis(200));
            }
            Shown::Lines { total, .. } => *total = events,
        }
    }

    /// Tells how many of the events are there already.
    pub fn resume(&self, already_there: u64, topic: &str) {
        let total = match &self.shown {
            Shown::Nothing => return,
            Shown::Bar(bar) => bar.length().unwrap_or_default(),
            Shown::Lines { total, .. } => *total,
        };
        self.step(&format!(
            "resuming: {} of {} events are in {topic} already",
            HumanCount(already_there),
            HumanCount(total)
        ));
        if let Shown::Bar(bar) = &self.shown {
            bar.set_position(already_there);
            // They took no time.
            bar.reset_eta();
        }
    }

    /// Tells how many events are there.
    pub fn reach(&mut self, events: u64) {
        match &mut self.shown {
            Shown::Nothing => {}
            Shown::Bar(bar) => bar.set_position(events),
            Shown::Lines { total, tenths } => {
                let reached = (events * 10).checked_div(*total).unwrap_or(0);
                if reached > *tenths {
                    *tenths = reached;
                    say(&format!("{events} of {total} events sent"));
                }
            }
        }
    }

    /// Takes the bar away.
    pub fn end(&self) {
        if let Shown::Bar(bar) = &self.shown {
            bar.finish_and_clear();
        }
    }
}

/// A line on stderr; where nobody reads stderr any more there is nobody to tell.
fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}
