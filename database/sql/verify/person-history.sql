-- Each person as docs/history.md says: of the contents that silver has, the one with the greatest
-- (extracted_at, content_hash) counts. The unknown member is nobody's.
with
expected as (
    select distinct on (person_record_pseudonym)
        person_record_pseudonym,
        row(person_pseudonym, sex, birth_year, citizenship, home_language, municipality, province)
            as attributes
    from silver.people
    order by person_record_pseudonym, extracted_at desc, content_hash desc
),
actual as (
    select
        person_record_pseudonym,
        row(person_pseudonym, sex, birth_year, citizenship, home_language, municipality, province)
            as attributes
    from gold.dim_person
    where person_record_pseudonym
        <> encode(substr(sha256('dim_person|unknown|-infinity'), 1, 16), 'hex')::uuid
),
compared as (
    select
        person_record_pseudonym,
        case
            when actual.person_record_pseudonym is null then 'follows from silver, but is missing'
            when expected.person_record_pseudonym is null then 'does not follow from silver'
            when expected.attributes is distinct from actual.attributes
                then 'is not as the last file states'
        end as fault
    from expected
    full join actual using (person_record_pseudonym)
)
select format('person %s %s', person_record_pseudonym, fault) as what
from compared
where fault is not null
