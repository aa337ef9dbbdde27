-- The row of {table} that a line made, and the other contents of what it states ({key}): the first of them all is the
-- one that gold has. Each column by its name. Grain: one row a content.
select
    record.repairs,
    record.file_id = of_line.file_id and record.line = of_line.line as is_of_line,
    array(select key from json_each(row_to_json(record))) as names,
    array(select value::text from json_each(row_to_json(record))) as contents
from {table} as of_line
join {table} as record using ({key})
where of_line.file_id = $1 and of_line.line = $2
order by record.extracted_at desc, record.content_hash desc
