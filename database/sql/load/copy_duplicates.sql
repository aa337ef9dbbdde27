copy ops.duplicate (
    topic_id, partition, kafka_offset, patient_pseudonym, event_id, content_hash
) from stdin (format binary)
