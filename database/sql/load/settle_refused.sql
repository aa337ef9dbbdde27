-- Records that came again and are refused again: their letters are open as before, and say the newer reason.
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
    returning own.retry_of, own.rule, own.field, own.reason
)
update ops.quarantine as original
set state = 'open', attempts = original.attempts + 1, rule = own.rule, field = own.field, reason = own.reason
from own
where original.quarantine_id = own.retry_of and original.state <> 'loaded'
