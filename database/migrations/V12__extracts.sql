-- The hospitals' daily extracts: files, and what they state of patients and encounters.

-- Grain: one row a file that was taken. Its lines stay in the archive: coordinates are (file, line).
create table bronze.file (
    file_id bigint generated always as identity primary key,
    hospital_code text not null,
    kind text not null,
    extract_date date not null,
    schema_version integer not null,
    extracted_at timestamptz not null,
    sha256 bytea not null check (length(sha256) = 32),
    bytes bigint not null check (bytes >= 0),
    lines bigint not null check (lines >= 0),
    withdraws boolean not null,
    path text not null,
    received_at timestamptz not null,
    -- Of several files for a day of a hospital the first one counts.
    constraint file_of_day unique (hospital_code, kind, extract_date)
);
comment on table bronze.file is 'Files of extracts that were taken; the lines are in the archive. Grain: one row a file.';
comment on column bronze.file.file_id is 'Short number of the file in coordinates.';
comment on column bronze.file.hospital_code is 'The hospital.';
comment on column bronze.file.kind is 'Kind of file: patients, encounters and so on.';
comment on column bronze.file.extract_date is 'Day that the extract is of, by the hospitals calendar.';
comment on column bronze.file.schema_version is 'Version of the form of the file.';
comment on column bronze.file.extracted_at is 'When the hospital took the extract.';
comment on column bronze.file.sha256 is 'SHA-256 of the uncompressed file.';
comment on column bronze.file.bytes is 'Size of the uncompressed file.';
comment on column bronze.file.lines is 'Lines of the file without its header.';
comment on column bronze.file.withdraws is 'Whether it withdraws patients whom it does not name: not where a lines patient cannot be read.';
comment on column bronze.file.path is 'Path of the compressed copy below the archive folder.';
comment on column bronze.file.received_at is 'When the file was taken.';

-- Grain: one row a file that was taken. Moved by compare-and-swap in the transaction that writes the
-- rows of a chunk; shards and patients are loaded in ascending order.
create table ops.file_progress (
    file_id bigint primary key references bronze.file (file_id),
    hospital_code text not null,
    kind text not null,
    state text not null default 'loading' check (state in ('loading', 'loaded')),
    shard integer not null default 0 check (shard >= 0),
    patient_pseudonym uuid
);
-- One file of a kind and hospital at a time: what is compared with the others holds until it is done.
create unique index file_progress_one_loading on ops.file_progress (hospital_code, kind) where state = 'loading';
comment on table ops.file_progress is 'How far each file is loaded. Grain: one row a file.';
comment on column ops.file_progress.file_id is 'The file.';
comment on column ops.file_progress.hospital_code is 'The hospital.';
comment on column ops.file_progress.kind is 'Kind of file.';
comment on column ops.file_progress.state is 'loading, or loaded when all of it is.';
comment on column ops.file_progress.shard is 'All lower shards are loaded.';
comment on column ops.file_progress.patient_pseudonym is 'Of this shard all patients up to this one are loaded; NULL: none.';

-- Grain: one row a file that was refused.
create table ops.file_refusal (
    file_refusal_id bigint generated always as identity primary key,
    path text not null,
    hospital_code text,
    kind text,
    extract_date date,
    sha256 bytea check (length(sha256) = 32),
    rule text not null,
    reason text not null,
    refused_at timestamptz not null
);
comment on table ops.file_refusal is 'Files that were not loaded. Grain: one row a refusal of a file.';
comment on column ops.file_refusal.file_refusal_id is 'Number of the refusal.';
comment on column ops.file_refusal.path is 'Path below the landing folder.';
comment on column ops.file_refusal.hospital_code is 'The hospital, where it is known.';
comment on column ops.file_refusal.kind is 'Kind of file, where it is known.';
comment on column ops.file_refusal.extract_date is 'Day of the extract, where it is known.';
comment on column ops.file_refusal.sha256 is 'SHA-256 of the uncompressed file, where it could be read.';
comment on column ops.file_refusal.rule is 'Code of the rule that refused the file.';
comment on column ops.file_refusal.reason is 'Why, in words without any value of a line.';
comment on column ops.file_refusal.refused_at is 'When it was refused.';

-- Grain: one row a line whose content was in silver already, or in its own file before it.
create table ops.line_duplicate (
    file_id bigint not null,
    line bigint not null check (line > 1),
    primary key (file_id, line)
);
comment on table ops.line_duplicate is 'Lines of extracts that repeat what is there already. Grain: one row a line.';
comment on column ops.line_duplicate.file_id is 'The file.';
comment on column ops.line_duplicate.line is 'Number of the line in the file; the header is 1.';

-- A quarantined record is one of Kafka's or a line of a file.
alter table ops.quarantine
    alter column topic_id drop not null,
    alter column partition drop not null,
    alter column kafka_offset drop not null,
    alter column received_on drop not null,
    add column file_id bigint references bronze.file (file_id),
    add column line bigint check (line > 1),
    add constraint quarantine_line unique (file_id, line),
    add constraint quarantine_coordinates check (
        (num_nulls(topic_id, partition, kafka_offset, received_on) = 0 and num_nulls(file_id, line) = 2)
        or (num_nulls(topic_id, partition, kafka_offset, received_on) = 4 and num_nulls(file_id, line) = 0)
    );
comment on table ops.quarantine is 'Records and lines that a rule refused. Holds coordinates, never the payload. Grain: one row a record or line.';
comment on column ops.quarantine.quarantine_id is 'First 16 bytes of SHA-256 of the coordinates: of cluster id, topic, partition and offset, or of the file''s SHA-256 and the line.';
comment on column ops.quarantine.topic_id is 'Topic of the record in bronze; NULL for a line.';
comment on column ops.quarantine.partition is 'Partition of the record in bronze; NULL for a line.';
comment on column ops.quarantine.kafka_offset is 'Offset of the record in bronze; NULL for a line.';
comment on column ops.quarantine.received_on is 'Day of receipt: the partition of bronze that holds the record; NULL for a line.';
comment on column ops.quarantine.file_id is 'File of the line; NULL for a record of Kafka.';
comment on column ops.quarantine.line is 'Number of the line in its file, where the header is 1; NULL for a record of Kafka.';

-- Grain: one row a patient and day on which the patient's state in the hospital's snapshots differs
-- from that of the preceding loaded day. The hospital leads the key: a snapshot is compared with all
-- patients of its hospital.
create table silver.patients (
    hospital_code text not null,
    patient_pseudonym uuid not null,
    extract_date date not null,
    extracted_at timestamptz not null,
    state text not null check (state in ('registered', 'absent', 'unreadable')),
    content_hash uuid,
    person_pseudonym uuid,
    sex text,
    birth_year integer,
    citizenship text,
    home_language text,
    marital_status text,
    medical_scheme text,
    municipality text,
    province text,
    blood_type text,
    chronic_conditions text,
    registered_on date,
    updated_on date,
    repairs text[] not null,
    file_id bigint not null,
    line bigint,
    primary key (hospital_code, patient_pseudonym, extract_date),
    constraint patients_content check ((state = 'registered') = (content_hash is not null))
);
comment on table silver.patients is 'What snapshots say of patients, where it changed. Grain: one row a patient and day of change.';
comment on column silver.patients.hospital_code is 'The hospital.';
comment on column silver.patients.patient_pseudonym is 'The patient.';
comment on column silver.patients.extract_date is 'Day of the first snapshot that says so.';
comment on column silver.patients.extracted_at is 'When that snapshot was taken.';
comment on column silver.patients.state is 'registered; absent: not in the file; unreadable: the line was quarantined, or may have been.';
comment on column silver.patients.content_hash is 'Hash of all fields as sent and of the rules that hit them; NULL unless registered.';
comment on column silver.patients.person_pseudonym is 'Links the patient to one person across hospitals.';
comment on column silver.patients.sex is 'Administrative sex.';
comment on column silver.patients.birth_year is 'Year of birth.';
comment on column silver.patients.citizenship is 'Citizenship.';
comment on column silver.patients.home_language is 'Language spoken at home.';
comment on column silver.patients.marital_status is 'Marital status.';
comment on column silver.patients.medical_scheme is 'Medical scheme or insurance.';
comment on column silver.patients.municipality is 'Municipality of residence.';
comment on column silver.patients.province is 'Province of residence.';
comment on column silver.patients.blood_type is 'Blood group and rhesus factor.';
comment on column silver.patients.chronic_conditions is 'ICD-10 codes with ; between them.';
comment on column silver.patients.registered_on is 'When the hospital registered the patient first.';
comment on column silver.patients.updated_on is 'Day of the last change.';
comment on column silver.patients.repairs is 'Codes of the rules that repaired the line.';
comment on column silver.patients.file_id is 'The snapshot.';
comment on column silver.patients.line is 'Number of the line in its file; NULL where no line of it says so, or it says what a former day said and was loaded before that.';

-- Grain: one row an encounter, day and content.
create table silver.encounters (
    patient_pseudonym uuid not null,
    encounter_key uuid not null,
    extract_date date not null,
    content_hash uuid not null,
    hospital_code text not null,
    extracted_at timestamptz not null,
    admission_type text,
    admission_source text,
    admitted_at timestamptz,
    first_location_at timestamptz,
    department_code text,
    ward text,
    bed text,
    attending_staff_pseudonym uuid,
    discharged_at timestamptz,
    last_location_left_at timestamptz,
    disposition text,
    died boolean,
    repairs text[] not null,
    file_id bigint not null,
    line bigint not null,
    primary key (patient_pseudonym, encounter_key, extract_date, content_hash)
);
comment on table silver.encounters is 'Encounters as extracts have them. Grain: one row an encounter, day and content.';
comment on column silver.encounters.patient_pseudonym is 'The patient.';
comment on column silver.encounters.encounter_key is 'The encounter.';
comment on column silver.encounters.extract_date is 'Day of the extract.';
comment on column silver.encounters.content_hash is 'Hash of all fields as sent.';
comment on column silver.encounters.hospital_code is 'The hospital.';
comment on column silver.encounters.extracted_at is 'When the extract was taken.';
comment on column silver.encounters.admission_type is 'Emergency, elective and so on.';
comment on column silver.encounters.admission_source is 'Where the patient came from.';
comment on column silver.encounters.admitted_at is 'Administrative time of admission.';
comment on column silver.encounters.first_location_at is 'When the patient arrived at the first location.';
comment on column silver.encounters.department_code is 'Department of the last location.';
comment on column silver.encounters.ward is 'Ward of the last location.';
comment on column silver.encounters.bed is 'Bed of the last location.';
comment on column silver.encounters.attending_staff_pseudonym is 'The attending doctor.';
comment on column silver.encounters.discharged_at is 'Administrative time of discharge.';
comment on column silver.encounters.last_location_left_at is 'When the patient left the last location.';
comment on column silver.encounters.disposition is 'Where the patient went.';
comment on column silver.encounters.died is 'Whether the patient died in the encounter.';
comment on column silver.encounters.repairs is 'Codes of the rules that repaired the line.';
comment on column silver.encounters.file_id is 'File of the line.';
comment on column silver.encounters.line is 'Number of the line in its file; the header is 1.';

-- Grain: one row a patient of one hospital whom its extracts name, as its last snapshot that has the
-- patient states. It stands apart from what events state: each source corrects its own row alone.
create table vault.registered_patient (
    patient_pseudonym uuid primary key,
    hospital_code text not null,
    patient_id text not null,
    id_number text,
    first_name text,
    last_name text,
    date_of_birth date,
    phone text,
    email text,
    street text,
    suburb text,
    postal_code text,
    next_of_kin_phone text,
    effective_at timestamptz,
    content_hash uuid
)
-- With room in each page for rows that are corrected: most stay in it, and need no other entry of the index.
with (fillfactor = 90);
comment on table vault.registered_patient is 'Identity of patients as snapshots state it. Grain: one row a patient of one hospital.';
comment on column vault.registered_patient.patient_pseudonym is 'Pseudonym of the patient.';
comment on column vault.registered_patient.hospital_code is 'The hospital.';
comment on column vault.registered_patient.patient_id is 'The hospital''s own number of the patient.';
comment on column vault.registered_patient.id_number is 'ID number as sent.';
comment on column vault.registered_patient.first_name is 'Given names.';
comment on column vault.registered_patient.last_name is 'Family name.';
comment on column vault.registered_patient.date_of_birth is 'Date of birth as sent.';
comment on column vault.registered_patient.phone is 'Telephone.';
comment on column vault.registered_patient.email is 'E-mail address.';
comment on column vault.registered_patient.street is 'Street and number.';
comment on column vault.registered_patient.suburb is 'Suburb.';
comment on column vault.registered_patient.postal_code is 'Postal code.';
comment on column vault.registered_patient.next_of_kin_phone is 'Telephone of the next of kin.';
comment on column vault.registered_patient.effective_at is 'When the first snapshot was taken that says so; NULL where none states the patient.';
comment on column vault.registered_patient.content_hash is 'Content of that line; NULL where none states the patient.';

-- Who has which number, whoever told it.
create view vault.patient_number as
select patient_pseudonym, hospital_code, patient_id from vault.patient
union
select patient_pseudonym, hospital_code, patient_id from vault.registered_patient;
comment on view vault.patient_number is 'Numbers of patients, of events and extracts. Grain: one row a patient of one hospital.';
comment on column vault.patient_number.patient_pseudonym is 'Pseudonym of the patient.';
comment on column vault.patient_number.hospital_code is 'The hospital.';
comment on column vault.patient_number.patient_id is 'The hospital''s own number of the patient.';

alter table gold.dim_patient add column is_registered boolean;
comment on column gold.dim_patient.is_registered is 'Whether the hospital''s last snapshot has the patient; NULL before the first.';
comment on column silver.finding.event_id is 'The event, or the statement id of an extract''s line.';

create or replace view gold.patient_versions as
select
    patient_key, patient_pseudonym, hospital_code, person_pseudonym, sex, birth_year, citizenship,
    home_language, religion, ethnicity, marital_status, medical_scheme, municipality, province,
    valid_from, nullif(valid_to, 'infinity') as valid_to, is_current, is_registered
from gold.dim_patient
where valid_from > '-infinity';
comment on column gold.patient_versions.is_registered is 'Whether the hospital''s last snapshot has the patient; NULL before the first.';

grant select, insert on bronze.file to wardflow_loader;
grant select, insert, update on ops.file_progress to wardflow_loader;
grant select, insert on ops.file_refusal, ops.line_duplicate to wardflow_loader;
grant select, insert, update, delete on silver.patients, silver.encounters to wardflow_loader;
grant select, insert, update on vault.registered_patient to wardflow_loader;
grant select on vault.patient_number to wardflow_loader;
grant select on vault.registered_patient, vault.patient_number to wardflow_privacy;
