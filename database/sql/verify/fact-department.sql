-- Facts carry no foreign keys. The time of an admission's last location is not in the fact; that
-- its version is right is part of admission-history.
with
-- include concept/department.sql
fact as (
    select 'stay' as kind, encounter_key, hospital_code, arrived_at as at, department_key
    from gold.fact_location_stay
    union all
    select 'admission', encounter_key, hospital_code, first_location_at, admission_department_key
    from gold.fact_admission
    union all
    select 'last location', encounter_key, hospital_code, null, last_department_key
    from gold.fact_admission
),
judged as (
    select
        fact.kind,
        fact.encounter_key,
        fact.at,
        case
            when version.department_key is null then 'no version of a department'
            when version.hospital_code <> fact.hospital_code then 'a department of another hospital'
            when fact.at < version.valid_from or fact.at >= version.valid_to
                then format(
                    'the wrong version of its department, valid from %s to %s',
                    version.valid_from, version.valid_to
                )
        end as fault
    from fact
    left join department as version using (department_key)
    where
        fact.department_key <> (select department_key from unknown_department)
        or not exists (
            select
            from gold.dim_department
            where department_key = (select department_key from unknown_department)
        )
)
select
    format(
        '%s of encounter %s%s points to %s', kind, encounter_key, coalesce(' at ' || at, ''), fault
    ) as what
from judged
where fault is not null
