-- Silver and vault know the same encounters, each of the same patient.
with
encounter as (
    select encounter_key, patient_pseudonym from silver.adt_record where encounter_key is not null
    union
    select encounter_key, patient_pseudonym from silver.encounters
    union
    select encounter_key, patient_pseudonym from silver.diagnoses
    union
    select encounter_key, patient_pseudonym from silver.procedures
    union
    select encounter_key, patient_pseudonym from silver.medications
    union
    select encounter_key, patient_pseudonym from silver.charges
)
select
    case
        when identity.encounter_key is null
            then format('encounter %s is in silver, but not in the vault', encounter.encounter_key)
        when encounter.encounter_key is null
            then format('encounter %s is in the vault, but not in silver', identity.encounter_key)
        else format('encounter %s is of another patient in the vault', identity.encounter_key)
    end as what
from encounter
full join vault.encounter as identity using (encounter_key)
where encounter.patient_pseudonym is distinct from identity.patient_pseudonym
