-- The findings of the history rules, made anew from silver by docs/history.md.
with
-- include concept/record.sql
-- include concept/extract.sql
-- include concept/encounter.sql
-- include concept/department.sql
-- The statements of encounters with what the rules compare them with: the last admitted_at, and the
-- place of the counting statement before. Grain: one row a statement.
compared_record as (
    select
        *,
        max(admitted_at) filter (where position = admitted_position) over of_encounter
            as last_admitted_at,
        lag(row(department_code, ward, bed)) over of_counting as previous_place
    from encounter_record
    window
        of_encounter as (partition by patient_pseudonym, encounter_key),
        of_counting as (partition by patient_pseudonym, encounter_key, counts order by occurred_at)
),
judged_record as (
    select
        compared_record.patient_pseudonym,
        compared_record.event_id,
        compared_record.encounter_key,
        array_remove(
            array[
                -- The department of a counting statement is missing or not known, or that of an
                -- extract.
                case when (counts or event_type = 'extract') and department.department_key is null
                    then 'HIS-002' end,
                -- An A01 or A02 at or after the discharge of its encounter.
                case when is_admission_statement and occurred_at >= last_location_left_at
                    then 'HIS-003' end,
                -- An A02 or A03 of an encounter without A01; the first of them.
                case when first_a01_position is null and position = first_other_position
                    then 'HIS-004' end,
                -- A discharge before the first location.
                case when closes_nothing and position = discharge_position then 'HIS-005' end,
                -- Discharged before admitted; the last statement that states discharged_at.
                case when position = discharged_position and discharged_at < last_admitted_at
                    then 'HIS-006' end,
                -- A counting statement whose place equals that of the one before it.
                case when counts
                    and row(compared_record.department_code, compared_record.ward, compared_record.bed)
                    is not distinct from previous_place then 'HIS-007' end,
                -- An A01 after the first.
                case when event_type = 'A01' and position > first_a01_position then 'HIS-008' end,
                -- A ward that a known department with wards does not have.
                case when counts and department.department_key is not null
                    and compared_record.ward is not null
                    and warded.department_code is not null and ward.ward is null then 'HIS-009' end,
                -- A bed that a known ward of a known department does not have.
                case when counts and department.department_key is not null and ward.ward is not null
                    and compared_record.bed is not null
                    and case when compared_record.bed ~ '^[0-9]{1,9}$'
                        then compared_record.bed::integer not between 1 and ward.beds else true end
                    then 'HIS-010' end
            ],
            null
        ) as rules
    from compared_record
    left join department
        on department.hospital_code = compared_record.hospital_code
        and department.department_code = compared_record.department_code
        and department.valid_from <= compared_record.occurred_at
        and department.valid_to > compared_record.occurred_at
    left join silver.ward as ward
        on ward.hospital_code = compared_record.hospital_code
        and ward.department_code = compared_record.department_code
        and ward.ward = compared_record.ward
    left join (select distinct hospital_code, department_code from silver.ward) as warded
        on warded.hospital_code = compared_record.hospital_code
        and warded.department_code = compared_record.department_code
),
expected as (
    select patient_pseudonym, unnest(rules) as rule, event_id, encounter_key
    from judged_record
    where rules <> '{}'
    union all
    -- Several contents under one event id. The encounter is that of the content that counts.
    select patient_pseudonym, 'HIS-001', event_id, encounter_key
    from ranked_content
    where rank = 1
    union all
    -- Several contents of an encounter in the extract of one day.
    select patient_pseudonym, 'HIS-011', statement_id, encounter_key
    from ranked_extract
    where rank = 1 and contents > 1
    union all
    -- An encounter of somebody of whom neither an event nor a row of a snapshot tells, but for unreadable ones.
    select patient_pseudonym, 'HIS-012', statement_id, encounter_key
    from ranked_extract as extract
    where
        rank = 1
        and not exists (
            select
            from silver.adt_record as event
            where event.patient_pseudonym = extract.patient_pseudonym
        )
        and not exists (
            select
            from silver.patients as registration
            where
                registration.patient_pseudonym = extract.patient_pseudonym
                and registration.hospital_code = extract.hospital_code
                and registration.state <> 'unreadable'
        )
)
select
    case
        when actual.rule is null
            then format('missing finding: %s of event %s of patient %s follows from silver', rule, event_id, patient_pseudonym)
        when expected.rule is null
            then format(
                'finding too many: %s of event %s of patient %s does not follow from silver',
                rule, event_id, patient_pseudonym
            )
        else format('wrong finding: %s of event %s of patient %s differs in encounter_key', rule, event_id, patient_pseudonym)
    end as what
from expected
full join silver.finding as actual using (patient_pseudonym, rule, event_id)
where
    expected.rule is null
    or actual.rule is null
    or expected.encounter_key is distinct from actual.encounter_key
