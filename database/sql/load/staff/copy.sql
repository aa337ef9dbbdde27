copy silver.staff_statement (
    staff_pseudonym, statement_id, content_hash, effective_at, sequence, recorded_at, source_system,
    hospital_code, department_code, status, role, specialty, shift, roster_slot, hired_on, sex,
    birth_year, replaces_staff_pseudonym, repairs, topic_id, partition, kafka_offset, file_id, line
) from stdin (format binary)
