-- Rows that the stays no longer make.
delete from gold.fact_bed_occupancy as stored
using unnest($1::gold.fact_bed_occupancy[]) as gone
where stored.hospital_code = gone.hospital_code
    and stored.hour_starts_at = gone.hour_starts_at
    and stored.department_key = gone.department_key
