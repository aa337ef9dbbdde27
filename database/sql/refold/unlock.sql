select pg_advisory_unlock(hashtextextended('ops.department_change', 0))
