//! Folders that are not Wardflow's: a slip in `WARDFLOW_HOME` must not cost anybody's files.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use super::command::say;
use super::home::TestHome;

#[test]
fn a_folder_with_files_of_others_is_refused_and_left_as_it_is() {
    let home = TestHome::new();
    for folder in ["logs", "tmp", "kafka", "postgres"] {
        fs::create_dir_all(home.path().join(folder)).unwrap();
        fs::write(home.path().join(folder).join("mine"), "").unwrap();
    }
    fs::set_permissions(home.path(), fs::Permissions::from_mode(0o755)).unwrap();
    for arguments in [&["run", "--fresh"][..], &["run"], &["up"]] {
        let said = say(&home, arguments);
        let refusal = said.refusal();
        assert!(
            refusal.contains("is not empty and no folder of Wardflow's"),
            "{refusal}"
        );
    }
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 4);
    assert!(home.path().join("kafka/mine").exists());
    let mode = fs::metadata(home.path()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o755);
    fs::remove_dir_all(home.path()).unwrap();
}
