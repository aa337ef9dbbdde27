-- One at a time erases; the lock ends with the session.
select pg_advisory_lock(hashtext('wardflow.erasure'))
