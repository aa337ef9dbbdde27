-- Nothing is left of the patient.
update ops.erasure
set erased_at = $2
where patient_pseudonym = $1 and erased_at is null
