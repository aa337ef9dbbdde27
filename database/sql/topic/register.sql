-- The number of partitions is that of the first read.
insert into ops.kafka_topic (cluster_id, topic, partitions, holds_patients)
select $1, $2, $3::integer, $4::boolean
-- Looked for first: a conflict would use up a number of the identity at each start.
where not exists (select from ops.kafka_topic where cluster_id = $1 and topic = $2)
on conflict (cluster_id, topic) do nothing
