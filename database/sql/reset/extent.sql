-- What there is to empty, estimated: counting would take longer than emptying.
select
    coalesce(sum(greatest(class.reltuples, 0)), 0)::double precision as rows_estimated,
    coalesce(sum(pg_total_relation_size(class.oid)), 0)::bigint as bytes
from pg_class as class
join pg_namespace as namespace on namespace.oid = class.relnamespace
where namespace.nspname in ('bronze', 'silver', 'vault', 'gold', 'ops') and class.relkind = 'r'
