-- A partition comes to stand still after this batch. A lane that does not know of a storm that was let on begins none.
insert into ops.storm (topic_id, partition, rule, kafka_offset, refused, began_at)
values ($1, $2, $3, $4, $5, $6)
on conflict (topic_id, partition, rule) where ended_at is null do nothing
