-- The row of {table} with the key ({key}) that stands in an object. Grain: one row, or none.
select
    array(select key from json_each(row_to_json(record))) as names,
    array(select value::text from json_each(row_to_json(record))) as contents
from {table} as record
join json_populate_record(null::{table}, $1::text::json) as wanted using ({key})
