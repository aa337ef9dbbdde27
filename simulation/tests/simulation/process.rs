//! Who runs on this machine for a home, by `/proc`.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Waits until it is so.
pub(super) fn eventually(what: &str, mut is_so: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_mins(2);
    while !is_so() {
        assert!(Instant::now() < deadline, "waited in vain: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// The processes whose command line, environment or folder names the home or its PostgreSQL data.
pub(super) fn of_home(home: &Path) -> Vec<String> {
    let mut places = vec![home.to_owned()];
    // As root PostgreSQL runs as another user, in a folder elsewhere.
    places.extend(std::fs::read_link(home.join("postgres")));
    let folders = std::fs::read_dir("/proc").unwrap().flatten();
    folders
        .map(|entry| entry.path())
        .filter(|process| process.file_name().unwrap() != own_id().as_str())
        .filter_map(|process| {
            let line = command_line(&process)?;
            names_any(&process, &line, &places).then(|| format!("{}: {line}", process.display()))
        })
        .collect()
}

fn own_id() -> String {
    std::process::id().to_string()
}

fn names_any(process: &Path, line: &str, places: &[PathBuf]) -> bool {
    let environment = std::fs::read(process.join("environ")).unwrap_or_default();
    let environment = String::from_utf8_lossy(&environment);
    let folder = std::fs::read_link(process.join("cwd")).unwrap_or_default();
    places.iter().any(|place| {
        let name = place.to_str().unwrap();
        folder.starts_with(place) || line.contains(name) || environment.contains(name)
    })
}

/// `None` for one that has ended, also if nobody has waited for it yet: its files are gone or empty. So
/// they are, for a moment, of one that begins another program.
fn command_line(process: &Path) -> Option<String> {
    let line = std::fs::read(process.join("cmdline")).ok()?;
    (!line.is_empty()).then(|| String::from_utf8_lossy(&line).replace('\0', " "))
}
