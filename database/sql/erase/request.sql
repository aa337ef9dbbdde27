-- From now on whatever comes of the patient is erased. One that stands is left as it is.
insert into ops.erasure (patient_pseudonym, hospital_code, reason, requested_at)
values ($1, $2, $3, $4)
on conflict (patient_pseudonym) do nothing
