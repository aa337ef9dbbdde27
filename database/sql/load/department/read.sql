-- All that silver holds of departments.
select
    hospital_code, department_code, statement_id, content_hash, effective_at, sequence, recorded_at,
    source_system, name, kind, beds, repairs
from silver.department_statement
join unnest($1::text[], $2::text[]) as touched (hospital_code, department_code)
    using (hospital_code, department_code)
