-- Silver knows the patients whom hospitals register by pseudonym alone; vault.registration says who they are, and of nobody else: as the
-- statement with the greatest (extracted_at, content_hash) has it.
with
last_statement as (
    select distinct on (patient_pseudonym) patient_pseudonym, extracted_at, content_hash
    from silver.hospital_patients
    order by patient_pseudonym, extracted_at desc, content_hash desc
)
select
    case
        when identity.patient_pseudonym is null
            then format('%s is in silver.hospital_patients, but not in the vault', patient_pseudonym)
        when stated.patient_pseudonym is null
            then format('%s is in vault.registration, but not in silver', patient_pseudonym)
        else format('%s is in vault.registration, but not as last stated', patient_pseudonym)
    end as what
from last_statement as stated
full join vault.registration as identity using (patient_pseudonym)
where
    (stated.extracted_at, stated.content_hash)
    is distinct from (identity.effective_at, identity.content_hash)
