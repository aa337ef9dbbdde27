-- An erasure that stands already, whether it is complete, and since when.
select requested_at, erased_at
from ops.erasure
where patient_pseudonym = $1
