-- What a reset empties: all tables but those that hold what does not come from topics and files. A new
-- table is emptied unless it is named here.
select
    string_agg(format('%I.%I', namespace.nspname, class.relname), ', ' order by class.oid) as tables
from pg_class as class
join pg_namespace as namespace on namespace.oid = class.relnamespace
where namespace.nspname in ('bronze', 'silver', 'vault', 'gold', 'ops')
    and class.relkind in ('r', 'p')
    and not class.relispartition
    and format('%s.%s', namespace.nspname, class.relname) not in (
        -- What the network file tells.
        'gold.dim_hospital', 'gold.dim_department', 'gold.dim_date', 'silver.department_statement', 'silver.ward',
        'ops.reference',
        -- The key, and the schemas of the registry, which stays.
        'vault.key', 'ops.schema',
        -- The number of partitions, and so of shards.
        'ops.kafka_topic', 'ops.shard',
        -- Who is to be forgotten stays forgotten.
        'ops.erasure', 'ops.erased_word',
        -- Who resets, and who waits for it.
        'ops.simulation', 'ops.simulation_service'
    )
