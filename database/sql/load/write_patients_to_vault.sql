-- The statement with the greatest (effective_at, recorded_at, content_hash) wins.
insert into vault.patient as known
select * from unnest($1::vault.patient[])
on conflict (patient_pseudonym) do update set
    id_number = excluded.id_number,
    first_name = excluded.first_name,
    last_name = excluded.last_name,
    date_of_birth = excluded.date_of_birth,
    deceased_at = excluded.deceased_at,
    phone = excluded.phone,
    email = excluded.email,
    street = excluded.street,
    suburb = excluded.suburb,
    postal_code = excluded.postal_code,
    effective_at = excluded.effective_at,
    recorded_at = excluded.recorded_at,
    content_hash = excluded.content_hash
where (excluded.effective_at, excluded.recorded_at, excluded.content_hash)
    > (known.effective_at, known.recorded_at, known.content_hash)
