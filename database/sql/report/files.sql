-- The files of extracts that were taken.
select hospital_code, kind, extract_date, encode(sha256, 'hex') as sha256, lines
from bronze.file
