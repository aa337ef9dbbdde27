-- Patients who are to be forgotten.
select patient_pseudonym
from ops.erasure
