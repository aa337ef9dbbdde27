copy gold.dim_staff (
    staff_key, staff_pseudonym, hospital_code, department_code, status, role, specialty, shift,
    roster_slot, hired_on, sex, birth_year, replaces_staff_pseudonym, valid_from, valid_to, is_current
) from stdin (format binary)
