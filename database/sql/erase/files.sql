-- The files of a hospital, and those of the network that name patients or people, each with where its copy lies now. Grain: one row a file.
select
    file.file_id, file.hospital_code, file.kind, file.extract_date, file.extracted_at, file.schema_version,
    coalesce(copied.path, file.path) as path
from bronze.file as file
left join ops.file_copy as copied using (file_id)
where file.hospital_code = $1 or file.kind in ('people', 'hospital_patients')
order by file.file_id
