//! What a person sees while layers are computed again: a bar on a terminal, else a line a step.

use std::io::IsTerminal as _;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use platform::screen::{say, screen};

use super::Progress;

/// Shows how far a rebuild is, on stderr.
#[derive(Debug)]
pub struct Shown {
    bar: Option<ProgressBar>,
    /// Tenths of the records or patients that were told.
    tenths: u64,
}

impl Shown {
    /// Nothing yet.
    pub fn on_stderr() -> Self {
        let is_terminal = std::io::stderr().is_terminal();
        Self {
            bar: is_terminal.then(|| screen().add(bar())),
            tenths: 0,
        }
    }

    /// Shows a step.
    pub fn show(&mut self, progress: Progress) {
        let step = step(progress);
        if let Some(bar) = &self.bar {
            if let Some((done, of)) = counted(progress) {
                if bar.length() != Some(of) {
                    bar.set_length(of);
                    bar.reset_eta();
                }
                bar.set_position(done);
            }
            bar.set_message(step);
        } else if self.is_news(progress) {
            say(&step);
        }
    }

    /// Of records and patients each tenth of them is told.
    fn is_news(&mut self, progress: Progress) -> bool {
        let Some((done, of)) = counted(progress) else {
            self.tenths = 0;
            return true;
        };
        let tenths = (10 * done).checked_div(of).unwrap_or(10);
        let is_news = done == 0 || tenths > self.tenths;
        self.tenths = tenths;
        is_news
    }
}

/// How many of how many, where a step tells it.
fn counted(progress: Progress) -> Option<(u64, u64)> {
    match progress {
        Progress::Decoding { records, of } => Some((records, of)),
        Progress::Folding { patients, of } => Some((patients, of)),
        _ => None,
    }
}

impl Drop for Shown {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn bar() -> ProgressBar {
    let bar = ProgressBar::no_length();
    // The template is a constant; where it were wrong, the default style is shown.
    if let Ok(style) =
        ProgressStyle::with_template("{elapsed_precise} {wide_bar} {msg}, {eta} left")
    {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

fn step(progress: Progress) -> String {
    match progress {
        Progress::Waiting => "waiting for whoever writes just now; then loaders wait".to_owned(),
        Progress::Decoding { records, of } => format!("{records} of {of} records decoded"),
        Progress::Ordering => "looking what came first".to_owned(),
        Progress::Reading => "reading silver".to_owned(),
        Progress::Folding { patients, of } => format!("{patients} of {of} patients folded"),
        Progress::Comparing { table } => format!("comparing {table}"),
        Progress::Counting => "counting beds".to_owned(),
        Progress::Committing => "committing".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_patients_the_tenths_are_told() {
        let mut shown = Shown {
            bar: None,
            tenths: 0,
        };
        let folded = [0, 5, 10, 19, 100].map(|patients| Progress::Folding { patients, of: 100 });
        let told = folded.map(|progress| shown.is_news(progress));
        assert_eq!(told, [true, false, true, false, true]);
        assert!(shown.is_news(Progress::Folding { patients: 0, of: 0 }));
        assert!(shown.is_news(Progress::Counting));
    }
}
