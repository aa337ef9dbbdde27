-- Patients, and people, who are to be forgotten.
select patient_pseudonym
from ops.erasure
union all
select person_record_pseudonym
from ops.erasure
where person_record_pseudonym is not null
