-- Wards of departments.
select hospital_code, department_code, ward, beds
from silver.ward
