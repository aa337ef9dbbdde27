-- All of the file is loaded.
update ops.file_progress
set state = 'loaded'
where file_id = $1 and state = 'loading' and shard = $2 and member is not distinct from $3
    and (select epoch from ops.simulation) = $4
