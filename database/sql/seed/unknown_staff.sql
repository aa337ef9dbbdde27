-- The unknown member.
insert into gold.dim_staff (staff_key, staff_pseudonym, hospital_code, status, valid_from, valid_to, is_current)
values ($1, '00000000-0000-0000-0000-000000000000', 'unknown', 'unknown', '-infinity', 'infinity', true)
on conflict (staff_key) do nothing
