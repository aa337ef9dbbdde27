copy gold.fact_bed_occupancy (
    hospital_code, hour_starts_at, department_key, patients_at_start, arrivals, departures,
    patient_seconds
) from stdin (format binary)
