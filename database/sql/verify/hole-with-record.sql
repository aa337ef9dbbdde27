-- A hole says that the log held no record at its offsets; what bronze holds there came from
-- somewhere.
select
    format(
        'record in a hole: topic %s partition %s offset %s, without a record are %s up to before %s',
        hole.topic_id, hole.partition, record.kafka_offset, hole.first_offset, hole.next_offset
    ) as what
from ops.offset_hole as hole
join bronze.kafka_record as record using (topic_id, partition)
where record.kafka_offset >= hole.first_offset and record.kafka_offset < hole.next_offset
