-- Silver knows staff by pseudonym alone; the vault says who they are, and of nobody else: by the topic's
-- statement with the greatest (effective time, recorded_at, content_hash), or by the number alone
-- where others only name them; and by the line of the last staff.csv that lists them.
with
last_statement as (
    select distinct on (staff_pseudonym) staff_pseudonym, effective_at, recorded_at, content_hash
    from silver.staff_statement
    where topic_id is not null
    order by staff_pseudonym, effective_at desc, recorded_at desc, content_hash desc
),
named as (
    select attending_staff_pseudonym as staff_pseudonym
    from silver.adt_record
    where attending_staff_pseudonym is not null
    union
    select attending_staff_pseudonym
    from silver.encounters
    where attending_staff_pseudonym is not null
    union
    select staff_pseudonym from silver.procedures where staff_pseudonym is not null
    union
    select replaces_staff_pseudonym
    from silver.staff_statement
    where replaces_staff_pseudonym is not null
    union
    select staff_pseudonym
    from silver.staff_statement
),
staff as (
    select *
    from named
    left join last_statement using (staff_pseudonym)
),
last_line as (
    select distinct on (staff_pseudonym) staff_pseudonym, extracted_at as effective_at, content_hash
    from silver.staff
    order by staff_pseudonym, extracted_at desc, content_hash desc
)
select
    case
        when identity.staff_pseudonym is null
            then format('member of staff %s is in silver, but not in the vault', staff.staff_pseudonym)
        when staff.staff_pseudonym is null
            then format('member of staff %s is in the vault, but not in silver', identity.staff_pseudonym)
        else format('member of staff %s is in the vault, but not as last stated', identity.staff_pseudonym)
    end as what
from staff
full join vault.staff as identity using (staff_pseudonym)
where
    staff.staff_pseudonym is null
    or identity.staff_pseudonym is null
    or (staff.effective_at, staff.recorded_at, staff.content_hash)
    is distinct from (identity.effective_at, identity.recorded_at, identity.content_hash)
union all
select format('member of staff %s is listed, but in the vault not, or not as last listed', staff_pseudonym)
from last_line
full join vault.listed_staff as identity using (staff_pseudonym)
where (last_line.effective_at, last_line.content_hash)
    is distinct from (identity.effective_at, identity.content_hash)
