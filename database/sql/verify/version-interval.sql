-- Versions of zero length do not exist, and time does not run backwards.
with
-- include concept/version.sql
inverted as (
    select * from version where valid_from >= valid_to
)
select
    format(
        'empty interval: %s has a version from %s to %s',
        coalesce('patient ' || patient_pseudonym, 'department ' || hospital_code || '/' || department_code),
        valid_from,
        valid_to
    ) as what
from inverted
