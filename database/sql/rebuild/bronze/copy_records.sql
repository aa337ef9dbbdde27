copy pg_temp.record (topic_id, partition, kafka_offset, received_at) from stdin (format binary)
