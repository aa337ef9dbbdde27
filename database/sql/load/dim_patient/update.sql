-- Rows that stay under their key and say something else.
update gold.dim_patient as stored
set
    person_pseudonym = changed.person_pseudonym,
    sex = changed.sex,
    birth_year = changed.birth_year,
    citizenship = changed.citizenship,
    home_language = changed.home_language,
    religion = changed.religion,
    ethnicity = changed.ethnicity,
    marital_status = changed.marital_status,
    medical_scheme = changed.medical_scheme,
    municipality = changed.municipality,
    province = changed.province,
    valid_to = changed.valid_to,
    is_current = changed.is_current,
    is_registered = changed.is_registered
from unnest($1::gold.dim_patient[]) as changed
where stored.patient_key = changed.patient_key
