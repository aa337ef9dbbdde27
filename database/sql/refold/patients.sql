-- Patients who came to a department, or are in an extract with it, at a time from which on its versions
-- have changed. Grain: one row a patient.
with concerned as (
    select record.patient_pseudonym
    from ops.department_change as change
    join silver.adt_record as record
        on record.hospital_code = change.hospital_code
        and record.department_code = change.department_code
        and record.occurred_at >= change.changed_from
    where change.change_id = any($1::bigint[]) and record.event_type in ('A01', 'A02')
    union
    select encounter.patient_pseudonym
    from ops.department_change as change
    join silver.encounters as encounter
        on encounter.hospital_code = change.hospital_code
        and encounter.department_code = change.department_code
        and encounter.extracted_at >= change.changed_from
    where change.change_id = any($1::bigint[])
)
select patient_pseudonym, hospital_code, patient_id
from concerned
join vault.patient_number using (patient_pseudonym)
