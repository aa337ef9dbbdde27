-- What the last snapshot that has a patient says; whoever is only named keeps what is known.
insert into vault.registered_patient as known
select * from unnest($1::vault.registered_patient[])
on conflict (patient_pseudonym) do update set
    id_number = excluded.id_number,
    first_name = excluded.first_name,
    last_name = excluded.last_name,
    date_of_birth = excluded.date_of_birth,
    phone = excluded.phone,
    email = excluded.email,
    street = excluded.street,
    suburb = excluded.suburb,
    postal_code = excluded.postal_code,
    next_of_kin_phone = excluded.next_of_kin_phone,
    effective_at = excluded.effective_at,
    content_hash = excluded.content_hash
where excluded.content_hash is not null
