-- Members of staff whom events of patients name: the number alone.
insert into vault.staff
select * from unnest($1::vault.staff[])
on conflict (staff_pseudonym) do nothing
