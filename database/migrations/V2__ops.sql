-- ops: what the services must remember to load each record exactly once.

-- Grain: one row a topic of one Kafka cluster.
create table ops.kafka_topic (
    topic_id smallint generated always as identity primary key,
    cluster_id text not null,
    topic text not null,
    partitions integer not null check (partitions > 0),
    unique (cluster_id, topic)
);
comment on table ops.kafka_topic is 'Topics that were ever read. Grain: one row a topic of one Kafka cluster.';
comment on column ops.kafka_topic.topic_id is 'Short number of the topic, used in coordinates.';
comment on column ops.kafka_topic.cluster_id is 'Id of the Kafka cluster: another cluster''s offsets mean other records.';
comment on column ops.kafka_topic.topic is 'Name of the topic, with its prefix.';
comment on column ops.kafka_topic.partitions is 'Number of partitions, fixed at the first read: keys hash to them.';

-- Grain: one row a partition. Moved by compare-and-swap in the transaction that writes the rows.
create table ops.kafka_offset (
    cluster_id text not null,
    topic text not null,
    partition integer not null check (partition >= 0),
    first_offset bigint not null check (first_offset >= 0),
    next_offset bigint not null check (next_offset >= first_offset),
    primary key (cluster_id, topic, partition),
    foreign key (cluster_id, topic) references ops.kafka_topic (cluster_id, topic)
) with (fillfactor = 50);
comment on table ops.kafka_offset is 'How far each partition is loaded. Grain: one row a partition.';
comment on column ops.kafka_offset.cluster_id is 'Id of the Kafka cluster.';
comment on column ops.kafka_offset.topic is 'Name of the topic.';
comment on column ops.kafka_offset.partition is 'Number of the partition, from 0.';
comment on column ops.kafka_offset.first_offset is 'Offset of the first record that was ever to be read here.';
comment on column ops.kafka_offset.next_offset is 'Offset of the next record to read: all before it are in bronze.';

-- Grain: one row a shard of patients. Its only use is to be locked.
create table ops.shard (
    shard integer primary key check (shard >= 0)
);
comment on table ops.shard is 'Shards of patients, to be locked ascending before a patient''s rows are written. Grain: one row a shard.';
comment on column ops.shard.shard is 'Murmur2 of the patient''s Kafka key, modulo the number of shards.';

-- Grain: one row a record that could not be used.
create table ops.quarantine (
    quarantine_id uuid primary key,
    topic_id smallint not null references ops.kafka_topic (topic_id),
    partition integer not null,
    kafka_offset bigint not null,
    received_on date not null,
    rule text not null,
    field text,
    reason text not null,
    attempts integer not null default 1 check (attempts > 0),
    state text not null default 'open' check (state in ('open', 'redriven', 'loaded', 'discarded')),
    quarantined_at timestamptz not null,
    unique (topic_id, partition, kafka_offset)
);
comment on table ops.quarantine is 'Records that a rule refused. Holds coordinates, never the payload. Grain: one row a record.';
comment on column ops.quarantine.quarantine_id is 'First 16 bytes of SHA-256 of cluster id, topic, partition and offset.';
comment on column ops.quarantine.topic_id is 'Topic of the record in bronze.';
comment on column ops.quarantine.partition is 'Partition of the record in bronze.';
comment on column ops.quarantine.kafka_offset is 'Offset of the record in bronze.';
comment on column ops.quarantine.received_on is 'Day of receipt: the partition of bronze that holds the record.';
comment on column ops.quarantine.rule is 'Code of the rule that refused the record.';
comment on column ops.quarantine.field is 'Field that the rule names, if it is about one.';
comment on column ops.quarantine.reason is 'Why, in words without any value of an identity field.';
comment on column ops.quarantine.attempts is 'How often the record was tried.';
comment on column ops.quarantine.state is 'open, redriven, loaded or discarded.';
comment on column ops.quarantine.quarantined_at is 'When the record was refused first.';

-- Grain: one row a delivery whose content was in silver already.
create table ops.duplicate (
    topic_id smallint not null references ops.kafka_topic (topic_id),
    partition integer not null,
    kafka_offset bigint not null,
    patient_pseudonym uuid not null,
    event_id uuid not null,
    content_hash uuid not null,
    primary key (topic_id, partition, kafka_offset)
);
comment on table ops.duplicate is 'Deliveries of what silver already held. Grain: one row a delivery.';
comment on column ops.duplicate.topic_id is 'Topic of the delivery in bronze.';
comment on column ops.duplicate.partition is 'Partition of the delivery in bronze.';
comment on column ops.duplicate.kafka_offset is 'Offset of the delivery in bronze.';
comment on column ops.duplicate.patient_pseudonym is 'Patient of the silver record that it repeats.';
comment on column ops.duplicate.event_id is 'Event of the silver record that it repeats.';
comment on column ops.duplicate.content_hash is 'Content of the silver record that it repeats.';

-- Grain: one row a writer schema. Bronze stays readable without a registry.
create table ops.schema (
    schema_id integer primary key,
    definition text not null
);
comment on table ops.schema is 'Every writer schema seen, so that bronze can be read without the registry. Grain: one row a schema.';
comment on column ops.schema.schema_id is 'Id in the schema registry, as it stands in the payloads.';
comment on column ops.schema.definition is 'The Avro schema as JSON.';
