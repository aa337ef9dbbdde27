-- The statements that a line of assigned_staff.csv made, each column by its name. Grain: one row a statement.
select
    record.repairs, true as is_of_line,
    array(select key from json_each(row_to_json(record))) as names,
    array(select value::text from json_each(row_to_json(record))) as contents
from silver.staff_statement as record
where record.file_id = $1 and record.line = $2
order by record.effective_at
