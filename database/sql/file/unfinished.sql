-- Files that were taken and are not loaded to their end, in the order in which they were taken. Of
-- some the copy is another, since lines of it were erased.
select
    file_id, file.hospital_code, file.kind, extract_date, schema_version, extracted_at, file.sha256, withdraws,
    coalesce(copied.path, file.path) as path,
    coalesce(copied.sha256, file.sha256) as copy_sha256,
    shard, member
from ops.file_progress
join bronze.file using (file_id)
left join ops.file_copy as copied using (file_id)
where state = 'loading'
order by file_id
