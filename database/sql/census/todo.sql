-- What batches have left to do. Read before anything that is counted: what commits later than this
-- has rows of its own, which stay.
select todo_id from ops.census_todo
