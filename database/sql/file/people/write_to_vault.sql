-- What the greatest (effective time, content hash) says, in whatever order files come.
insert into vault.person as known (
    person_record_pseudonym, person_id, id_number, first_name, last_name, date_of_birth, phone,
    email, street, suburb, postal_code, effective_at, content_hash
)
select *
from unnest(
    $1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::date[], $7::text[], $8::text[],
    $9::text[], $10::text[], $11::text[], $12::timestamptz[], $13::uuid[]
)
on conflict (person_record_pseudonym) do update set
    person_id = excluded.person_id,
    id_number = excluded.id_number,
    first_name = excluded.first_name,
    last_name = excluded.last_name,
    date_of_birth = excluded.date_of_birth,
    phone = excluded.phone,
    email = excluded.email,
    street = excluded.street,
    suburb = excluded.suburb,
    postal_code = excluded.postal_code,
    effective_at = excluded.effective_at,
    content_hash = excluded.content_hash
where (excluded.effective_at, excluded.content_hash) > (known.effective_at, known.content_hash)
