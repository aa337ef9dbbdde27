-- What the last snapshot that has a patient says.
update vault.registered_patient as known set
    id_number = stated.id_number,
    first_name = stated.first_name,
    last_name = stated.last_name,
    date_of_birth = stated.date_of_birth,
    phone = stated.phone,
    email = stated.email,
    street = stated.street,
    suburb = stated.suburb,
    postal_code = stated.postal_code,
    next_of_kin_phone = stated.next_of_kin_phone,
    effective_at = stated.effective_at,
    content_hash = stated.content_hash
from unnest($1::vault.registered_patient[]) as stated
where known.patient_pseudonym = stated.patient_pseudonym
