-- Members of staff who were only named, by number alone, and whom nothing in silver names any more.
select staff_pseudonym
from vault.staff
where effective_at is null
    and not exists (
        select from silver.adt_record where attending_staff_pseudonym = staff.staff_pseudonym
    )
    and not exists (
        select from silver.encounters where attending_staff_pseudonym = staff.staff_pseudonym
    )
    and not exists (
        select from silver.procedures where procedures.staff_pseudonym = staff.staff_pseudonym
    )
    and not exists (
        select from silver.staff_statement as stated
        where stated.staff_pseudonym = staff.staff_pseudonym
            or stated.replaces_staff_pseudonym = staff.staff_pseudonym
    )
