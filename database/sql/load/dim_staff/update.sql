-- Rows that stay under their key and say something else.
update gold.dim_staff as stored
set
    hospital_code = changed.hospital_code,
    department_code = changed.department_code,
    status = changed.status,
    role = changed.role,
    specialty = changed.specialty,
    shift = changed.shift,
    roster_slot = changed.roster_slot,
    hired_on = changed.hired_on,
    sex = changed.sex,
    birth_year = changed.birth_year,
    replaces_staff_pseudonym = changed.replaces_staff_pseudonym,
    valid_to = changed.valid_to,
    is_current = changed.is_current
from unnest($1::gold.dim_staff[]) as changed
where stored.staff_key = changed.staff_key
