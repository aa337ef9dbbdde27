-- The days of which files were taken.
select distinct hospital_code, extract_date
from bronze.file
