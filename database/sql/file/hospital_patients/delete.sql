-- Rows of former files that a later one says again: it takes their place.
delete from silver.hospital_patients as held
using unnest($1::uuid[], $2::uuid[]) as again (patient_pseudonym, content_hash)
where held.patient_pseudonym = again.patient_pseudonym and held.content_hash = again.content_hash
