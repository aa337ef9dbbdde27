-- A pseudonym is made from hospital and patient_id: it belongs to one hospital.
with
-- include concept/named-patient.sql
patient as (
    select
        patient_pseudonym,
        min(hospital_code collate "C") as first_code,
        max(hospital_code collate "C") as last_code
    from (
        select patient_pseudonym, hospital_code from silver.adt_record
        union
        select patient_pseudonym, hospital_code from named_patient
        union
        select patient_pseudonym, hospital_code from silver.hospital_patients
    ) as stated
    group by patient_pseudonym
)
select
    format('patient %s of two hospitals: %s and %s', patient_pseudonym, first_code, last_code) as what
from patient
where first_code <> last_code
