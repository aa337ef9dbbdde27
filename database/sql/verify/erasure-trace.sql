-- Nobody who was erased stands in any layer, nor among those of whom the census knows.
with
trace as (
    select 'silver.adt_record' as place, patient_pseudonym from silver.adt_record
    union all
    select 'silver.finding', patient_pseudonym from silver.finding
    union all
    select 'silver.patients', patient_pseudonym from silver.patients
    union all
    select 'silver.encounters', patient_pseudonym from silver.encounters
    union all
    select 'silver.diagnoses', patient_pseudonym from silver.diagnoses
    union all
    select 'silver.procedures', patient_pseudonym from silver.procedures
    union all
    select 'silver.medications', patient_pseudonym from silver.medications
    union all
    select 'silver.charges', patient_pseudonym from silver.charges
    union all
    select 'vault.patient', patient_pseudonym from vault.patient
    union all
    select 'vault.registered_patient', patient_pseudonym from vault.registered_patient
    union all
    select 'vault.encounter', patient_pseudonym from vault.encounter
    union all
    select 'gold.dim_patient', patient_pseudonym from gold.dim_patient
    union all
    select 'gold.fact_admission', patient_pseudonym from gold.fact_admission
    union all
    select 'gold.fact_location_stay', patient_pseudonym from gold.fact_location_stay
    union all
    select 'gold.fact_diagnosis', patient_pseudonym from gold.fact_diagnosis
    union all
    select 'gold.fact_procedure', patient_pseudonym from gold.fact_procedure
    union all
    select 'gold.fact_medication', patient_pseudonym from gold.fact_medication
    union all
    select 'gold.fact_charge', patient_pseudonym from gold.fact_charge
    union all
    select 'silver.hospital_patients', patient_pseudonym from silver.hospital_patients
    union all
    select 'gold.fact_registration', patient_pseudonym from gold.fact_registration
    union all
    select 'vault.registration', patient_pseudonym from vault.registration
    union all
    select 'ops.duplicate', patient_pseudonym from ops.duplicate
    union all
    select 'ops.census_witness', patient_pseudonym from ops.census_witness
)
select format('erased patient: %s is still in %s, by %s rows', patient_pseudonym, place, count(*)) as what
from trace
join ops.erasure using (patient_pseudonym)
where erasure.erased_at is not null
group by place, patient_pseudonym
union all
select format('erased person: %s is still in %s, by %s rows', person_record_pseudonym, place, count(*))
from (
    select 'silver.people' as place, person_record_pseudonym from silver.people
    union all
    select 'gold.dim_person', person_record_pseudonym from gold.dim_person
    union all
    select 'vault.person', person_record_pseudonym from vault.person
) as trace_of_person
join ops.erasure using (person_record_pseudonym)
where erasure.erased_at is not null
group by place, person_record_pseudonym
