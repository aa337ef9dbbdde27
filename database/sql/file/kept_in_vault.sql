-- Of which patients the vault has a row.
select patient_pseudonym
from vault.registered_patient
where patient_pseudonym = any($1::uuid[])
