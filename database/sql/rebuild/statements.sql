-- What makes an empty table beside another one, of the same name and columns, and what gives the other one its rows: a
-- row that is not exactly the same goes, a row whose key is missing comes. Read from the catalog, so that a new column
-- needs no word here. One row, or none where the table or its primary key is missing.
with
subject as (
    select class.oid, class.relname as name, format('%I.%I', namespace.nspname, class.relname) as full_name
    from pg_class as class
    join pg_namespace as namespace on namespace.oid = class.relnamespace
    where class.oid = to_regclass($1) and class.relkind = 'r'
),
columns as (
    select
        string_agg(format('%I', attname), ', ' order by attnum) as names,
        string_agg(format('stored.%I', attname), ', ' order by attnum) as stored,
        string_agg(format('wanted.%I', attname), ', ' order by attnum) as wanted
    from pg_attribute
    join subject on subject.oid = attrelid
    where attnum > 0 and not attisdropped and attgenerated = ''
),
key as (
    select
        string_agg(format('%I', attname), ', ' order by attnum) as names,
        string_agg(format('stored.%1$I = wanted.%1$I', attname), ' and ' order by attnum) as joined
    from pg_index as index
    join subject on subject.oid = index.indrelid
    join pg_attribute as attribute on attribute.attrelid = subject.oid and attribute.attnum = any(index.indkey)
    where index.indisprimary
    having count(*) > 0
)
select
    format('create temporary table %I (like %s) on commit drop', subject.name, full_name) as make,
    -- Where the table itself is filled it has the name that one beside would have.
    format('create temporary view %I as select * from %s', subject.name, full_name) as make_name,
    format('alter table pg_temp.%I add primary key (%s)', subject.name, key.names) as make_key,
    format('analyze pg_temp.%I', subject.name) as estimate,
    format('select count(*) from pg_temp.%I', subject.name) as count,
    format(
        'delete from %s as stored where not exists'
        || ' (select from pg_temp.%I as wanted where %s and (%s) is not distinct from (%s))',
        full_name, subject.name, key.joined, columns.stored, columns.wanted
    ) as remove,
    format(
        'insert into %s (%s) select %s from pg_temp.%I as wanted where not exists'
        || ' (select from %s as stored where %s)',
        full_name, columns.names, columns.wanted, subject.name, full_name, key.joined
    ) as write
from subject
cross join columns
cross join key
