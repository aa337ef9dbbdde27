-- Who follows, and how long ago each was seen.
select
    service, instance, epoch, is_working, started_at, seen_at,
    extract(epoch from clock_timestamp() - seen_at)::double precision as silent_seconds
from ops.simulation_service
order by service, instance
