-- What came, by day of receipt: records of each topic, and lines of each kind of file. Grain: one row a source and day.
select
    coalesce(topic.topic, 'topic ' || record.topic_id) as source,
    record.received_on as day,
    count(*) as inputs,
    max(record.received_at) as latest_at
from bronze.kafka_record as record
left join ops.kafka_topic as topic using (topic_id)
group by topic.topic, record.topic_id, record.received_on
union all
select kind || '.csv', received_at::date, sum(lines)::bigint, max(received_at)
from bronze.file
group by kind, received_at::date
order by source, day
