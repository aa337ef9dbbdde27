-- Where the copies of all files lie now. Grain: one row a file.
select coalesce(copied.path, file.path) as path
from bronze.file as file
left join ops.file_copy as copied using (file_id)
