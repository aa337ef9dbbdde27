update ops.simulation
set speed = $1, changed_at = greatest(clock_timestamp(), changed_at + interval '1 microsecond')
