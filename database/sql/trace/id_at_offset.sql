-- The id of what came at some coordinates, where it is in silver: there first, or again.
select event_id as id from silver.adt_record where topic_id = $1 and partition = $2 and kafka_offset = $3
union
select event_id from ops.duplicate where topic_id = $1 and partition = $2 and kafka_offset = $3
union
select statement_id from silver.staff_statement where topic_id = $1 and partition = $2 and kafka_offset = $3
union
select statement_id from silver.department_statement where topic_id = $1 and partition = $2 and kafka_offset = $3
