-- Bronze has just these records.
drop table pg_temp.record;
create temporary view record as
select topic_id, partition, kafka_offset, received_at from bronze.kafka_record;
