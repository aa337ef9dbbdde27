-- Whose file it is, of which day and kind.
select hospital_code, extract_date, kind
from bronze.file
where file_id = $1
