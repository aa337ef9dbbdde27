//! A disk that is too small, is full, or is written to by another meanwhile: a file system in memory,
//! mounted where no other process sees it. Needs `unshare` (util-linux) and the right to make a mount
//! namespace, which some containers refuse; that is printed then, and `trouble` has a write that fails
//! without it.

use std::process::{Command, Output, Stdio};

use crate::command::{Workplace, clean, complaint};

/// Runs a script in which `$DISK` is a small file system and `$GENERATORS` the command; `None` where
/// the system refuses to make one.
fn on_a_disk(place: &Workplace, options: &str, script: &str) -> Option<Output> {
    let unshare = |script: &str| {
        let mut command = Command::new("unshare");
        command
            .args(["--user", "--map-root-user", "--mount", "sh", "-c", script])
            .env("GENERATORS", env!("CARGO_BIN_EXE_generators"))
            .env("DISK", place.path(""))
            .current_dir("/")
            .stdin(Stdio::null());
        clean(&mut command);
        command.output().ok()
    };
    let mount = format!("mount -t tmpfs -o {options} none \"$DISK\" && cd \"$DISK\"");
    if !unshare(&mount).is_some_and(|output| output.status.success()) {
        println!("not run: this system lets nobody mount a file system");
        return None;
    }
    unshare(&format!("{mount} || exit\n{script}"))
}

/// The script ends with the names that are left on the disk.
fn left(output: &Output) -> Vec<String> {
    let told = String::from_utf8_lossy(&output.stdout);
    told.split_whitespace().map(str::to_owned).collect()
}

#[test]
fn too_little_space_is_told_before_anything_is_written() {
    let place = Workplace::new();
    let script = "$GENERATORS people --count 1000000 --out p.csv; code=$?; ls; exit $code";
    let Some(output) = on_a_disk(&place, "size=100m", script) else {
        return;
    };
    let told = complaint(&output);
    println!("{told}");
    assert!(
        told.contains("has 104 MB free") && told.contains("--compress zstd"),
        "{told}"
    );
    assert!(left(&output).is_empty());
}

#[test]
fn compression_needs_less_space() {
    let place = Workplace::new();
    let script = "$GENERATORS people --count 300000 --out p.csv;
        $GENERATORS people --count 300000 --out p.csv --compress zstd >/dev/null; code=$?; ls; exit $code";
    let Some(output) = on_a_disk(&place, "size=100m", script) else {
        return;
    };
    assert!(output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("free some"));
    assert_eq!(left(&output), ["p.csv.zst"]);
}

#[test]
fn a_disk_that_fills_meanwhile_is_told_and_what_was_begun_is_removed() {
    let place = Workplace::new();
    let script = "$GENERATORS people --count 900000 --out p.csv & 
        while kill -0 $! && [ ! -s p.csv.partial ]; do :; done
        head -c 1G /dev/zero > other 2>/dev/null; wait $!; code=$?; ls; exit $code";
    let Some(output) = on_a_disk(&place, "size=250m", script) else {
        return;
    };
    let told = complaint(&output);
    println!("{told}");
    assert!(
        told.contains("cannot write p.csv") && told.contains("free some space"),
        "{told}"
    );
    assert_eq!(left(&output), ["other"]);
}

#[test]
fn a_disk_without_room_for_another_name_is_told() {
    let place = Workplace::new();
    let script = "$GENERATORS people --count 10 --out p.csv; code=$?; ls; exit $code";
    let Some(output) = on_a_disk(&place, "size=200m,nr_inodes=1", script) else {
        return;
    };
    let told = complaint(&output);
    assert!(
        told.contains("cannot create") && told.contains("free some space"),
        "{told}"
    );
    assert!(left(&output).is_empty());
}

#[test]
fn a_folder_that_nobody_may_write_to_is_told() {
    let place = Workplace::new();
    let script = "$GENERATORS people --count 10 --out p.csv; code=$?; ls; exit $code";
    let Some(output) = on_a_disk(&place, "size=200m,ro", script) else {
        return;
    };
    let told = complaint(&output);
    println!("{told}");
    assert!(
        told.contains("name a folder that you may write to"),
        "{told}"
    );
    assert!(left(&output).is_empty());
}

/// Some 90 MB plainly, and 30 compressed.
#[test]
fn a_folder_for_which_there_is_too_little_space_is_refused_before_anything_is_written() {
    let place = Workplace::new();
    let script = "all='--people 300000 --patients 60000 --days 2';
        $GENERATORS all $all --out d && exit 9; ls -A;
        $GENERATORS all $all --out d --compress zstd >/dev/null 2>&1; code=$?; ls -A; exit $code";
    let Some(output) = on_a_disk(&place, "size=120m", script) else {
        return;
    };
    let told = String::from_utf8_lossy(&output.stderr);
    println!("{told}");
    assert!(output.status.success(), "{told}");
    assert!(
        told.contains("has 125 MB free") && told.contains("--compress zstd"),
        "{told}"
    );
    // Whoever refuses says nothing of writing.
    assert!(!told.contains("writing some"), "{told}");
    assert_eq!(left(&output), ["d"]);
}

#[test]
fn small_files_are_not_written_on_a_disk_that_is_nearly_full_either() {
    for command in ["staff", "assign", "patients"] {
        let place = Workplace::new();
        let script = format!("$GENERATORS {command} --out x.csv; code=$?; ls -A; exit $code");
        let Some(output) = on_a_disk(&place, "size=60m", &script) else {
            return;
        };
        let told = complaint(&output);
        assert!(told.contains("MB free"), "{command}: {told}");
        assert!(left(&output).is_empty());
    }
}
