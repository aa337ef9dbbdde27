-- Between running and paused, and nothing else: a reset ends by itself.
update ops.simulation
set state = $1, changed_at = greatest(clock_timestamp(), changed_at + interval '1 microsecond')
where state <> 'resetting'
