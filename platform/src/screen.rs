//! The lines of stderr that are drawn again and again, such as bars of progress.
//!
//! There is one terminal a process. Whoever draws adds lines here, and whoever writes lines that stay
//! has them taken away for that moment, so that neither garbles the other. Where stderr is no terminal
//! nothing is drawn.

use std::io::{self, Write};
use std::sync::LazyLock;

use indicatif::MultiProgress;

static SCREEN: LazyLock<MultiProgress> = LazyLock::new(MultiProgress::new);

/// What is drawn on stderr.
pub fn screen() -> &'static MultiProgress {
    &SCREEN
}

/// Writes a line that stays; where nobody reads stderr any more there is nobody to tell.
pub fn say(line: &str) {
    // In one piece: what is drawn comes back after each.
    let _ = Beside.write_all(format!("{line}\n").as_bytes());
}

/// Stderr, for lines that stay.
#[derive(Debug, Clone, Copy, Default)]
pub struct Beside;

impl Write for Beside {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes).map(|()| bytes.len())
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        SCREEN.suspend(|| io::stderr().write_all(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}
