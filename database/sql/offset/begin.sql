-- The first read of a partition in an epoch; later ones change nothing.
insert into ops.kafka_offset (cluster_id, topic, partition, first_offset, next_offset)
select $1, $2, $3, $4, $4
where (select epoch from ops.simulation) = $5
on conflict (cluster_id, topic, partition) do nothing
