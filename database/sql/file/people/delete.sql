-- Rows of former files that a later one says again: it takes their place.
delete from silver.people as held
using unnest($1::uuid[], $2::uuid[]) as again (person_record_pseudonym, content_hash)
where held.person_record_pseudonym = again.person_record_pseudonym and held.content_hash = again.content_hash
