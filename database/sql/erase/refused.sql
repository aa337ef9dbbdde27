-- The refused Kafka records as they came. Grain: one row a record in quarantine.
select
    topic.topic, quarantine.topic_id, quarantine.partition, quarantine.kafka_offset, record.key, record.payload
from ops.quarantine as quarantine
join ops.kafka_topic as topic using (topic_id)
join bronze.kafka_record as record using (received_on, topic_id, partition, kafka_offset)
