-- Who is to be forgotten is forgotten everywhere. An erasure that was begun and broken off is ended by
-- the same command.
select
    format(
        'unfinished erasure: patient %s of %s, requested at %s: run `database erase` again',
        patient_pseudonym, hospital_code, requested_at
    ) as what
from ops.erasure
where erased_at is null
