//! What a person sees while events are sent: a bar on a terminal, else one line a step.

use std::io::IsTerminal;
use std::time::Duration;

use chrono::{DateTime, DurationRound as _, TimeDelta, Utc};
use indicatif::{HumanCount, ProgressBar, ProgressStyle};
use platform::screen::{say, screen};
use tokio::sync::{mpsc, watch};

/// Shows how far the sending is, on stderr, and tells simulated time to whoever asks.
#[derive(Debug)]
pub struct Progress {
    shown: Shown,
    clock: watch::Sender<Option<DateTime<Utc>>>,
    counted: watch::Sender<Counted>,
}

/// How far the sending is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counted {
    /// Events of the flow; 0 before they are known.
    pub total: u64,
    /// Events of it in the topic, those that were there already among them.
    pub sent: u64,
}

impl Counted {
    /// Whether all of the flow is in the topic.
    pub fn is_complete(&self) -> bool {
        self.total > 0 && self.sent >= self.total
    }
}

#[derive(Debug)]
enum Shown {
    Nothing,
    /// Whoever has a display is told the steps.
    Elsewhere(mpsc::UnboundedSender<String>),
    Bar(ProgressBar),
    /// The tenths of the whole that have been told.
    Lines {
        tenths: u64,
    },
}

impl Progress {
    /// A bar on a terminal, lines elsewhere.
    pub fn on_stderr() -> Self {
        let shown = if std::io::stderr().is_terminal() {
            Shown::Bar(screen().add(ProgressBar::no_length()))
        } else {
            Shown::Lines { tenths: 0 }
        };
        Self::showing(shown)
    }

    /// Shows nothing.
    pub fn silent() -> Self {
        Self::showing(Shown::Nothing)
    }

    /// Shows nothing, and tells the steps: for a caller with a display of its own.
    pub fn told_to(steps: mpsc::UnboundedSender<String>) -> Self {
        Self::showing(Shown::Elsewhere(steps))
    }

    fn showing(shown: Shown) -> Self {
        Self {
            shown,
            clock: watch::Sender::new(None),
            counted: watch::Sender::default(),
        }
    }

    /// The minute that simulated time has reached, as events tell it: it stands still while nobody sends.
    pub fn clock(&self) -> watch::Receiver<Option<DateTime<Utc>>> {
        self.clock.subscribe()
    }

    /// How far the sending is. It is always right, and notified of each further percent.
    pub fn counted(&self) -> watch::Receiver<Counted> {
        self.counted.subscribe()
    }

    fn count(&self, sent: u64) {
        self.counted.send_if_modified(|counted| {
            let percent = |sent: u64| (sent * 100).checked_div(counted.total);
            let is_further = percent(sent) != percent(counted.sent);
            counted.sent = sent;
            is_further
        });
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
            // Nobody is there to tell once the display has ended.
            Shown::Elsewhere(steps) => drop(steps.send(what.to_owned())),
            Shown::Bar(bar) => bar.println(what),
            Shown::Lines { .. } => say(what),
        }
    }

    /// Begins to count to a number of events.
    pub fn begin(&mut self, events: u64) {
        self.counted.send_modify(|counted| counted.total = events);
        if let Shown::Lines { tenths } = &mut self.shown {
            *tenths = 0;
        }
        if let Shown::Bar(bar) = &self.shown {
            bar.set_length(events);
            // The template is a constant; where it were wrong, the default style is shown.
            if let Ok(style) = ProgressStyle::with_template(
                "{elapsed_precise} {wide_bar} {human_pos} of {human_len} events, {eta} left",
            ) {
                bar.set_style(style);
            }
            bar.enable_steady_tick(Duration::from_millis(200));
        }
    }

    /// Tells how many of the events are there already.
    pub fn resume(&self, already_there: u64, topic: &str) {
        self.count(already_there);
        let total = self.counted.borrow().total;
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
        self.count(events);
        match &mut self.shown {
            Shown::Nothing | Shown::Elsewhere(_) => {}
            Shown::Bar(bar) => bar.set_position(events),
            Shown::Lines { tenths } => {
                let total = self.counted.borrow().total;
                let reached = (events * 10).checked_div(total).unwrap_or(0);
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
