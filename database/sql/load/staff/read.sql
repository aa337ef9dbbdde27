-- All that silver holds of members of staff.
select
    staff_pseudonym, statement_id, content_hash, effective_at, sequence, recorded_at, source_system,
    hospital_code, department_code, status, role, specialty, shift, roster_slot, hired_on, sex,
    birth_year, replaces_staff_pseudonym, repairs
from silver.staff_statement
where staff_pseudonym = any($1::uuid[])
