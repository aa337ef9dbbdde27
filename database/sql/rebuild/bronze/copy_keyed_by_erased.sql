copy pg_temp.keyed_by_erased (topic_id, partition, kafka_offset) from stdin (format binary)
