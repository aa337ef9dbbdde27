-- What drops the indexes of a table, and what makes them again: keys as constraints, the primary one first, then the
-- others. Those that a foreign key refers to stay, and all of a table with a trigger, which may look rows up by them.
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
left join pg_constraint as constrained
    on constrained.conindid = index.indexrelid and constrained.contype in ('p', 'u', 'x')
where index.indrelid = to_regclass($1::text)
    and not exists (select from pg_constraint where conindid = index.indexrelid and contype = 'f')
    and not exists (select from pg_trigger where tgrelid = index.indrelid and not tgisinternal)
order by index.indisprimary desc, index.indexrelid
