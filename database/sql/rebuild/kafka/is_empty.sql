-- Whether nothing was loaded from Kafka: days of bronze may have been detached, offsets are not.
select
    not exists (select from bronze.kafka_record)
    and not exists (select from ops.kafka_offset where next_offset > first_offset) as is_empty
