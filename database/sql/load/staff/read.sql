-- All that silver holds of members of staff. Lines of assigned_staff.csv do not tell the attributes of
-- the person: the last line of staff.csv does.
select
    stated.staff_pseudonym, statement_id, stated.content_hash, effective_at, sequence, recorded_at, source_system,
    hospital_code, department_code, status, stated.role, stated.specialty, shift, roster_slot,
    case when stated.file_id is null then stated.hired_on else listed.hired_on end as hired_on,
    case when stated.file_id is null then stated.sex else listed.sex end as sex,
    case when stated.file_id is null then stated.birth_year else listed.birth_year end as birth_year,
    replaces_staff_pseudonym, stated.repairs
from silver.staff_statement as stated
left join lateral (
    select hired_on, sex, birth_year
    from silver.staff
    where staff.staff_pseudonym = stated.staff_pseudonym
    order by extracted_at desc, content_hash desc
    limit 1
) as listed on stated.file_id is not null
where stated.staff_pseudonym = any($1::uuid[])
