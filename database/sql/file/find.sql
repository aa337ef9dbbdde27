-- The file that counts for a day of a hospital or, where there is no hospital, of the network.
select sha256, state
from bronze.file
join ops.file_progress using (file_id)
where file.hospital_code is not distinct from $1 and file.kind = $2 and extract_date = $3
