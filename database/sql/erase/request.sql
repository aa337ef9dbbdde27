-- From now on whatever comes of the patient is erased, and of the person that the patient is. One that
-- stands is left as it is, unless the person was not known.
insert into ops.erasure (patient_pseudonym, hospital_code, reason, requested_at, person_record_pseudonym)
values ($1, $2, $3, $4, $5)
on conflict (patient_pseudonym) do update
set person_record_pseudonym = excluded.person_record_pseudonym
where erasure.person_record_pseudonym is null and excluded.person_record_pseudonym is not null
