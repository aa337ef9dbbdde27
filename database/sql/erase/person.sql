-- The person that a patient is, where no other patient is: the person's record goes, too.
select registration.person_record_pseudonym
from gold.fact_registration as registration
where registration.patient_pseudonym = $1
    and registration.person_record_pseudonym <> $2
    and not exists (
        select
        from gold.fact_registration as other
        where other.person_record_pseudonym = registration.person_record_pseudonym
            and other.patient_pseudonym <> registration.patient_pseudonym
    )
union
select person_record_pseudonym
from ops.erasure
where patient_pseudonym = $1 and person_record_pseudonym is not null
