//! The books of files: every line ends in exactly one of loaded, duplicate, quarantined.

use crate::warehouse::Warehouse;

const UNFINISHED: &str = "select count(*) from ops.file_progress where state <> 'loaded'";

/// All files are loaded, and the books balance: `line-outcome` and `snapshot-lines` of `verify` count
/// them from rows.
pub(crate) async fn assert_balanced(warehouse: &Warehouse) {
    assert_eq!(warehouse.count(UNFINISHED).await, 0, "unfinished files");
    warehouse.assert_green().await;
}
