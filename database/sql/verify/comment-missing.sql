-- Everything that a reader can see says what it is. Columns of bronze's daily partitions are those
-- of the table.
with
layer as (
    select oid, nspname as name
    from pg_namespace
    where nspname in ('bronze', 'silver', 'vault', 'gold', 'ops')
),
relation as (
    select
        class.oid,
        format('%s.%s', layer.name, class.relname) as name,
        case class.relkind when 'v' then 'view' when 'm' then 'view' else 'table' end as kind,
        class.relispartition as is_partition
    from pg_class as class
    join layer on layer.oid = class.relnamespace
    where class.relkind in ('r', 'p', 'v', 'm', 'f')
),
described as (
    select 'schema' as kind, name, obj_description(oid, 'pg_namespace') as description
    from layer
    union all
    select kind, name, obj_description(oid, 'pg_class') from relation
    union all
    select 'column', format('%s.%s', relation.name, attribute.attname), col_description(relation.oid, attribute.attnum)
    from relation
    join pg_attribute as attribute on attribute.attrelid = relation.oid
    where attribute.attnum > 0 and not attribute.attisdropped and not relation.is_partition
    union all
    select 'function', format('%s.%s', layer.name, function.proname), obj_description(function.oid, 'pg_proc')
    from pg_proc as function
    join layer on layer.oid = function.pronamespace
)
select format('missing comment: %s %s', kind, name) as what
from described
where coalesce(btrim(description), '') = ''
