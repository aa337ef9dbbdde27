-- Records that came again and are refused again: their letters are open as before, but for those that nobody
-- wants any more. What a letter's own record was refused for stays with it.
with
again as (
    select original.quarantine_id as original_id, repeated.quarantine_id
    from unnest($1::uuid[], $2::uuid[]) as repeated (original_id, quarantine_id)
    join ops.quarantine as original on original.quarantine_id = repeated.original_id
),
own as (
    update ops.quarantine as own
    set state = 'discarded', retry_of = again.original_id
    from again
    where own.quarantine_id = again.quarantine_id
    returning own.retry_of
),
refused as (
    select retry_of, count(*)::integer as times
    from own
    group by retry_of
)
update ops.quarantine as original
set state = 'open', attempts = original.attempts + refused.times
from refused
where original.quarantine_id = refused.retry_of and original.state in ('open', 'redriven')
