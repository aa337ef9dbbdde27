-- Files that were taken and are not loaded to their end, in the order in which they were taken.
select
    file_id, file.hospital_code, file.kind, extract_date, schema_version, extracted_at, sha256, withdraws, path,
    shard, patient_pseudonym
from ops.file_progress
join bronze.file using (file_id)
where state = 'loading'
order by file_id
