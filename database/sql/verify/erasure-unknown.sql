-- A record or line may be set aside as erased only if its patient is to be forgotten.
with
outcome as (
    select format('record at topic %s partition %s offset %s', topic_id, partition, kafka_offset) as input,
        patient_pseudonym
    from ops.erased_record
    union all
    select format('line %s of file %s', line, file_id), patient_pseudonym
    from ops.erased_line
)
select format('erased without an erasure: %s', input) as what
from outcome
where not exists (
    select
    from ops.erasure
    where outcome.patient_pseudonym in (erasure.patient_pseudonym, erasure.person_record_pseudonym)
)
