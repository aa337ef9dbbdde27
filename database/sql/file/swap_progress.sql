-- Compare-and-swap: moves a file on that stands where this chunk begins, and no other. Tells the
-- version of the reference data as it is now that what it touches is locked.
update ops.file_progress
set shard = $4, member = $5
where file_id = $1 and state = 'loading' and shard = $2 and member is not distinct from $3
    and (select epoch from ops.simulation) = $6
returning (select version from ops.reference) as reference_version
