-- What the snapshots of a hospital say of its patients up to a day: of each the last row counts. They
-- are not sorted here, where that would cost as much as reading them.
select patient_pseudonym, extract_date, content_hash, state = 'absent' as is_absent
from silver.patients
where hospital_code = $1 and extract_date <= $2
