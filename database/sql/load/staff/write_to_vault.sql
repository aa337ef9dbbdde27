-- The statement with the greatest (effective_at, recorded_at, content_hash) wins, and any over a number
-- alone, by which others name a member of staff.
insert into vault.staff as known
select * from unnest($1::vault.staff[])
on conflict (staff_pseudonym) do update set
    assignment_id = excluded.assignment_id,
    id_number = excluded.id_number,
    first_name = excluded.first_name,
    last_name = excluded.last_name,
    date_of_birth = excluded.date_of_birth,
    registration_number = excluded.registration_number,
    ends_on = excluded.ends_on,
    effective_at = excluded.effective_at,
    recorded_at = excluded.recorded_at,
    content_hash = excluded.content_hash
where excluded.effective_at is not null
    and (
        known.effective_at is null
        or (excluded.effective_at, excluded.recorded_at, excluded.content_hash)
        > (known.effective_at, known.recorded_at, known.content_hash)
    )
