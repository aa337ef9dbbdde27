-- The version of the patient at the time of each statement; a time before the first version takes the
-- first, and a patient without a version has the unknown member. Grain: one row a version.
version as (
    select
        patient_pseudonym,
        patient_key,
        valid_from,
        valid_to,
        valid_from = min(valid_from) over (partition by patient_pseudonym) as is_first
    from gold.dim_patient
    where patient_pseudonym in (select patient_pseudonym from statement)
),
expected as (
    select
        statement.*,
        coalesce(
            version.patient_key,
            encode(substr(sha256('dim_patient|unknown|-infinity'), 1, 16), 'hex')::uuid
        ) as patient_key
    from statement
    left join version
        on version.patient_pseudonym = statement.patient_pseudonym
        and (version.valid_from <= statement.at or version.is_first)
        and version.valid_to > statement.at
),
-- Grain: one row a fact, of silver, gold or both.
compared_row as (
    select
        encounter_key,
        line_number,
        case
            when actual.patient_pseudonym is null then 'follows from silver, but is missing'
            when expected.patient_pseudonym is null then 'does not follow from silver'
            when expected.patient_pseudonym <> actual.patient_pseudonym then 'is of another patient'
            when expected.hospital_code <> actual.hospital_code then 'is of another hospital'
            when expected.patient_key <> actual.patient_key
                then 'points to the wrong version of its patient'
            when expected.content is distinct from actual.content
                then 'does not say what the last statement says'
        end as fault
    from expected
    full join actual using (encounter_key, line_number)
),
