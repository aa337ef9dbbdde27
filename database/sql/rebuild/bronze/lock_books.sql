-- Whoever publishes, sends again or discards letters, which needs no shard. Last, as whoever refuses records has locked
-- shards or a dimension before. Readers go on.
lock table ops.quarantine, ops.dead_letter in share row exclusive mode;
