-- Whether a file is the first of its kind that its sender sent, and the first of all that it sent. Then what
-- files of that kind, or of any, write about whom it states was written by its own chunks alone.
select
    count(*) filter (where kind = $1) = 0 as is_first_of_kind,
    count(*) = 0 as is_first_of_all
from bronze.file
where hospital_code is not distinct from $2 and file_id <> $3
