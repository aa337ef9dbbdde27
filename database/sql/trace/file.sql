-- A file of an extract, if it was taken.
select file_id, lines, path, encode(sha256, 'hex') as sha256, file.received_at, progress.state
from bronze.file as file
join ops.file_progress as progress using (file_id)
where file.hospital_code is not distinct from $1 and file.extract_date = $2 and file.kind = $3
