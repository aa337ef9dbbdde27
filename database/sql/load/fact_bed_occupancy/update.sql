-- Rows that stay under their key and say something else.
update gold.fact_bed_occupancy as stored
set
    patients_at_start = changed.patients_at_start,
    arrivals = changed.arrivals,
    departures = changed.departures,
    patient_seconds = changed.patient_seconds
from unnest($1::gold.fact_bed_occupancy[]) as changed
where stored.hospital_code = changed.hospital_code
    and stored.hour_starts_at = changed.hour_starts_at
    and stored.department_key = changed.department_key
