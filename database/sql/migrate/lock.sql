select pg_advisory_lock(hashtext('wardflow migrate'))
