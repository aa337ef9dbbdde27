-- The first read of a partition; later ones change nothing.
insert into ops.kafka_offset (cluster_id, topic, partition, first_offset, next_offset)
values ($1, $2, $3, $4, $4)
on conflict (cluster_id, topic, partition) do nothing
