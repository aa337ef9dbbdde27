-- A row of gold, each column by its name, with the code of its department.
select
    array(select key from json_each(row_to_json(shown))) as names,
    array(select value::text from json_each(row_to_json(shown))) as contents
from (
    select ($1::gold.fact_location_stay).*, department.department_code
    from (values (1)) as one (row)
    left join gold.dim_department as department
        on department.department_key = ($1::gold.fact_location_stay).department_key
) as shown
