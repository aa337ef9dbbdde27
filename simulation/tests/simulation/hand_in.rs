//! The zip that the course asks for: made of this checkout, and judged.

use std::fs;
use std::path::Path;

use super::command::{Said, simulation, small_network};
use super::home::TestHome;

#[test]
fn the_zip_of_this_checkout_is_whole_and_half_of_one_is_not() {
    let home = TestHome::new();
    let zip = home.folder().join("mine.zip");
    let brief = home.folder().join("brief.pdf");
    // What makes a real one is not installed everywhere.
    fs::write(&brief, "%PDF-1.7\n%%EOF\n").unwrap();
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let say = |arguments: &[&str]| {
        let arguments = [&["hand-in"], arguments].concat();
        Said::of(&simulation(&home, &arguments).output().unwrap())
    };
    let (zip_path, brief) = (zip.to_str().unwrap(), brief.to_str().unwrap());
    let project = project.to_str().unwrap();
    let files = ["--days", "1", "--network", small_network()];
    let made = [
        &["--out", zip_path, "--project", project, "--brief", brief],
        &files[..],
    ]
    .concat();
    let said = say(&made);
    let told = &said.assert_done().out;
    assert_eq!(
        told.lines().filter(|it| it.starts_with("ok")).count(),
        7,
        "{told}"
    );
    assert!(told.contains("code/") && !home.folder().join("mine.zip.partial").exists());
    let again = say(&["--check", zip_path]);
    assert_eq!(&again.assert_done().out, told);

    let whole = fs::read(&zip).unwrap();
    fs::write(&zip, &whole[..whole.len() / 2]).unwrap();
    let said = say(&["--check", zip_path]);
    assert!(
        said.refusal().contains("is no zip that can be read"),
        "{said:?}"
    );
}
