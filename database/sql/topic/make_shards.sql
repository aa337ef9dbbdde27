-- As many shards as partitions, made once.
insert into ops.shard (shard)
select generate_series(0, $1::integer - 1)
where not exists (select from ops.shard)
on conflict (shard) do nothing
