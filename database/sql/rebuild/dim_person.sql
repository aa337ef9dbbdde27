-- People as the statement with the greatest (extracted_at, content_hash) has them. $1 is the unknown member, of whom no
-- file says anything.
insert into pg_temp.dim_person (
    person_record_pseudonym, person_pseudonym, sex, birth_year, citizenship, home_language, municipality, province
)
select distinct on (person_record_pseudonym)
    person_record_pseudonym, person_pseudonym, sex, birth_year, citizenship, home_language, municipality, province
from silver.people
where person_record_pseudonym <> $1
order by person_record_pseudonym, extracted_at desc, content_hash desc
