//! Faults of occupancy, and of what the census keeps for itself.

use super::fault::{Fault, fault};

pub(super) const FAULTS: &[Fault] = &[
    fault(
        "an hour that is missing",
        "delete from gold.fact_bed_occupancy where hour_starts_at = '2026-03-02 12:00+00'",
        "occupancy-history",
        "missing occupancy: hospital HOSP, department 272c6847-d2eb-fede-a233-74f84dcddd41, \
         hour of 2026-03-02 12:00:00+00",
    ),
    fault(
        "an hour that is not closed",
        "insert into gold.fact_bed_occupancy
         values ('HOSP', '2026-03-03 11:00+00', '36d4a2fb-6f83-82ff-d231-9efad1411765', 1, 0, 0, 3600)",
        "occupancy-history",
        "occupancy too many: hospital HOSP, department 36d4a2fb-6f83-82ff-d231-9efad1411765, \
         hour of 2026-03-03 11:00:00+00",
    ),
    fault(
        "an hour of a department in which nobody was",
        "insert into gold.fact_bed_occupancy
         values ('HOSP', '2026-03-02 12:00+00', '525781a5-ac2e-cc40-5bc5-f79a5d6d8e78', 0, 1, 1, 0)",
        "occupancy-history",
        "occupancy too many: hospital HOSP, department 525781a5-ac2e-cc40-5bc5-f79a5d6d8e78",
    ),
    fault(
        "a patient too many",
        "update gold.fact_bed_occupancy set patients_at_start = 2, patient_seconds = 7200
         where hour_starts_at = '2026-03-02 23:00+00'",
        "occupancy-history",
        "hour of 2026-03-02 23:00:00+00 differs in patients_at_start, patient_seconds",
    ),
    fault(
        "the version of a department that came later",
        "update gold.fact_bed_occupancy set department_key = '21570c48-b7ad-083a-7d19-4f4a067643ff'
         where department_key = '36d4a2fb-6f83-82ff-d231-9efad1411765'",
        "occupancy-history",
        "occupancy too many: hospital HOSP, department 21570c48-b7ad-083a-7d19-4f4a067643ff",
    ),
    fault(
        "a stay that nobody counted again",
        "update gold.fact_location_stay set left_at = left_at + interval '20 minutes'
         where encounter_key = 'c0000000-0000-4000-8000-000000000001' and stay_number = 1",
        "occupancy-history",
        "hour of 2026-03-03 10:00:00+00 differs in patients_at_start, patient_seconds",
    ),
    fault(
        "hours counted that are not closed",
        "update ops.census_frontier set closed_until = closed_until + interval '1 hour'",
        "census-frontier",
        "wrong frontier: hospital HOSP is counted until 2026-03-03 12:00:00+00",
    ),
    fault(
        "a witness that was lost",
        "delete from ops.census_frontier;
         delete from ops.census_witness where occurred_at = '2026-03-03 11:30+00'",
        "census-frontier",
        "wrong frontier: hospital HOSP is counted until -infinity, and closed until 2026-03-03 11:00:00+00",
    ),
    fault(
        "a roster without somebody",
        "delete from ops.census_roster",
        "census-roster",
        "wrong roster: hospital HOSP, day that begins at 2026-03-03 00:00:00+00",
    ),
];
