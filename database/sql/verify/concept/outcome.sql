-- What is known of each Kafka record, by coordinates: a row of bronze, and what became of it.
-- Grain: one row a record.
kafka_record as (
    select
        topic_id,
        partition,
        kafka_offset,
        count(*) filter (where source = 'bronze') as bronze_rows,
        count(*) filter (where source = 'silver') as loaded,
        count(*) filter (where source = 'duplicate') as duplicate,
        count(*) filter (where source = 'quarantine') as quarantined,
        count(*) filter (where source = 'erased') as erased
    from (
        select topic_id, partition, kafka_offset, 'bronze' as source from bronze.kafka_record
        union all
        select topic_id, partition, kafka_offset, 'silver' from silver.adt_record
        union all
        select topic_id, partition, kafka_offset, 'silver' from silver.staff_statement
        where topic_id is not null
        union all
        select topic_id, partition, kafka_offset, 'silver' from silver.department_statement
        where topic_id is not null
        union all
        select topic_id, partition, kafka_offset, 'duplicate' from ops.duplicate
        union all
        select topic_id, partition, kafka_offset, 'quarantine' from ops.quarantine where file_id is null
        union all
        select topic_id, partition, kafka_offset, 'erased' from ops.erased_record
    ) as named
    group by topic_id, partition, kafka_offset
),
