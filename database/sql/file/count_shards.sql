select count(*)::integer as shards from ops.shard
