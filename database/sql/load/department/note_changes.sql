-- Patients who were in these departments are to be folded again.
insert into ops.department_change (hospital_code, department_code, changed_from)
select * from unnest($1::text[], $2::text[], $3::timestamptz[])
