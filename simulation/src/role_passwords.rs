use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context as _;
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
        let passwords = serde_json::from_str(&text)
            .with_context(|| format!("{} is damaged: delete it", path.display()))?;
        Ok(Self(passwords))
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
