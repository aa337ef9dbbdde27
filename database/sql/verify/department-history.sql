-- The versions of each department, made anew from silver by docs/history.md, as those of staff; the
-- first is valid from the beginning of time, whenever it was stated for.
with
-- include concept/statement.sql
last_of_instant as (
    select distinct on (hospital_code, department_code, effective_at)
        hospital_code,
        department_code,
        effective_at,
        row(name, kind, beds) as attributes
    from department_statement
    order by
        hospital_code,
        department_code,
        effective_at,
        sequence desc nulls last,
        recorded_at desc nulls last,
        content_hash desc,
        statement_id desc
),
compared as (
    select *, lag(attributes) over department as previous_attributes, lag(effective_at) over department as previous_at
    from last_of_instant
    window department as (partition by hospital_code, department_code order by effective_at)
),
expected as (
    select
        hospital_code,
        department_code,
        case when previous_at is null then '-infinity' else effective_at end as valid_from,
        lead(effective_at, 1, 'infinity') over (
            partition by hospital_code, department_code order by effective_at
        ) as valid_to,
        attributes
    from compared
    where previous_at is null or attributes is distinct from previous_attributes
),
actual as (
    select
        hospital_code, department_code, valid_from, valid_to, is_current, row(name, kind, beds) as attributes
    from gold.dim_department
    where hospital_code <> 'unknown'
),
compared_row as (
    select
        hospital_code,
        department_code,
        valid_from,
        expected.valid_to is not null as is_expected,
        actual.valid_to is not null as is_actual,
        concat_ws(
            ', ',
            case when expected.attributes is distinct from actual.attributes then 'attributes' end,
            case when expected.valid_to is distinct from actual.valid_to then 'valid_to' end,
            case when (expected.valid_to = 'infinity') is distinct from actual.is_current then 'is_current' end
        ) as columns
    from expected
    full join actual using (hospital_code, department_code, valid_from)
)
select
    case
        when not is_actual
            then format(
                'missing version: department %s/%s from %s follows from silver',
                hospital_code, department_code, valid_from
            )
        when not is_expected
            then format(
                'version too many: department %s/%s from %s does not follow from silver',
                hospital_code, department_code, valid_from
            )
        else format(
            'wrong version: department %s/%s from %s differs in %s',
            hospital_code, department_code, valid_from, columns
        )
    end as what
from compared_row
where not is_actual or not is_expected or columns <> ''
