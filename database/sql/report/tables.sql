-- The tables of silver and gold, and where a row of each tells its hospital, its time and its repairs: what scan.sql
-- leaves open. A table whose rows have no time of their own is counted as a whole. Grain: one row a table.
with timed (table_name, moment, is_of_extract) as (
    values
    ('silver.adt_record', 'it.occurred_at', false),
    ('silver.staff_statement', 'it.effective_at', false),
    ('silver.department_statement', 'it.effective_at', false),
    ('silver.patients', 'it.extracted_at', true),
    ('silver.encounters', 'it.extracted_at', true),
    ('silver.diagnoses', 'it.extracted_at', true),
    ('silver.procedures', 'it.extracted_at', true),
    ('silver.medications', 'it.extracted_at', true),
    ('silver.charges', 'it.extracted_at', true),
    ('silver.people', 'it.extracted_at', true),
    ('silver.hospital_patients', 'it.extracted_at', true),
    ('silver.staff', 'it.extracted_at', true),
    ('gold.fact_admission', 'coalesce(it.admitted_at, it.first_location_at)', false),
    ('gold.fact_location_stay', 'it.arrived_at', false),
    ('gold.fact_bed_occupancy', 'it.hour_starts_at', false),
    ('gold.fact_diagnosis', 'it.diagnosed_at', false),
    ('gold.fact_procedure', 'it.performed_at', false),
    ('gold.fact_medication', 'it.started_at', false),
    ('gold.fact_charge', 'it.charged_at', false)
),

described as (
    select
        namespace.nspname as layer,
        class.relname as name,
        format('%I.%I', namespace.nspname, class.relname) as table_name,
        array_agg(attribute.attname::text order by attribute.attnum) as columns,
        bool_or(attribute.attname = 'hospital_code') as has_hospital,
        bool_or(attribute.attname = 'repairs') as has_repairs
    from pg_class as class
    join pg_namespace as namespace on namespace.oid = class.relnamespace
    join pg_attribute as attribute on attribute.attrelid = class.oid
    where namespace.nspname in ('silver', 'gold')
        and class.relkind in ('r', 'p')
        and not class.relispartition
        and attribute.attnum > 0
        and not attribute.attisdropped
        -- The calendar is no data.
        and class.relname <> 'dim_date'
    group by namespace.nspname, class.relname
)

select
    described.layer,
    described.name,
    described.table_name,
    described.columns,
    case
        when described.has_hospital then 'it.hospital_code'
        when described.name = 'dim_person' then
            'case when it.person_record_pseudonym = '
            || 'encode(substr(sha256(''dim_person|unknown|-infinity''), 1, 16), ''hex'')::uuid then ''unknown'' end'
        else 'null::text'
    end as hospital,
    case
        when timed.moment is null then 'null::timestamptz'
        else format('case when isfinite(%1$s) then %1$s end', timed.moment)
    end as moment,
    case
        when timed.is_of_extract then 'it.extract_date'
        when timed.moment is null then 'null::date'
        else format(
            'case when isfinite(%1$s) then (%1$s at time zone coalesce(hospital.time_zone, ''UTC''))::date end',
            timed.moment
        )
    end as day,
    case when described.has_repairs then 'it.repairs' else '''{}''::text[]' end as repairs
from described
left join timed using (table_name)
order by described.layer desc, described.table_name collate "C"
