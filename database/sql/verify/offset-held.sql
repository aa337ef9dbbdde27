-- A partition that a storm holds stands still: nothing after the record that was one too many is loaded.
select
    format(
        'loaded on: %s partition %s is held behind offset %s by %s, and stands at %s',
        topic.topic, storm.partition, storm.kafka_offset, storm.rule, progress.next_offset
    ) as what
from ops.storm as storm
join ops.kafka_topic as topic using (topic_id)
join ops.kafka_offset as progress
    on progress.cluster_id = topic.cluster_id
    and progress.topic = topic.topic
    and progress.partition = storm.partition
where storm.accepted_at is null and progress.next_offset <> storm.kafka_offset + 1
