-- Storms: a partition of which one rule refuses too much stands still until somebody lets it on.

-- Grain: one row a storm, which is a rule and a partition.
create table ops.storm (
    topic_id smallint not null references ops.kafka_topic (topic_id),
    partition integer not null,
    rule text not null,
    kafka_offset bigint not null,
    refused integer not null check (refused > 0),
    began_at timestamptz not null,
    accepted_at timestamptz,
    ended_at timestamptz,
    primary key (topic_id, partition, rule, kafka_offset),
    constraint storm_order check (began_at <= accepted_at and accepted_at <= ended_at),
    constraint storm_accepted check (ended_at is null or accepted_at is not null)
);
create unique index storm_open on ops.storm (topic_id, partition, rule) where ended_at is null;
comment on table ops.storm is 'Partitions of which a rule refused more than a fifth of the last thousand records: each stands still until it is let on. Grain: one row a storm.';
comment on column ops.storm.topic_id is 'The topic.';
comment on column ops.storm.partition is 'The partition that stood still, or stands still.';
comment on column ops.storm.rule is 'Code of the rule.';
comment on column ops.storm.kafka_offset is 'Offset of the record that was one too many; it is in quarantine, and nothing after it was read until the partition was let on.';
comment on column ops.storm.refused is 'How many of the last thousand records the rule had refused.';
comment on column ops.storm.began_at is 'When the partition came to stand still.';
comment on column ops.storm.accepted_at is 'When somebody let it on; NULL while it stands still.';
comment on column ops.storm.ended_at is 'When the rule refused less than a tenth again; until then it does not hold the partition once more.';

grant select, insert, update on ops.storm to wardflow_loader;
