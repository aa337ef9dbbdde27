//! Faults of the versions of slowly changing dimensions.

use super::fault::{Fault, fault};

pub(super) const FAULTS: &[Fault] = &[
    fault(
        "a gap",
        "update gold.dim_patient set valid_to = valid_to - interval '1 day'
         where patient_pseudonym = 'a0000000-0000-4000-8000-000000000001' and not is_current",
        "version-gap",
        "gap: patient a0000000-0000-4000-8000-000000000001",
    ),
    fault(
        "a gap at the end",
        "update gold.dim_patient set valid_to = '2030-01-01', is_current = false
         where patient_pseudonym = 'a0000000-0000-4000-8000-000000000002'",
        "version-gap",
        "gap: patient a0000000-0000-4000-8000-000000000002",
    ),
    fault(
        "a gap of a department",
        "update gold.dim_department set valid_to = valid_to - interval '1 hour' where not is_current",
        "version-gap",
        "gap: department HOSP/CCU",
    ),
    fault(
        "an overlap",
        "update gold.dim_patient set valid_to = valid_to + interval '1 microsecond'
         where patient_pseudonym = 'a0000000-0000-4000-8000-000000000001' and not is_current",
        "version-overlap",
        "overlap: patient a0000000-0000-4000-8000-000000000001",
    ),
    fault(
        "no current version",
        "update gold.dim_patient set is_current = false
         where patient_pseudonym = 'a0000000-0000-4000-8000-000000000003'",
        "version-current",
        "wrong is_current: patient a0000000-0000-4000-8000-000000000003",
    ),
    fault(
        "the wrong version current",
        "update gold.dim_patient set is_current = false
         where patient_pseudonym = 'a0000000-0000-4000-8000-000000000001';
         update gold.dim_patient set is_current = true
         where patient_pseudonym = 'a0000000-0000-4000-8000-000000000001' and valid_to < 'infinity'",
        "version-current",
        "wrong is_current: patient a0000000-0000-4000-8000-000000000001",
    ),
    fault(
        "an empty interval",
        "alter table gold.dim_patient drop constraint dim_patient_interval;
         update gold.dim_patient set valid_to = valid_from
         where patient_pseudonym = 'a0000000-0000-4000-8000-000000000002'",
        "version-interval",
        "empty interval: patient a0000000-0000-4000-8000-000000000002",
    ),
    fault(
        "a version split in two equal ones",
        "update gold.dim_patient set valid_to = '2026-04-02', is_current = false
         where patient_pseudonym = 'a0000000-0000-4000-8000-000000000002';
         insert into gold.dim_patient (
             patient_key, patient_pseudonym, hospital_code, valid_from, valid_to, is_current
         ) values (
             gen_random_uuid(), 'a0000000-0000-4000-8000-000000000002', 'HOSP', '2026-04-02', 'infinity', true
         )",
        "version-unchanged",
        "unchanged: patient a0000000-0000-4000-8000-000000000002",
    ),
    fault(
        "a wrong key",
        "update gold.dim_department set department_key = gen_random_uuid() where department_code = 'MICU'",
        "version-key",
        "wrong key: department HOSP/MICU",
    ),
    fault(
        "a gap of a member of staff",
        "update gold.dim_staff set valid_to = valid_to - interval '1 hour'
         where staff_pseudonym = 'f1000000-0000-4000-8000-000000000001' and not is_current",
        "version-gap",
        "gap: member of staff f1000000-0000-4000-8000-000000000001",
    ),
];
