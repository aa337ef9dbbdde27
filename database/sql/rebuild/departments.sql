-- All departments of which something is stated. Grain: one row a department.
select distinct hospital_code, department_code from silver.department_statement
