-- Offsets at which the log held no record when it was read: markers that end transactions, records
-- of transactions that were taken back, records that compaction removed.

-- Grain: one row a run of such offsets between two records of a partition.
create table ops.offset_hole (
    topic_id smallint not null references ops.kafka_topic (topic_id),
    partition integer not null,
    first_offset bigint not null check (first_offset >= 0),
    next_offset bigint not null check (next_offset > first_offset),
    primary key (topic_id, partition, first_offset)
);
comment on table ops.offset_hole is 'Offsets without a record, such as the markers of transactions. Grain: one row a run of them.';
comment on column ops.offset_hole.topic_id is 'The topic.';
comment on column ops.offset_hole.partition is 'Number of the partition.';
comment on column ops.offset_hole.first_offset is 'The first offset without a record.';
comment on column ops.offset_hole.next_offset is 'Offset of the record after them.';

grant select, insert on ops.offset_hole to wardflow_loader;
