-- The contents of an event, each column by its name. Silver leads with the patient, whom nobody knows here: it
-- is read once as a whole. Grain: one row a content.
select
    record.patient_pseudonym, record.hospital_code, record.content_hash, record.repairs,
    record.topic_id, record.partition, record.kafka_offset, null::bigint as file_id, null::bigint as line,
    array(select key from json_each(row_to_json(record))) as names,
    array(select value::text from json_each(row_to_json(record))) as contents
from silver.adt_record as record
where record.event_id = $1
order by record.recorded_at, record.content_hash
