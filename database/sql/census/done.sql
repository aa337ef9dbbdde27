-- What was to do and is done; what batches appended meanwhile stays.
delete from ops.census_todo where todo_id = any($1::bigint[])
