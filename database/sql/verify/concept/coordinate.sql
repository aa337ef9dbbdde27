-- How far each partition was read. Grain: one row a partition of a topic.
partition_read as (
    select
        topic.topic_id,
        topic.topic,
        progress.partition,
        progress.first_offset,
        progress.next_offset
    from ops.kafka_offset as progress
    join ops.kafka_topic as topic using (cluster_id, topic)
),
-- The last offset that bronze or any outcome names. Grain: one row a partition of a topic.
last_named as (
    select topic_id, partition, max(kafka_offset) as kafka_offset
    from (
        select topic_id, partition, kafka_offset from bronze.kafka_record
        union all
        select topic_id, partition, kafka_offset from silver.adt_record
        union all
        select topic_id, partition, kafka_offset from silver.staff_statement where topic_id is not null
        union all
        select topic_id, partition, kafka_offset from silver.department_statement
        where topic_id is not null
        union all
        select topic_id, partition, kafka_offset from ops.duplicate
        union all
        select topic_id, partition, kafka_offset from ops.quarantine where file_id is null
        union all
        select topic_id, partition, kafka_offset from ops.erased_record
    ) as named
    group by topic_id, partition
),
