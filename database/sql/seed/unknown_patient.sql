-- The unknown member: what a fact of nobody known refers to.
insert into gold.dim_patient (patient_key, patient_pseudonym, hospital_code, valid_from, valid_to, is_current)
values ($1, '00000000-0000-0000-0000-000000000000', 'unknown', '-infinity', 'infinity', true)
on conflict (patient_key) do nothing
