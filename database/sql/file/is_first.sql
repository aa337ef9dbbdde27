-- Whether a file is the first of its kind: then its target holds what its own chunks wrote alone.
select not exists (select from bronze.file where kind = $1 and file_id <> $2) as is_first
