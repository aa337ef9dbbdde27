-- Rows of former days that a later day says again: it takes their place.
delete from silver.procedures as held
using unnest($1::uuid[], $2::uuid[], $3::integer[], $4::uuid[])
    as again (patient_pseudonym, encounter_key, line_number, content_hash)
where held.patient_pseudonym = again.patient_pseudonym
    and held.encounter_key = again.encounter_key
    and held.line_number = again.line_number
    and held.content_hash = again.content_hash
