-- Files that the network sends for all of its hospitals: they have no hospital, and what they state
-- of members of dimensions has no shard.

alter table bronze.file
    alter column hospital_code drop not null,
    drop constraint file_of_day,
    add constraint file_of_day unique nulls not distinct (hospital_code, kind, extract_date);
comment on column bronze.file.hospital_code is 'The hospital that sent it; NULL: the network did, for all of them.';
comment on column bronze.file.extract_date is 'Day that the file is of, by the calendar of its sender.';
comment on column bronze.file.extracted_at is 'When its sender took what it says.';

alter table ops.file_progress alter column hospital_code drop not null;
alter table ops.file_progress rename column patient_pseudonym to member;
drop index ops.file_progress_one_loading;
-- One file of a kind and sender at a time: what is compared with the others holds until it is done.
create unique index file_progress_one_loading on ops.file_progress (hospital_code, kind)
nulls not distinct where state = 'loading';
comment on column ops.file_progress.hospital_code is 'The hospital that sent it; NULL: the network did.';
comment on column ops.file_progress.shard is 'All lower shards are loaded; 0 where lines are of no patients.';
comment on column ops.file_progress.member is 'Of this shard all patients, or all members of the dimension, up to this one are loaded; NULL: none.';
