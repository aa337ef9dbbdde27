-- Rows of the touched members of staff.
select
    staff_key, staff_pseudonym, hospital_code, department_code, status, role, specialty, shift,
    roster_slot, hired_on, sex, birth_year, replaces_staff_pseudonym, valid_from, valid_to, is_current
from gold.dim_staff
where staff_pseudonym = any($1::uuid[])
