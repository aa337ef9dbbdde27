-- One writer a shard: first of all, and ascending, so that two lanes never wait for each other.
select shard
from ops.shard
where shard = any($1::integer[])
order by shard
for update
