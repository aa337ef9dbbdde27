update ops.simulation
set state = 'resetting', changed_at = greatest(clock_timestamp(), changed_at + interval '1 microsecond')
