-- Whoever folds patients already does it for all.
select pg_try_advisory_lock(hashtextextended('ops.department_change', 0))
