-- A finding, each column by its name.
select
    array(select key from json_each(row_to_json($1::silver.finding))) as names,
    array(select value::text from json_each(row_to_json($1::silver.finding))) as contents
