//! The pseudonym key that a warehouse belongs to.

use domain::pseudonym::PseudonymKey;
use tokio_postgres::Client;

use crate::DatabaseError;

/// Ties the warehouse to a key at the first start of a consumer; later, refuses any other key.
///
/// Under another key the same patient would have another pseudonym and be somebody else.
pub async fn require_key(client: &Client, key: &PseudonymKey) -> Result<(), DatabaseError> {
    let failed = |error| DatabaseError::while_doing("compare the pseudonym key", &error);
    let fingerprint = &key.fingerprint()[..];
    client
        .execute(include_str!("../sql/key/tie.sql"), &[&fingerprint])
        .await
        .map_err(failed)?;
    let same = client
        .query_one(include_str!("../sql/key/is_ours.sql"), &[&fingerprint])
        .await
        .map_err(failed)?;
    if same.get(0) {
        return Ok(());
    }
    Err(other_key())
}

/// Refuses any key but the one that the warehouse is tied to; ties it to none.
pub(crate) async fn require_same_key(
    client: &Client,
    key: &PseudonymKey,
) -> Result<(), DatabaseError> {
    let fingerprint = &key.fingerprint()[..];
    let same = client
        .query_opt(include_str!("../sql/key/is_ours.sql"), &[&fingerprint])
        .await
        .map_err(|error| DatabaseError::while_doing("compare the pseudonym key", &error))?;
    match same.map(|row| row.get(0)) {
        Some(true) => Ok(()),
        Some(false) => Err(other_key()),
        None => Err(DatabaseError::State(
            "this warehouse is tied to no pseudonym key: the first start of a consumer does it; where something is \
             loaded, restore vault.key from a backup"
                .into(),
        )),
    }
}

fn other_key() -> DatabaseError {
    DatabaseError::State(
        "this warehouse was loaded under another pseudonym key: give the right one by \
         PSEUDONYM_KEY_FILE, or load into a new database (where nothing is loaded yet, its owner may \
         `delete from vault.key`)"
            .into(),
    )
}
