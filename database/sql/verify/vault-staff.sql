-- Silver knows staff by pseudonym alone; the vault says who they are.
with
staff as (
    select distinct attending_staff_pseudonym as staff_pseudonym
    from silver.adt_record
    where attending_staff_pseudonym is not null
)
select format('member of staff %s is in silver, but not in the vault', staff.staff_pseudonym) as what
from staff
left join vault.staff as identity using (staff_pseudonym)
where identity.staff_pseudonym is null
