-- Each registration as docs/history.md says: of the contents that silver has, the one with the greatest
-- (extracted_at, content_hash) counts. Where it names no person, the fact refers to the unknown member.
with
expected as (
    select distinct on (patient_pseudonym)
        patient_pseudonym,
        row(
            coalesce(
                person_record_pseudonym,
                encode(substr(sha256('dim_person|unknown|-infinity'), 1, 16), 'hex')::uuid
            ),
            hospital_code, registered_on, blood_type, medical_scheme, chronic_conditions
        ) as content
    from silver.hospital_patients
    order by patient_pseudonym, extracted_at desc, content_hash desc
),
actual as (
    select
        patient_pseudonym,
        row(
            person_record_pseudonym, hospital_code, registered_on, blood_type, medical_scheme,
            chronic_conditions
        ) as content
    from gold.fact_registration
),
compared as (
    select
        patient_pseudonym,
        case
            when actual.patient_pseudonym is null then 'follows from silver, but is missing'
            when expected.patient_pseudonym is null then 'does not follow from silver'
            when expected.content is distinct from actual.content
                then 'is not as the last file states'
        end as fault
    from expected
    full join actual using (patient_pseudonym)
)
select format('registration of patient %s %s', patient_pseudonym, fault) as what
from compared
where fault is not null
