-- The row that a line of staff.csv made, each column by its name. Grain: one row, or none.
select
    record.repairs, true as is_of_line,
    array(select key from json_each(row_to_json(record))) as names,
    array(select value::text from json_each(row_to_json(record))) as contents
from silver.staff as record
where record.file_id = $1 and record.line = $2
