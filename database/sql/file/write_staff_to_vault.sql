-- The line with the greatest (effective_at, content_hash) wins.
insert into vault.listed_staff as known
select * from unnest($1::vault.listed_staff[])
on conflict (staff_pseudonym) do update set
    id_number = excluded.id_number,
    first_name = excluded.first_name,
    last_name = excluded.last_name,
    date_of_birth = excluded.date_of_birth,
    registration_number = excluded.registration_number,
    effective_at = excluded.effective_at,
    content_hash = excluded.content_hash
where (excluded.effective_at, excluded.content_hash) > (known.effective_at, known.content_hash)
