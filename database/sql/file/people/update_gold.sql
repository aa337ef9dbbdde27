-- The people of whom silver held something before, as the statement with the greatest (extracted_at,
-- content_hash) has them. $2 is the unknown member, of whom no file says anything.
update gold.dim_person as person set
    person_pseudonym = wanted.person_pseudonym,
    sex = wanted.sex,
    birth_year = wanted.birth_year,
    citizenship = wanted.citizenship,
    home_language = wanted.home_language,
    municipality = wanted.municipality,
    province = wanted.province
from (
    select distinct on (person_record_pseudonym) *
    from silver.people
    where person_record_pseudonym = any($1::uuid[])
    order by person_record_pseudonym, extracted_at desc, content_hash desc
) as wanted
where person.person_record_pseudonym = wanted.person_record_pseudonym
    and person.person_record_pseudonym <> $2
    and (person.person_pseudonym, person.sex, person.birth_year, person.citizenship,
        person.home_language, person.municipality, person.province)
    is distinct from (wanted.person_pseudonym, wanted.sex, wanted.birth_year, wanted.citizenship,
        wanted.home_language, wanted.municipality, wanted.province)
