-- Held until the session ends, by whatever.
select pg_try_advisory_lock(hashtext('wardflow.file_loader')) as is_alone
