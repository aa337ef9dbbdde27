update ops.simulation
set state = 'running', changed_at = greatest(clock_timestamp(), changed_at + interval '1 microsecond')
where state = 'resetting'
