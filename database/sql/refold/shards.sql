-- Every shard of patients.
select shard from ops.shard order by shard
