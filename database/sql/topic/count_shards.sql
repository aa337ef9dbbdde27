select count(*)::integer
from ops.shard
