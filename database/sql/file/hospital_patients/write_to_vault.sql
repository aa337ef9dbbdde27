-- What the greatest (effective time, content hash) says, in whatever order files come.
insert into vault.registration as known (
    patient_pseudonym, patient_id, person_id, hospital_code, next_of_kin_phone, effective_at,
    content_hash
)
select *
from unnest(
    $1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::uuid[]
)
on conflict (patient_pseudonym) do update set
    patient_id = excluded.patient_id,
    person_id = excluded.person_id,
    hospital_code = excluded.hospital_code,
    next_of_kin_phone = excluded.next_of_kin_phone,
    effective_at = excluded.effective_at,
    content_hash = excluded.content_hash
where (excluded.effective_at, excluded.content_hash) > (known.effective_at, known.content_hash)
