-- What is noted of records while they are read, for this transaction.
-- Every record. Grain: one row a record.
create temporary table record (
    topic_id smallint not null,
    partition integer not null,
    kafka_offset bigint not null,
    received_at timestamptz not null
) on commit drop;
-- Those that a rule refuses. Grain: one row a record.
create temporary table refused (
    quarantine_id uuid not null,
    topic_id smallint not null,
    partition integer not null,
    kafka_offset bigint not null,
    received_on date not null,
    -- NULL where the row in quarantine stays as it is.
    rule text,
    field text,
    reason text
) on commit drop;
-- Those that no lane can have loaded as they stand in bronze: if one was, bronze is damaged. Grain: one row a record.
create temporary table doubtful (
    topic_id smallint not null,
    partition integer not null,
    kafka_offset bigint not null,
    doubt text not null,
    -- The writer's schema, where it is that nobody has kept it.
    lost_schema_id bigint
) on commit drop;
-- Those of others that stand under the key of an erased patient. Grain: one row a record.
create temporary table keyed_by_erased (
    topic_id smallint not null,
    partition integer not null,
    kafka_offset bigint not null
) on commit drop;
-- Those that repeat a letter. Grain: one row a record.
create temporary table redriven (
    letter_id uuid not null,
    -- NULL where the record can be used.
    quarantine_id uuid,
    -- Together the order in which they were sent.
    received_at timestamptz not null,
    kafka_offset bigint not null
) on commit drop;
