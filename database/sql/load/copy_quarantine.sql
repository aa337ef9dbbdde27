copy ops.quarantine (
    quarantine_id, topic_id, partition, kafka_offset, received_on, rule, field, reason, quarantined_at
) from stdin (format binary)
