//! A disk that is full or read-only: a file system in memory, mounted where no other process sees it.
//! Needs `unshare` (util-linux) and the right to make a mount namespace, which some containers refuse;
//! that is printed then.

use std::process::{Command, Output};

use crate::data::clean;
use crate::place::Place;
use crate::process::{batch_ingest, json, stderr};

/// Runs `batch-ingest once --json` behind mounts of a script, in which `$LANDING_DIR` and
/// `$ARCHIVE_DIR` are set; `None` where the system refuses to mount.
fn once_behind(place: &Place, mounts: &str) -> Option<Output> {
    let under = |script: &str| {
        let like = batch_ingest(place, &[]);
        let mut command = Command::new("unshare");
        command.args(["--user", "--map-root-user", "--mount", "sh", "-c", script]);
        for (name, value) in like.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command
            .env("BATCH_INGEST", like.get_program())
            .output()
            .unwrap()
    };
    std::fs::create_dir_all(&place.settings.archive).unwrap();
    if !under(mounts).status.success() {
        return None;
    }
    Some(under(&format!(
        "{mounts} && exec \"$BATCH_INGEST\" once --json"
    )))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_archive_is_told_and_nothing_is_lost() {
    let place = Place::new().await;
    let data = clean();
    place.deliver(data, &data.files()[..6]);
    let before = place.left();
    let mounts = "mount -t tmpfs -o size=32k none \"$ARCHIVE_DIR\"";
    let Some(output) = once_behind(&place, mounts) else {
        println!("not run: this system lets nobody mount a file system");
        return;
    };
    let told = stderr(&output);
    assert_eq!(output.status.code(), Some(1), "{told}");
    let archive = place.settings.archive.display().to_string();
    assert!(
        told.contains("No space left on device") && told.contains(&archive),
        "{told}"
    );
    assert_eq!(place.left(), before);
    assert_eq!(place.once().await.files, 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_landing_folder_that_is_read_only_is_told_and_all_is_loaded() {
    let place = Place::new().await;
    let data = clean();
    place.deliver(data, &data.files()[..6]);
    let mounts = "mount --bind \"$LANDING_DIR\" \"$LANDING_DIR\" && mount -o remount,bind,ro \"$LANDING_DIR\"";
    let Some(output) = once_behind(&place, mounts) else {
        println!("not run: this system lets nobody mount a file system");
        return;
    };
    let told = stderr(&output);
    assert_eq!(output.status.code(), Some(0), "{told}");
    assert_eq!(json(&output)["files"], 6);
    assert!(told.contains("loaded, and cannot be removed"), "{told}");
    assert_eq!(place.once().await.again, 6);
    assert_eq!(place.left(), Vec::<String>::new());
}
