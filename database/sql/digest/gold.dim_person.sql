-- Every column of gold.dim_person, in the order of its key.
select
    person_record_pseudonym, person_pseudonym, sex, birth_year, citizenship, home_language,
    municipality, province
from gold.dim_person
order by person_record_pseudonym
