-- The loaded snapshots of a hospital, by day.
select file_id, extract_date, extracted_at, withdraws
from bronze.file
join ops.file_progress using (file_id)
where file.hospital_code = $1 and file.kind = 'patients' and state = 'loaded'
order by extract_date
