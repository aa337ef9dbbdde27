-- A service says that it is there and whether it works, and hears what all shall do. What it says of
-- another epoch than the one that it has entered was overtaken.
with said as (
    insert into ops.simulation_service as known (service, instance, epoch, is_working, started_at, seen_at)
    values ($1, $2, $3, $4, now(), now())
    on conflict (service, instance) do update
    set
        is_working = case
            when known.epoch is distinct from excluded.epoch then known.is_working
            else excluded.is_working
        end,
        seen_at = excluded.seen_at
)
select epoch, state, speed, seed::text as seed, starts_on, days, scale, hospitals, simulated_at, changed_at
from ops.simulation
