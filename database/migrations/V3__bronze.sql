-- bronze: each Kafka record as it came, by coordinates.

-- Grain: one row a Kafka record. The day is part of the key since partitions are by day.
create table bronze.kafka_record (
    received_on date not null,
    topic_id smallint not null,
    partition integer not null,
    kafka_offset bigint not null,
    received_at timestamptz not null,
    schema_id integer,
    key bytea,
    payload bytea,
    headers bytea[],
    primary key (received_on, topic_id, partition, kafka_offset)
) partition by range (received_on);
comment on table bronze.kafka_record is 'Exact copies of Kafka records. Holds identity. Grain: one row a record.';
comment on column bronze.kafka_record.received_on is 'Day of receipt in UTC, by the broker''s clock.';
comment on column bronze.kafka_record.topic_id is 'Topic, see ops.kafka_topic.';
comment on column bronze.kafka_record.partition is 'Partition of the topic.';
comment on column bronze.kafka_record.kafka_offset is 'Offset in the partition.';
comment on column bronze.kafka_record.received_at is 'When the broker appended the record (LogAppendTime).';
comment on column bronze.kafka_record.schema_id is 'Id of the writer schema, where the payload is in Confluent wire format.';
comment on column bronze.kafka_record.key is 'Key as it came. Identity.';
comment on column bronze.kafka_record.payload is 'Value as it came; NULL where the record had none. Identity.';
comment on column bronze.kafka_record.headers is 'Names and values of the headers in turn, as bytes; a value may be NULL.';

create table bronze.kafka_record_default partition of bronze.kafka_record default;
comment on table bronze.kafka_record_default is 'Records of days that have no partition of their own.';

-- Makes the partitions of the given days that are missing. The loader may not create tables, so
-- this runs as its owner. A day that already has rows in the default partition stays there.
create function bronze.ensure_partitions(first_day date, last_day date) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    the_day date;
    name text;
    made integer := 0;
begin
    if last_day - first_day not between 0 and 400 then
        raise exception 'from % to % is not a range of 1 to 401 days', first_day, last_day;
    end if;
    -- Two services that start at once take turns.
    perform pg_advisory_xact_lock(hashtext('bronze.ensure_partitions'));
    for the_day in select first_day + offset_days from generate_series(0, last_day - first_day) as days (offset_days)
    loop
        name := 'kafka_record_' || to_char(the_day, 'YYYYMMDD');
        continue when to_regclass('bronze.' || name) is not null;
        continue when exists (select from bronze.kafka_record_default where received_on = the_day);
        execute format(
            'create table bronze.%I partition of bronze.kafka_record for values from (%L) to (%L)',
            name, the_day, the_day + 1
        );
        execute format('comment on table bronze.%I is %L', name, 'Records received on ' || the_day || '.');
        made := made + 1;
    end loop;
    return made;
end
$$;
comment on function bronze.ensure_partitions(date, date) is 'Makes bronze''s daily partitions ahead of time; returns how many were missing.';
revoke all on function bronze.ensure_partitions(date, date) from public;
