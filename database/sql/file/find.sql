-- The file that counts for a day of a hospital.
select sha256, state
from bronze.file
join ops.file_progress using (file_id)
where file.hospital_code = $1 and file.kind = $2 and extract_date = $3
