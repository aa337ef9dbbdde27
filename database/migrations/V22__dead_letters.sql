-- Dead letters: what rules refused is published, may be mended, and is sent again.

-- The outbox: a refused record is noted here in the transaction that refuses it, and leaves when Kafka has it.
-- Grain: one row a refused Kafka record that is not published yet.
create table ops.dead_letter (
    quarantine_id uuid primary key references ops.quarantine (quarantine_id) on delete cascade,
    queued_at timestamptz not null
);
comment on table ops.dead_letter is 'Refused records that are still to be published to the topic of dead letters; what is published goes from here. Grain: one row a record.';
comment on column ops.dead_letter.quarantine_id is 'The record in quarantine, which says where bronze has it.';
comment on column ops.dead_letter.queued_at is 'When it was refused.';

grant select, insert, delete on ops.dead_letter to wardflow_loader;

-- A record that was sent again and is refused again has a row of its own, as every record: the letter is the
-- first one, which goes on standing for both.
alter table ops.quarantine add column retry_of uuid;
comment on column ops.quarantine.retry_of is 'The letter that this record repeats, which says what became of it; NULL where this is the letter itself.';
create index quarantine_retry on ops.quarantine (retry_of) where retry_of is not null;

-- What was refused before there was an outbox is published as well.
insert into ops.dead_letter (quarantine_id, queued_at)
select quarantine_id, quarantined_at
from ops.quarantine
where file_id is null;
