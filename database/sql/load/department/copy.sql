copy silver.department_statement (
    hospital_code, department_code, statement_id, content_hash, effective_at, sequence, recorded_at,
    source_system, name, kind, beds, repairs, topic_id, partition, kafka_offset, file_id, line
) from stdin (format binary)
