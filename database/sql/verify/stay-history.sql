-- The stays of each encounter, made anew from silver by docs/history.md: each admission statement
-- that counts and lasts begins one, which ends at the next or at the discharge. That patient_key is
-- the version valid at arrived_at is proved by fact-patient.
with
-- include concept/record.sql
-- include concept/extract.sql
-- include concept/encounter.sql
-- include concept/counting-statement.sql
-- include concept/department.sql
stay as (
    select
        *,
        occurred_at as arrived_at,
        coalesce(next_occurred_at, last_location_left_at) as left_at
    from counting_statement
    where makes_stay
),
expected as (
    select
        stay.encounter_key,
        stay.arrived_at,
        stay.number as stay_number,
        stay.patient_pseudonym,
        stay.hospital_code,
        coalesce(department.department_key, (select department_key from unknown_department))
            as department_key,
        stay.ward,
        stay.bed,
        stay.left_at,
        floor(extract(epoch from stay.left_at - stay.arrived_at))::bigint as stay_seconds
    from stay
    left join department
        on department.hospital_code = stay.hospital_code
        and department.department_code = stay.department_code
        and department.valid_from <= stay.arrived_at
        and department.valid_to > stay.arrived_at
),
compared_row as (
    select
        encounter_key,
        arrived_at,
        expected.patient_pseudonym is not null as is_expected,
        actual.patient_pseudonym is not null as is_actual,
        concat_ws(
            ', ',
            case when expected.stay_number is distinct from actual.stay_number then 'stay_number' end,
            case when expected.patient_pseudonym is distinct from actual.patient_pseudonym then 'patient_pseudonym' end,
            case when expected.hospital_code is distinct from actual.hospital_code then 'hospital_code' end,
            case when expected.department_key is distinct from actual.department_key then 'department_key' end,
            case when expected.ward is distinct from actual.ward then 'ward' end,
            case when expected.bed is distinct from actual.bed then 'bed' end,
            case when expected.left_at is distinct from actual.left_at then 'left_at' end,
            case when expected.stay_seconds is distinct from actual.stay_seconds then 'stay_seconds' end
        ) as columns
    from expected
    full join gold.fact_location_stay as actual using (encounter_key, arrived_at)
)
select
    case
        when not is_actual
            then format('missing stay: encounter %s at %s follows from silver', encounter_key, arrived_at)
        when not is_expected
            then format('stay too many: encounter %s at %s does not follow from silver', encounter_key, arrived_at)
        else format('wrong stay: encounter %s at %s differs in %s', encounter_key, arrived_at, columns)
    end as what
from compared_row
where not is_actual or not is_expected or columns <> ''
