-- What silver holds of the people, by the primary key.
select person_record_pseudonym, content_hash, extracted_at, extract_date, file_id, line
from silver.people
where person_record_pseudonym = any($1::uuid[])
