-- The right to be forgotten: who was erased, what every later ingest must obey, and what came of the
-- patient's records and lines. Pseudonyms alone.

-- Grain: one row a patient who is to be forgotten. Written before anything is removed; whoever loads
-- holds all rows of it beside the reference data, and notices another by the version of that.
create table ops.erasure (
    patient_pseudonym uuid primary key,
    hospital_code text not null,
    reason text,
    requested_at timestamptz not null,
    erased_at timestamptz,
    person_record_pseudonym uuid
);
comment on table ops.erasure is 'Patients who are to be forgotten. Grain: one row a patient of one hospital.';
comment on column ops.erasure.patient_pseudonym is 'The patient.';
comment on column ops.erasure.hospital_code is 'The hospital.';
comment on column ops.erasure.person_record_pseudonym is 'The person whose record in people.csv goes with the patient, as no other patient is that person; NULL where there is none.';
comment on column ops.erasure.reason is 'Why, or the number of the request; without any identity.';
comment on column ops.erasure.requested_at is 'Since when whatever comes of the patient is erased.';
comment on column ops.erasure.erased_at is 'When nothing was left of the patient first; NULL while it is being removed.';

-- Grain: one row a word that names an erased patient where the patient's own number is missing.
create table ops.erased_word (
    word_pseudonym uuid primary key,
    patient_pseudonym uuid not null references ops.erasure (patient_pseudonym)
);
comment on table ops.erased_word is 'Words by which refused records and lines name erased patients: numbers of encounters and of identity. Grain: one row a word.';
comment on column ops.erased_word.word_pseudonym is 'Pseudonym of the word.';
comment on column ops.erased_word.patient_pseudonym is 'The patient whom it names.';

-- Grain: one row a Kafka record of an erased patient.
create table ops.erased_record (
    topic_id smallint not null,
    partition integer not null,
    kafka_offset bigint not null,
    patient_pseudonym uuid not null,
    primary key (topic_id, partition, kafka_offset)
);
comment on table ops.erased_record is 'Records of erased patients; bronze has their coordinates alone. Grain: one row a record.';
comment on column ops.erased_record.topic_id is 'Topic of the record in bronze.';
comment on column ops.erased_record.partition is 'Partition of the record in bronze.';
comment on column ops.erased_record.kafka_offset is 'Offset of the record in bronze.';
comment on column ops.erased_record.patient_pseudonym is 'The patient whom it names.';

-- Grain: one row a line of an erased patient.
create table ops.erased_line (
    file_id bigint not null,
    line bigint not null check (line > 1),
    patient_pseudonym uuid not null,
    primary key (file_id, line)
);
comment on table ops.erased_line is 'Lines of erased patients; the archive''s copy has an empty line in their place. Grain: one row a line.';
comment on column ops.erased_line.file_id is 'The file.';
comment on column ops.erased_line.line is 'Number of the line in the file; the header is 1.';
comment on column ops.erased_line.patient_pseudonym is 'The patient whom it names.';

-- Grain: one row a file of whose copy lines were erased. bronze.file tells the file as it came.
create table ops.file_copy (
    file_id bigint primary key references bronze.file (file_id),
    path text not null,
    sha256 bytea not null check (length(sha256) = 32)
);
comment on table ops.file_copy is 'Copies in the archive that are not the file as it came, since lines of it were erased. Grain: one row a file.';
comment on column ops.file_copy.file_id is 'The file.';
comment on column ops.file_copy.path is 'Path of the compressed copy below the archive folder, in the place of that in bronze.file.';
comment on column ops.file_copy.sha256 is 'SHA-256 of the copy, uncompressed.';

comment on column bronze.kafka_record.key is 'Key as it came; NULL where the patient was erased. Identity.';
comment on column bronze.kafka_record.payload is 'Value as it came; NULL where the record had none or the patient was erased. Identity.';
comment on column bronze.kafka_record.headers is 'Names and values of the headers in turn, as bytes; a value may be NULL. NULL where the patient was erased.';
comment on column bronze.file.path is 'Path of the compressed copy below the archive folder, until lines of it are erased: see ops.file_copy.';

-- The owner alone erases; whoever loads obeys.
grant select on ops.erasure, ops.erased_word to wardflow_loader;
grant select, insert on ops.erased_record, ops.erased_line to wardflow_loader;
grant select, insert, update on ops.file_copy to wardflow_loader;
