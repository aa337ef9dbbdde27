-- The contents of a statement about a department, but for those of network files, each column by its name. Grain: one row
-- a content.
select
    null::uuid as patient_pseudonym, record.hospital_code, record.content_hash, record.repairs,
    record.topic_id, record.partition, record.kafka_offset, record.file_id, record.line,
    array(select key from json_each(row_to_json(record))) as names,
    array(select value::text from json_each(row_to_json(record))) as contents
from silver.department_statement as record
where record.statement_id = $1 and record.effective_at > '-infinity'
order by record.recorded_at, record.content_hash
