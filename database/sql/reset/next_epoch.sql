update ops.simulation
set
    epoch = epoch + 1,
    simulated_at = null,
    changed_at = greatest(clock_timestamp(), changed_at + interval '1 microsecond')
returning epoch
