-- The patients of whom silver held something before, as the statement with the greatest (extracted_at,
-- content_hash) has them. $2 is the unknown member, where nobody is named.
update gold.fact_registration as registration set
    person_record_pseudonym = coalesce(wanted.person_record_pseudonym, $2),
    hospital_code = wanted.hospital_code,
    registered_on = wanted.registered_on,
    blood_type = wanted.blood_type,
    medical_scheme = wanted.medical_scheme,
    chronic_conditions = wanted.chronic_conditions
from (
    select distinct on (patient_pseudonym) *
    from silver.hospital_patients
    where patient_pseudonym = any($1::uuid[])
    order by patient_pseudonym, extracted_at desc, content_hash desc
) as wanted
where registration.patient_pseudonym = wanted.patient_pseudonym
    and (registration.person_record_pseudonym, registration.hospital_code,
        registration.registered_on, registration.blood_type, registration.medical_scheme,
        registration.chronic_conditions)
    is distinct from (coalesce(wanted.person_record_pseudonym, $2), wanted.hospital_code,
        wanted.registered_on, wanted.blood_type, wanted.medical_scheme, wanted.chronic_conditions)
