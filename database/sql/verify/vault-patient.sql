-- Identity is kept once a source: of events as the statement with the greatest (effective time,
-- recorded_at, content_hash) has it, of extracts as the last snapshot that has the patient registered.
-- Silver and vault know the same patients.
with
-- include concept/named-patient.sql
last_event as (
    select distinct on (patient_pseudonym)
        patient_pseudonym, hospital_code, occurred_at, recorded_at, content_hash
    from silver.adt_record
    order by patient_pseudonym, occurred_at desc, recorded_at desc, content_hash desc
),
last_registration as (
    select distinct on (patient_pseudonym) patient_pseudonym, extracted_at, content_hash
    from silver.patients
    where state = 'registered'
    order by patient_pseudonym, extract_date desc
),
compared as (
    select
        'the vault' as place,
        coalesce(event.patient_pseudonym, identity.patient_pseudonym) as patient_pseudonym,
        event.patient_pseudonym is not null as in_silver,
        identity.patient_pseudonym is not null as in_vault,
        (event.hospital_code, event.occurred_at, event.recorded_at, event.content_hash)
        is distinct from
        (identity.hospital_code, identity.effective_at, identity.recorded_at, identity.content_hash)
            as differs
    from last_event as event
    full join vault.patient as identity using (patient_pseudonym)
    union all
    select
        'vault.registered_patient',
        coalesce(named.patient_pseudonym, identity.patient_pseudonym),
        named.patient_pseudonym is not null,
        identity.patient_pseudonym is not null,
        (named.hospital_code, registration.extracted_at, registration.content_hash)
        is distinct from
        (identity.hospital_code, identity.effective_at, identity.content_hash)
    from named_patient as named
    left join last_registration as registration using (patient_pseudonym)
    full join vault.registered_patient as identity using (patient_pseudonym)
)
select
    case
        when not in_vault then format('patient %s is in silver, but not in %s', patient_pseudonym, place)
        when not in_silver then format('patient %s is in %s, but not in silver', patient_pseudonym, place)
        else format('patient %s is in %s, but not as last stated', patient_pseudonym, place)
    end as what
from compared
where differs
