-- All records of the touched patients, by the primary key.
select
    patient_pseudonym, event_id, content_hash, encounter_key, event_type, occurred_at,
    recorded_at, admitted_at, discharged_at, source_system, hospital_code, sequence,
    department_code, ward, bed, prior_department_code, prior_ward, prior_bed, hospital_service,
    attending_staff_pseudonym, admission_type, admission_source, discharge_disposition, died,
    age_at_admission_years, person_pseudonym, sex, birth_year, citizenship, home_language,
    religion, ethnicity, marital_status, medical_scheme, municipality, province, repairs
from silver.adt_record
where patient_pseudonym = any($1::uuid[])
