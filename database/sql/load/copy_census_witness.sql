copy ops.census_witness (hospital_code, patient_pseudonym, occurred_at) from stdin (format binary)
