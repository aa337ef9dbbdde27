-- Silver knows staff by pseudonym alone; the vault says who they are, and of nobody else.
with
staff as (
    select attending_staff_pseudonym as staff_pseudonym
    from silver.adt_record
    where attending_staff_pseudonym is not null
    union
    select attending_staff_pseudonym
    from silver.encounters
    where attending_staff_pseudonym is not null
    union
    select staff_pseudonym from silver.procedures where staff_pseudonym is not null
)
select
    case
        when identity.staff_pseudonym is null
            then format('member of staff %s is in silver, but not in the vault', staff.staff_pseudonym)
        else format('member of staff %s is in the vault, but not in silver', identity.staff_pseudonym)
    end as what
from staff
full join vault.staff as identity using (staff_pseudonym)
where staff.staff_pseudonym is null or identity.staff_pseudonym is null
