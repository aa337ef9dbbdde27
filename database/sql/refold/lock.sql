-- One at a time folds patients again, so that whoever asked for it can say how many there were.
select pg_advisory_lock(hashtextextended('ops.department_change', 0))
