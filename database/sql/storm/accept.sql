-- Lets a partition on. One that somebody else let on meanwhile stays as it is.
update ops.storm
set accepted_at = greatest($5, began_at)
where topic_id = $1 and partition = $2 and rule = $3 and kafka_offset = $4 and accepted_at is null
