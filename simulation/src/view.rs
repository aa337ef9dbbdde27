//! What a person sees of a run: on a terminal a few lines that are drawn anew every second, elsewhere one
//! line a step.
//!
//! The facts come from where they are cheap: what was sent from the producer, batches from the consumer, the
//! lag from Kafka's and the warehouse's offsets, and rows from PostgreSQL's own statistics, which are nearly
//! right. No row is counted for it. A warehouse that does not answer leaves its facts out.

mod facts;
mod pace;
mod watch;

use std::io::IsTerminal as _;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use platform::screen::{say, screen};
use producer::progress::Progress;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval};

pub(crate) use watch::{Days, Deliveries, Watched};

use facts::{Facts, LINES};
use watch::Watch;

/// From one look to the next.
const BETWEEN_LOOKS: Duration = Duration::from_secs(1);

/// The view of a run, until it is ended or dropped.
pub(crate) struct View {
    ending: oneshot::Sender<bool>,
    task: JoinHandle<()>,
}

impl View {
    /// Begins to watch. `steps` are told as they come.
    pub(crate) fn open(
        watched: Watched,
        progress: &Progress,
        steps: UnboundedReceiver<String>,
    ) -> Self {
        let (ending, ended) = oneshot::channel();
        let watch = Watch::new(watched, progress);
        let task = tokio::spawn(show(watch, Shown::on_stderr(), steps, ended));
        Self { ending, task }
    }

    /// Ends; what a run that `is_over` has reached stays on the terminal.
    pub(crate) async fn end(self, is_over: bool) {
        // It has ended by itself only where it panicked.
        let _ = self.ending.send(is_over);
        let _ = self.task.await;
    }
}

async fn show(
    mut watch: Watch,
    mut shown: Shown,
    mut steps: UnboundedReceiver<String>,
    mut ended: oneshot::Receiver<bool>,
) {
    let mut looks = interval(BETWEEN_LOOKS);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let is_over = loop {
        tokio::select! {
            biased;
            // Dropped where the run failed.
            is_over = &mut ended => break is_over.unwrap_or(false),
            Some(step) = steps.recv() => say(&step),
            _ = looks.tick() => shown.draw(&watch.look().await),
            () = watch.further() => if shown.is_due(&watch) {
                shown.tell(&watch.look().await);
            },
        }
    };
    while let Ok(step) = steps.try_recv() {
        say(&step);
    }
    if is_over {
        let facts = watch.look().await;
        shown.finish(&facts.over());
    } else {
        shown.clear();
    }
}

/// Where it is shown.
enum Shown {
    /// On a terminal, a bar each line.
    Drawn(Vec<ProgressBar>),
    /// The tenths of the whole that have been told.
    Told { tenths: u64 },
}

impl Shown {
    fn on_stderr() -> Self {
        if !std::io::stderr().is_terminal() {
            return Self::Told { tenths: 0 };
        }
        let line = || {
            let bar = screen().add(ProgressBar::new_spinner());
            // The template is a constant; where it were wrong, the default style is shown.
            if let Ok(style) = ProgressStyle::with_template("{wide_msg}") {
                bar.set_style(style);
            }
            bar
        };
        Self::Drawn((0..LINES).map(|_| line()).collect())
    }

    fn draw(&mut self, facts: &Facts) {
        let Self::Drawn(bars) = self else {
            return;
        };
        for (bar, line) in bars.iter().zip(facts.lines()) {
            bar.set_message(clipped(line));
        }
    }

    /// Whether a further tenth is reached, where such are told.
    fn is_due(&mut self, watch: &Watch) -> bool {
        match self {
            Self::Told { tenths } => {
                let reached = watch.tenths();
                let is_further = reached > *tenths;
                *tenths = reached;
                is_further
            }
            Self::Drawn(_) => false,
        }
    }

    fn tell(&self, facts: &Facts) {
        if let Self::Told { .. } = self {
            say(&facts.line());
        }
    }

    fn finish(&mut self, facts: &Facts) {
        self.draw(facts);
        self.tell(facts);
        if let Self::Drawn(bars) = self {
            bars.iter().for_each(ProgressBar::abandon);
        }
    }

    fn clear(&self) {
        if let Self::Drawn(bars) = self {
            bars.iter().for_each(ProgressBar::finish_and_clear);
        }
    }
}

/// A line that is no longer than `COLUMNS` says, where somebody has set it; the terminal's own width is seen to
/// where lines are drawn.
fn clipped(line: String) -> String {
    let columns = std::env::var("COLUMNS").ok().and_then(|it| it.parse().ok());
    match columns {
        Some(columns) if line.chars().count() > columns => line.chars().take(columns).collect(),
        _ => line,
    }
}
