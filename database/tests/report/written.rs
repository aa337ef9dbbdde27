//! Files are their owner's alone, and complete or not there.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use database::report::{page, quality, write_page, write_pictures};

use crate::verify::warehouse;

#[tokio::test]
async fn page_and_pictures_replace_what_was_there() {
    let quality = quality(&mut warehouse::loaded().await, None).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.html");
    fs::write(&path, "of yesterday").unwrap();
    write_page(&quality, &path).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), page(&quality));
    let mode = fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);

    let pictures = folder.path().join("deep/pictures");
    let names = write_pictures(&quality, &pictures).unwrap();
    assert_eq!(
        &names[..3],
        ["occupancy.svg", "arrivals.svg", "quarantine.svg"]
    );
    assert!(
        names.contains(&"occupancy-HOSP.svg".to_owned()),
        "{names:?}"
    );
    let there = fs::read_dir(&pictures).unwrap();
    let there = there.map(|it| it.unwrap().file_name().into_string().unwrap());
    let there: BTreeSet<String> = there.collect();
    assert_eq!(there, names.into_iter().collect());
    // Nothing unfinished is left.
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);

    let refused = write_page(&quality, &pictures).unwrap_err().to_string();
    assert!(
        refused.starts_with(&format!("cannot write {}: ", pictures.display())),
        "{refused}"
    );
    assert_eq!(fs::read_dir(folder.path().join("deep")).unwrap().count(), 1);
}
