-- All patients of whom silver holds anything. Grain: one row a patient.
create temporary table patient (
    patient_pseudonym uuid not null,
    hospital_code text not null,
    -- When the latest event was; NULL without any.
    occurred_at timestamptz,
    -- Whether there are lines of clinical files.
    is_clinical boolean not null
) on commit drop;
insert into pg_temp.patient (patient_pseudonym, hospital_code, occurred_at, is_clinical)
select patient_pseudonym, min(hospital_code), max(occurred_at), bool_or(is_clinical)
from (
    select patient_pseudonym, hospital_code, occurred_at, false as is_clinical from silver.adt_record
    union all
    select patient_pseudonym, hospital_code, null, false from silver.patients
    union all
    select patient_pseudonym, hospital_code, null, false from silver.encounters
    union all
    select patient_pseudonym, hospital_code, null, true from silver.diagnoses
    union all
    select patient_pseudonym, hospital_code, null, true from silver.procedures
    union all
    select patient_pseudonym, hospital_code, null, true from silver.medications
    union all
    select patient_pseudonym, hospital_code, null, true from silver.charges
) as named
group by patient_pseudonym;
alter table pg_temp.patient add primary key (patient_pseudonym);
analyze pg_temp.patient;
