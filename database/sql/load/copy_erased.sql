copy ops.erased_record (
    topic_id, partition, kafka_offset, patient_pseudonym
) from stdin (format binary)
