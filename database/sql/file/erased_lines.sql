-- The lines of a file that were erased.
select line from ops.erased_line where file_id = $1
