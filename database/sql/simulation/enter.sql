-- A service begins to work, where no reset has begun: whoever begins one after this sees it.
with open_epoch as (
    select epoch
    from ops.simulation
    where state <> 'resetting'
    for share
)
insert into ops.simulation_service (service, instance, epoch, is_working, started_at, seen_at)
select $1, $2, epoch, true, now(), now()
from open_epoch
on conflict (service, instance) do update
set epoch = excluded.epoch, is_working = true, seen_at = excluded.seen_at
returning epoch
