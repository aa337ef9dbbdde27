-- What drops the indexes of a table, and what makes them again: keys as constraints, the primary one first, then the
-- others. Stays what the words of the catalog do not make again as it was, or what others hang on: indexes with parameters,
-- a place or a comment of their own; keys that a foreign key or a view needs; all of a table with a trigger, which may look
-- rows up by them.
select
    case
        when constrained.oid is null then format('drop index %s', index.indexrelid::regclass)
        else format('alter table %s drop constraint %I', $1::text, constrained.conname)
    end as drop,
    case
        when constrained.oid is null then pg_get_indexdef(index.indexrelid)
        else format('alter table %s add constraint %I %s', $1::text, constrained.conname, pg_get_constraintdef(constrained.oid))
    end as make
from pg_index as index
join pg_class as class on class.oid = index.indexrelid
left join pg_constraint as constrained
    on constrained.conindid = index.indexrelid and constrained.contype in ('p', 'u', 'x')
where index.indrelid = to_regclass($1::text)
    and class.reloptions is null
    and class.reltablespace = 0
    and not index.indisclustered
    and not index.indisreplident
    and obj_description(index.indexrelid, 'pg_class') is null
    and obj_description(constrained.oid, 'pg_constraint') is null
    and not exists (select from pg_constraint where conindid = index.indexrelid and contype = 'f')
    and not exists (
        select from pg_depend
        where refclassid = 'pg_constraint'::regclass and refobjid = constrained.oid and deptype = 'n'
    )
    and not exists (select from pg_trigger where tgrelid = index.indrelid and not tgisinternal)
order by index.indisprimary desc, index.indexrelid
