use std::collections::BTreeMap;
use std::path::Path;

use anyhow::bail;
use database::initialise::ROLES;
use embedded::{random_hex, read_or_create_private};

const FILE: &str = "role_passwords.json";

/// The passwords of the warehouse's roles in the private PostgreSQL, random, kept in the home.
pub(crate) struct RolePasswords(BTreeMap<String, String>);

impl RolePasswords {
    pub(crate) fn load_or_create(home: &Path) -> anyhow::Result<Self> {
        let path = home.join(FILE);
        let text = read_or_create_private(&path, || {
            let passwords = ROLES
                .iter()
                .map(|(role, _)| Ok(((*role).to_owned(), random_hex(32)?)))
                .collect::<anyhow::Result<BTreeMap<String, String>>>()?;
            Ok::<_, anyhow::Error>(serde_json::to_string_pretty(&passwords)?)
        })?;
        match parse(&text) {
            Ok(passwords) => Ok(Self(passwords)),
            Err(reason) => bail!(
                "{} is damaged ({reason}): delete it while nothing runs in this home, and the next \
                 start makes new passwords; the data stays",
                path.display()
            ),
        }
    }

    pub(crate) fn of(&self, role: &str) -> &str {
        self.0.get(role).map_or("", String::as_str)
    }

    pub(crate) fn all(&self) -> Vec<(String, String)> {
        self.0
            .iter()
            .map(|(role, password)| (role.clone(), password.clone()))
            .collect()
    }
}

/// A password for every role, or what is wrong, in words without any of the file's own.
fn parse(text: &str) -> Result<BTreeMap<String, String>, String> {
    let passwords: BTreeMap<String, String> = serde_json::from_str(text).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        format!("not what was written there, line {line} column {column}")
    })?;
    let has = |role: &str| passwords.get(role).is_some_and(|word| !word.is_empty());
    match ROLES.iter().find(|(role, _)| !has(role)) {
        Some((role, _)) => Err(format!("it has no password of {role}")),
        None => Ok(passwords),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_damaged_file_is_named_and_not_quoted() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join(FILE);
        RolePasswords::load_or_create(home.path()).unwrap();
        let whole = std::fs::read_to_string(&path).unwrap();
        for damaged in [
            "{}",
            "\"secret\"",
            "{\"wardflow_owner\": [\"secret\"]}",
            &whole[..whole.len() - 40],
        ] {
            std::fs::write(&path, damaged).unwrap();
            let error = RolePasswords::load_or_create(home.path()).err().unwrap();
            let told = format!("{error:#}");
            assert!(
                told.contains("role_passwords.json is damaged (") && !told.contains("secret"),
                "{told}"
            );
        }
        std::fs::remove_file(&path).unwrap();
        RolePasswords::load_or_create(home.path()).unwrap();
    }
}
