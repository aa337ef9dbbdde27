-- Whoever folds patients again for departments that have changed: first, as who does so locks shards later.
select pg_advisory_xact_lock(hashtextextended('ops.department_change', 0));
-- Every shard, ascending as lanes lock them. Where there is none yet, nobody makes them until we are done: they are made
-- once, all together. Their table is not locked otherwise, as a lane that only prepares its statements looks at it.
do $$
begin
    perform from ops.shard order by shard for update;
    if not found then
        lock table ops.shard in share mode;
        perform from ops.shard order by shard for update;
    end if;
end
$$;
