copy bronze.kafka_record (
    received_on, topic_id, partition, kafka_offset, received_at, schema_id, key, payload, headers
) from stdin (format binary)
