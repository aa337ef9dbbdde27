-- Who a patient is, as patient and as person, and the numbers of the patient's encounters.
with
by_events as (
    delete from vault.patient where patient_pseudonym = $1
),
by_extracts as (
    delete from vault.registered_patient where patient_pseudonym = $1
),
by_registrations as (
    delete from vault.registration where patient_pseudonym = $1
),
by_people as (
    delete from vault.person where person_record_pseudonym = $3
)
delete from vault.encounter where encounter_key = any($2::uuid[])
