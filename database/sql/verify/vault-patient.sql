-- Identity is kept once, as the statement with the greatest (effective time, recorded_at,
-- content_hash) has it; silver and vault know the same patients.
with
last_statement as (
    select distinct on (patient_pseudonym)
        patient_pseudonym, hospital_code, occurred_at, recorded_at, content_hash
    from silver.adt_record
    order by patient_pseudonym, occurred_at desc, recorded_at desc, content_hash desc
)
select
    case
        when identity.patient_pseudonym is null
            then format('patient %s is in silver, but not in the vault', statement.patient_pseudonym)
        when statement.patient_pseudonym is null
            then format('patient %s is in the vault, but not in silver', identity.patient_pseudonym)
        else format('patient %s is in the vault, but not as last stated', identity.patient_pseudonym)
    end as what
from last_statement as statement
full join vault.patient as identity using (patient_pseudonym)
where
    (statement.hospital_code, statement.occurred_at, statement.recorded_at, statement.content_hash)
    is distinct from
    (identity.hospital_code, identity.effective_at, identity.recorded_at, identity.content_hash)
