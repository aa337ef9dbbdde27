copy pg_temp.doubtful (topic_id, partition, kafka_offset, doubt, lost_schema_id) from stdin (format binary)
