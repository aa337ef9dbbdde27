select pg_advisory_unlock(hashtext('wardflow migrate'))
