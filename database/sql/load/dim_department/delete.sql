-- Rows that the statements no longer make.
delete from gold.dim_department as stored
using unnest($1::gold.dim_department[]) as gone
where stored.department_key = gone.department_key
