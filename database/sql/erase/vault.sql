-- Who a patient is, and the numbers of the patient's encounters.
with
by_events as (
    delete from vault.patient where patient_pseudonym = $1
),
by_extracts as (
    delete from vault.registered_patient where patient_pseudonym = $1
)
delete from vault.encounter where encounter_key = any($2::uuid[])
