-- One relay at a time: the lock is the session's, and goes with it.
select pg_try_advisory_lock(hashtext('wardflow.dead_letters')) as is_ours
