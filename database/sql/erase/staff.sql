-- Members of staff whom nobody names.
delete from vault.staff where staff_pseudonym = any($1::uuid[])
