-- A row of gold, each column by its name.
select
    array(select key from json_each(row_to_json($1::gold.dim_patient))) as names,
    array(select value::text from json_each(row_to_json($1::gold.dim_patient))) as contents
