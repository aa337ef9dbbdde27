-- Days of which another file, or another day before, says something else now.
update silver.patients as stored
set
    extracted_at = changed.extracted_at,
    state = changed.state,
    content_hash = changed.content_hash,
    person_pseudonym = changed.person_pseudonym,
    sex = changed.sex,
    birth_year = changed.birth_year,
    citizenship = changed.citizenship,
    home_language = changed.home_language,
    marital_status = changed.marital_status,
    medical_scheme = changed.medical_scheme,
    municipality = changed.municipality,
    province = changed.province,
    blood_type = changed.blood_type,
    chronic_conditions = changed.chronic_conditions,
    registered_on = changed.registered_on,
    updated_on = changed.updated_on,
    repairs = changed.repairs,
    file_id = changed.file_id,
    line = changed.line
from unnest($1::silver.patients[]) as changed
where stored.hospital_code = changed.hospital_code
    and stored.patient_pseudonym = changed.patient_pseudonym
    and stored.extract_date = changed.extract_date
