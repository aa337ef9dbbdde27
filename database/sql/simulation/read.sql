-- What all services follow.
select
    epoch, state, speed, seed::text as seed, starts_on, days, scale, hospitals, simulated_at, changed_at,
    -- The session of whoever resets holds it.
    exists (
        select
        from pg_locks
        where locktype = 'advisory' and objsubid = 1 and granted
            and database = (select oid from pg_database where datname = current_database())
            and (classid::bigint << 32 | objid::bigint) = hashtextextended('ops.simulation', 0)
    ) as is_being_reset
from ops.simulation
