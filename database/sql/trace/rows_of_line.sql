-- The rows of {table} that a line made, each column by its name. Grain: one row a record or statement.
select
    record.repairs, true as is_of_line,
    array(select key from json_each(row_to_json(record))) as names,
    array(select value::text from json_each(row_to_json(record))) as contents
from {table} as record
where record.file_id = $1 and record.line = $2
