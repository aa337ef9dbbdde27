-- Every column of gold.dim_staff, in the order of its key.
select
    staff_key, staff_pseudonym, hospital_code, department_code, status, role, specialty, shift,
    roster_slot, hired_on, sex, birth_year, replaces_staff_pseudonym, valid_from, valid_to, is_current
from gold.dim_staff
order by staff_key
