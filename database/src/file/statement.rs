//! The statements of files, prepared with those of batches.

use super::{clinical, record};

pub(super) const OPEN: &str = include_str!("../../sql/file/open.sql");
pub(super) const FIND: &str = include_str!("../../sql/file/find.sql");
pub(super) const DAYS: &str = include_str!("../../sql/file/days.sql");
pub(super) const UNFINISHED: &str = include_str!("../../sql/file/unfinished.sql");
pub(super) const SWAP_PROGRESS: &str = include_str!("../../sql/file/swap_progress.sql");
pub(super) const CLOSE: &str = include_str!("../../sql/file/close.sql");
pub(super) const REFUSE: &str = include_str!("../../sql/file/refuse.sql");
pub(super) const SNAPSHOTS: &str = include_str!("../../sql/file/snapshots.sql");
pub(super) const STATES: &str = include_str!("../../sql/file/states.sql");
pub(super) const NUMBERS: &str = include_str!("../../sql/file/numbers.sql");
pub(super) const COUNT_SHARDS: &str = include_str!("../../sql/file/count_shards.sql");
pub(super) const IS_ANY_CLINICAL: &str = include_str!("../../sql/file/is_any_clinical.sql");
pub(super) const IS_FIRST: &str = include_str!("../../sql/file/is_first.sql");
pub(super) const COPY_ENCOUNTERS: &str = include_str!("../../sql/file/copy_encounters.sql");
pub(super) const COPY_STAFF: &str = include_str!("../../sql/file/copy_staff.sql");
pub(super) const COPY_QUARANTINE: &str = include_str!("../../sql/file/copy_quarantine.sql");
pub(super) const COPY_DUPLICATES: &str = include_str!("../../sql/file/copy_duplicates.sql");
pub(super) const WRITE_ERASED_LINES: &str = include_str!("../../sql/file/write_erased_lines.sql");
pub(super) const ERASED_LINES: &str = include_str!("../../sql/file/erased_lines.sql");
pub(super) const KEEP_COPY: &str = include_str!("../../sql/file/keep_copy.sql");
pub(super) const KEPT_IN_VAULT: &str = include_str!("../../sql/file/kept_in_vault.sql");
pub(super) const PATIENTS_TO_VAULT: &str =
    include_str!("../../sql/file/copy_patients_to_vault.sql");
pub(super) const PATIENTS_IN_VAULT: &str =
    include_str!("../../sql/file/update_patients_in_vault.sql");
pub(super) const LISTED_STAFF_TO_VAULT: &str =
    include_str!("../../sql/file/write_staff_to_vault.sql");
pub(super) const MOVE_IN_VAULT: &str = include_str!("../../sql/file/move_in_vault.sql");

const SINGLE: [&str; 25] = [
    COPY_STAFF,
    LISTED_STAFF_TO_VAULT,
    OPEN,
    FIND,
    DAYS,
    UNFINISHED,
    SWAP_PROGRESS,
    CLOSE,
    REFUSE,
    SNAPSHOTS,
    STATES,
    NUMBERS,
    COUNT_SHARDS,
    IS_ANY_CLINICAL,
    IS_FIRST,
    COPY_ENCOUNTERS,
    COPY_QUARANTINE,
    COPY_DUPLICATES,
    WRITE_ERASED_LINES,
    ERASED_LINES,
    KEEP_COPY,
    KEPT_IN_VAULT,
    PATIENTS_TO_VAULT,
    PATIENTS_IN_VAULT,
    MOVE_IN_VAULT,
];

/// All of them.
pub(crate) fn all() -> impl Iterator<Item = &'static str> {
    let of_clinical = clinical::TABLES.iter();
    let of_clinical =
        of_clinical.flat_map(|table| [table.held, table.delete, table.copy, table.facts]);
    let of_records = record::TABLES
        .iter()
        .flat_map(record::RecordTable::statements);
    SINGLE.into_iter().chain(of_clinical).chain(of_records)
}
