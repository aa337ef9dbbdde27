-- The same, but whoever comes second goes on without it.
select pg_try_advisory_xact_lock(hashtext('wardflow census')) as is_ours
