-- Bytes of the log between two positions, by the table or index that the records are about; commits are about none.
with
record as (
    select
        (regexp_match(block_ref, 'rel \d+/\d+/(\d+)'))[1]::oid as filenode,
        resource_manager,
        record_length
    from pg_get_wal_records_info($1::text::pg_lsn, $2::text::pg_lsn)
),
-- Long values stand in a table of their own, which has a number for a name.
relation as (
    select
        stored.relfilenode as filenode,
        format('copy %I.%I', schema.nspname, coalesce(owner.relname, stored.relname)) as name
    from pg_class as stored
    left join pg_class as owner on owner.reltoastrelid = stored.oid
    join pg_namespace as schema on schema.oid = coalesce(owner.relnamespace, stored.relnamespace)
)
select
    case
        when relation.name is not null then relation.name
        when record.resource_manager = 'Transaction' then 'commit'
        else ''
    end as what,
    sum(record.record_length)::bigint as bytes
from record
left join relation using (filenode)
group by what
