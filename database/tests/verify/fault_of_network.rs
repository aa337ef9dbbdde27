//! Faults of what the network told of staff and departments, and of what follows from it.

use super::fault::{Fault, fault};

pub(super) const FAULTS: &[Fault] = &[
    fault(
        "a deleted line of staff.csv",
        "delete from silver.staff where file_id = 20",
        "line-outcome",
        "lines without outcome: 1 of file 20",
    ),
    fault(
        "a deleted line of assigned_staff.csv",
        "delete from silver.staff_statement where file_id = 22 and line = 2",
        "line-outcome",
        "lines without outcome: 1 of file 22",
    ),
    fault(
        "a deleted line of departments.csv",
        "delete from silver.department_statement where file_id = 23",
        "line-outcome",
        "lines without outcome: 1 of file 23",
    ),
    fault(
        "a line of staff that is loaded and a duplicate",
        "insert into ops.line_duplicate values (21, 2)",
        "line-outcome",
        "line with several outcomes: line 2 of file 21 has 2",
    ),
    fault(
        "a statement of a file of another kind",
        "update silver.staff_statement set file_id = 20, line = 4 where file_id = 22 and line = 3",
        "line-outcome",
        "row of no such file: line 4 of file 20 in silver.staff_statement",
    ),
    fault(
        "a statement of another time than its file",
        "update silver.department_statement set recorded_at = recorded_at - interval '1 hour' where file_id = 23",
        "line-outcome",
        "row of no such file: line 2 of file 23 in silver.department_statement",
    ),
    fault(
        "a line of a network's kind in a hospital's file",
        "update bronze.file set hospital_code = 'HOSP' where file_id = 21",
        "line-outcome",
        "row of no such file: line 2 of file 21 in silver.staff",
    ),
    fault(
        "a version that says of a person what an earlier file said",
        "update gold.dim_staff set sex = 'F'
         where staff_pseudonym = 'f1000000-0000-4000-8000-000000000004'",
        "staff-history",
        "wrong version: member of staff f1000000-0000-4000-8000-000000000004 from 2020-01-01 00:00:00+00",
    ),
    fault(
        "an end that was lost",
        "delete from gold.dim_staff
         where staff_pseudonym = 'f1000000-0000-4000-8000-000000000004' and status = 'left'",
        "staff-history",
        "missing version: member of staff f1000000-0000-4000-8000-000000000004 from 2026-06-05",
    ),
    fault(
        "a listed member of staff with the wrong identity in the vault",
        "update vault.listed_staff set content_hash = gen_random_uuid()",
        "vault-staff",
        "member of staff f1000000-0000-4000-8000-000000000004 is listed, but",
    ),
    fault(
        "an assigned member of staff missing in the vault",
        "delete from vault.staff where staff_id = 'S000005'",
        "vault-staff",
        "member of staff f1000000-0000-4000-8000-000000000005 is in silver, but not in the vault",
    ),
];
