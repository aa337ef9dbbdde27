-- One reset at a time. Held until the session ends, by whatever.
select pg_try_advisory_lock(hashtextextended('ops.simulation', 0)) as is_ours
