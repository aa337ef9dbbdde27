-- A partition comes to stand still after this batch.
insert into ops.storm (topic_id, partition, rule, kafka_offset, refused, began_at)
values ($1, $2, $3, $4, $5, $6)
