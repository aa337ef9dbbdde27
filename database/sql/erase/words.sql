-- Words by which records name a patient whose own number is missing: the numbers of the patient's
-- encounters, and identity numbers as last stated.
select encounter_id from vault.encounter where encounter_key = any($2::uuid[])
union
select id_number from vault.patient where patient_pseudonym = $1 and id_number is not null
union
select id_number from vault.registered_patient where patient_pseudonym = $1 and id_number is not null
union
select id_number from vault.person where person_record_pseudonym = $3 and id_number is not null
union
select person_id from vault.person where person_record_pseudonym = $3
