-- The books of files, counted from the rows themselves. Grain: one row a file.
with
-- include concept/file-book.sql
named as (
    select * from file_book
)
select hospital_code, kind, extract_date, state = 'loaded' as is_loaded, lines, loaded, duplicate, quarantined, erased
from named
order by kind collate "C", hospital_code collate "C", extract_date
