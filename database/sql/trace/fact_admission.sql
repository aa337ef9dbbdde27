-- A row of gold, each column by its name, with the codes of its departments.
select
    array(select key from json_each(row_to_json(shown))) as names,
    array(select value::text from json_each(row_to_json(shown))) as contents
from (
    select
        ($1::gold.fact_admission).*, first.department_code as admission_department_code,
        last.department_code as last_department_code
    from (values (1)) as one (row)
    left join gold.dim_department as first
        on first.department_key = ($1::gold.fact_admission).admission_department_key
    left join gold.dim_department as last on last.department_key = ($1::gold.fact_admission).last_department_key
) as shown
