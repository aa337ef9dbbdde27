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
        .filter(|process| process.join("cmdline").exists())
        .filter(|process| process.file_name().unwrap() != own_id().as_str())
        .filter(|process| names_any(process, &places))
        .map(|process| format!("{}: {}", process.display(), command_line(&process)))
        .collect()
}

fn own_id() -> String {
    std::process::id().to_string()
}

fn names_any(process: &Path, places: &[PathBuf]) -> bool {
    let told: Vec<u8> = ["cmdline", "environ"]
        .iter()
        .flat_map(|file| std::fs::read(process.join(file)).unwrap_or_default())
        .collect();
    let told = String::from_utf8_lossy(&told);
    // Of a process that has ended and that nobody has waited for, all three are empty.
    let folder = std::fs::read_link(process.join("cwd")).unwrap_or_default();
    places
        .iter()
        .any(|place| folder.starts_with(place) || told.contains(place.to_str().unwrap()))
}

fn command_line(process: &Path) -> String {
    let line = std::fs::read(process.join("cmdline")).unwrap_or_default();
    String::from_utf8_lossy(&line).replace('\0', " ")
}
