insert into vault.encounter
select * from unnest($1::vault.encounter[])
on conflict (encounter_key) do nothing
