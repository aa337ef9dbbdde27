//! The books of files: every line ends in exactly one of loaded, duplicate, quarantined.

use crate::warehouse::Warehouse;

/// Lines that do not end in exactly one outcome, of files other than snapshots.
const LINES: &str = "
    with outcome as (
        select file_id, line from silver.encounters
        union all select file_id, line from silver.diagnoses
        union all select file_id, line from silver.procedures
        union all select file_id, line from silver.medications
        union all select file_id, line from silver.charges
        union all select file_id, line from ops.line_duplicate
        union all select file_id, line from ops.quarantine where file_id is not null
    )
    select count(*) from (
        select file_id, line from bronze.file, generate_series(2, lines + 1) as line where kind <> 'patients'
        except all
        select file_id, line from outcome join bronze.file using (file_id) where kind <> 'patients'
    ) as missing";

/// Outcomes that are too many: of a line that is not there, or has another.
const BEYOND: &str = "
    with outcome as (
        select file_id, line from silver.encounters
        union all select file_id, line from silver.diagnoses
        union all select file_id, line from silver.procedures
        union all select file_id, line from silver.medications
        union all select file_id, line from silver.charges
        union all select file_id, line from ops.line_duplicate
        union all select file_id, line from ops.quarantine where file_id is not null
    )
    select count(*) from (
        select file_id, line from outcome join bronze.file using (file_id) where kind <> 'patients'
        except all
        select file_id, line from bronze.file, generate_series(2, lines + 1) as line where kind <> 'patients'
    ) as beyond";

/// Snapshots whose lines are not the patients registered as of their day, the duplicates and the
/// quarantined ones.
const SNAPSHOTS: &str = "
    select count(*) from bronze.file
    where kind = 'patients' and lines is distinct from (
        select count(*) from (
            select distinct on (patient_pseudonym) state from silver.patients
            where hospital_code = file.hospital_code and extract_date <= file.extract_date
            order by patient_pseudonym, extract_date desc
        ) as last
        where state = 'registered'
    )
    + (select count(*) from ops.line_duplicate where file_id = file.file_id)
    + (select count(*) from ops.quarantine where file_id = file.file_id)";

const UNFINISHED: &str = "select count(*) from ops.file_progress where state <> 'loaded'";

/// All files are loaded, and the books balance.
pub(crate) async fn assert_balanced(warehouse: &Warehouse) {
    for (what, sql) in [
        ("unfinished files", UNFINISHED),
        ("lines without outcome", LINES),
        ("outcomes too many", BEYOND),
        ("snapshots that do not balance", SNAPSHOTS),
    ] {
        assert_eq!(warehouse.count(sql).await, 0, "{what}");
    }
    warehouse.assert_green().await;
}
