copy pg_temp.refused (
    quarantine_id, topic_id, partition, kafka_offset, received_on, rule, field, reason
) from stdin (format binary)
