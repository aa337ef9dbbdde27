-- Encounters that files name and staff whom they name stay as the vault has them: their numbers are in the archive, not in
-- bronze. Of staff the number alone, as more is told by statements.
insert into pg_temp.encounter
select identity.*
from vault.encounter as identity
where identity.encounter_key in (
    select encounter_key from silver.encounters
    union all
    select encounter_key from silver.diagnoses
    union all
    select encounter_key from silver.procedures
    union all
    select encounter_key from silver.medications
    union all
    select encounter_key from silver.charges
)
on conflict (encounter_key) do nothing;
insert into pg_temp.staff (staff_pseudonym, staff_id)
select identity.staff_pseudonym, identity.staff_id
from vault.staff as identity
where identity.staff_pseudonym in (
    select attending_staff_pseudonym from silver.encounters where attending_staff_pseudonym is not null
    union all
    select staff_pseudonym from silver.procedures where staff_pseudonym is not null
    union all
    select staff_pseudonym from silver.staff_statement where topic_id is null
    union all
    select replaces_staff_pseudonym from silver.staff_statement
    where topic_id is null and replaces_staff_pseudonym is not null
)
on conflict (staff_pseudonym) do nothing;
