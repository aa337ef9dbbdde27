copy gold.dim_department (
    department_key, hospital_code, department_code, name, kind, valid_from, valid_to, is_current, beds
) from stdin (format binary)
