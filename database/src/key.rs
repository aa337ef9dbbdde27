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
    Err(DatabaseError::State(
        "this warehouse was loaded under another pseudonym key: give the right one by \
         PSEUDONYM_KEY_FILE, or load into a new database (where nothing is loaded yet, its owner may \
         `delete from vault.key`)"
            .into(),
    ))
}
