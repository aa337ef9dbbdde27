-- The contents of a statement about a member of staff, each column by its name. Grain: one row
-- a content.
select
    null::uuid as patient_pseudonym, record.hospital_code, record.content_hash, record.repairs,
    record.topic_id, record.partition, record.kafka_offset, record.file_id, record.line,
    array(select key from json_each(row_to_json(record))) as names,
    array(select value::text from json_each(row_to_json(record))) as contents
from silver.staff_statement as record
where record.statement_id = $1
order by record.recorded_at, record.content_hash
