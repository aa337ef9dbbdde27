-- The versions of each member of staff, made anew from silver by docs/history.md: of the statements at
-- one instant the last counts, one that equals the one before it makes no version, and a version
-- lasts until the next.
with
-- include concept/statement.sql
last_of_instant as (
    select distinct on (staff_pseudonym, effective_at)
        staff_pseudonym,
        effective_at,
        row(
            hospital_code, department_code, status, role, specialty, shift, roster_slot, hired_on, sex,
            birth_year, replaces_staff_pseudonym
        ) as attributes
    from staff_statement
    order by
        staff_pseudonym,
        effective_at,
        sequence desc nulls last,
        recorded_at desc,
        content_hash desc,
        statement_id desc
),
compared as (
    select
        *,
        lag(attributes) over (partition by staff_pseudonym order by effective_at) as previous_attributes
    from last_of_instant
),
expected as (
    select
        staff_pseudonym,
        effective_at as valid_from,
        lead(effective_at, 1, 'infinity') over (partition by staff_pseudonym order by effective_at)
            as valid_to,
        attributes
    from compared
    where attributes is distinct from previous_attributes
),
actual as (
    select
        staff_pseudonym,
        valid_from,
        valid_to,
        is_current,
        row(
            hospital_code, department_code, status, role, specialty, shift, roster_slot, hired_on, sex,
            birth_year, replaces_staff_pseudonym
        ) as attributes
    from gold.dim_staff
    where staff_pseudonym <> '00000000-0000-0000-0000-000000000000'
),
compared_row as (
    select
        staff_pseudonym,
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
    full join actual using (staff_pseudonym, valid_from)
)
select
    case
        when not is_actual
            then format('missing version: member of staff %s from %s follows from silver', staff_pseudonym, valid_from)
        when not is_expected
            then format(
                'version too many: member of staff %s from %s does not follow from silver',
                staff_pseudonym, valid_from
            )
        else format(
            'wrong version: member of staff %s from %s differs in %s', staff_pseudonym, valid_from, columns
        )
    end as what
from compared_row
where not is_actual or not is_expected or columns <> ''
