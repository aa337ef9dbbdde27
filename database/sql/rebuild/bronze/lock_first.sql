-- Whoever erases a patient: before all else, as who does so locks shards later.
select pg_advisory_xact_lock(hashtext('wardflow.erasure'));
