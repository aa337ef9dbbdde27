-- A small warehouse with its gold worked out by hand from docs/history.md, for the tests of verify
-- and digest. Into a migrated, empty database, as a superuser. Every key is the SHA-256 that
-- sha256sum gives for the text of its comment's rule.
--
-- Patient 1 of HOSP changes marital status within a closed encounter and has an open one; one event
-- came twice and one record is in quarantine. Patient 2 of HOSP has one encounter with most of what
-- can go wrong. Patient 3 of OTHR has encounters without a proper begin or end. Patient 11 of HOSP is
-- only spoken of: with the third patient after them the hours of HOSP up to 11:00 on 3 March are closed.
-- One member of staff replaces another.

insert into gold.dim_hospital (hospital_key, hospital_code, name, time_zone) values
    ('4ba33833-d037-7470-7707-7461a1cb2108', 'unknown', 'Unknown hospital', 'UTC'),
    ('1c8e2cef-6ab0-c217-80d9-792c716ebd07', 'HOSP', 'Test hospital', 'UTC'),
    ('c9097398-839f-68a6-3361-3c57ec87054d', 'OTHR', 'Other hospital', 'Africa/Johannesburg');

-- CCU of HOSP got another name on 4 March.
insert into gold.dim_department (
    department_key, hospital_code, department_code, name, kind, valid_from, valid_to, is_current, beds
) values
    ('11211fe9-3d8a-5df2-a9e8-a1a4f1416ab9', 'unknown', 'unknown', 'Unknown department', 'unknown', '-infinity', 'infinity', true, null),
    ('272c6847-d2eb-fede-a233-74f84dcddd41', 'HOSP', 'MICU', 'Medical intensive care', 'intensive_care', '-infinity', 'infinity', true, null),
    ('36d4a2fb-6f83-82ff-d231-9efad1411765', 'HOSP', 'CCU', 'Coronary care', 'intensive_care', '-infinity', '2026-03-04 00:00:00+00', false, 8),
    ('21570c48-b7ad-083a-7d19-4f4a067643ff', 'HOSP', 'CCU', 'Heart centre', 'intensive_care', '2026-03-04 00:00:00+00', 'infinity', true, 12),
    ('525781a5-ac2e-cc40-5bc5-f79a5d6d8e78', 'HOSP', 'MED', 'Medicine', 'medicine', '-infinity', 'infinity', true, null),
    ('489329da-1034-f6c6-163e-1d2f0021d923', 'OTHR', 'MED', 'Medicine', 'medicine', '-infinity', 'infinity', true, null);

insert into silver.department_statement (
    hospital_code, department_code, statement_id, content_hash, effective_at, recorded_at, name, kind,
    beds, repairs, topic_id, partition, kafka_offset
) values
    ('HOSP', 'MICU', '00000000-0000-0000-0000-000000000000', '00000000-0000-0000-0000-000000000000', '-infinity', null, 'Medical intensive care', 'intensive_care', null, '{}', null, null, null),
    ('HOSP', 'CCU', '00000000-0000-0000-0000-000000000000', '00000000-0000-0000-0000-000000000000', '-infinity', null, 'Coronary care', 'intensive_care', 8, '{}', null, null, null),
    ('HOSP', 'CCU', 'e2000000-0000-4000-8000-000000000001', 'd2000000-0000-4000-8000-000000000001', '2026-03-04 00:00:00+00', '2026-03-01 00:00:00+00', 'Heart centre', 'intensive_care', 12, '{}', 3, 0, 0),
    ('HOSP', 'MED', '00000000-0000-0000-0000-000000000000', '00000000-0000-0000-0000-000000000000', '-infinity', null, 'Medicine', 'medicine', null, '{}', null, null, null),
    ('OTHR', 'MED', '00000000-0000-0000-0000-000000000000', '00000000-0000-0000-0000-000000000000', '-infinity', null, 'Medicine', 'medicine', null, '{}', null, null, null);

-- Medicine of HOSP has no ward A, and ward 7 of CCU one bed.
insert into silver.ward (hospital_code, department_code, ward, beds) values
    ('HOSP', 'MED', 'B', 4),
    ('HOSP', 'CCU', '7', 1),
    ('HOSP', 'MICU', '50', 1),
    ('OTHR', 'MED', '1', 1);

insert into gold.dim_date
select
    day::date, extract(year from day), extract(quarter from day), extract(month from day),
    to_char(day, 'FMMonth'), extract(day from day), extract(doy from day), extract(isoyear from day),
    extract(week from day), extract(isodow from day), to_char(day, 'FMDay'), to_char(day, 'ID') in ('6', '7')
from generate_series(timestamp '1900-01-01', timestamp '2300-12-31', interval '1 day') as days (day);

insert into ops.kafka_topic (topic_id, cluster_id, topic, partitions, holds_patients) overriding system value values
    (1, 'test-cluster', 'hospital.adt.events', 4, true),
    (2, 'test-cluster', 'hospital.staff.events', 1, false),
    (3, 'test-cluster', 'hospital.department.metadata', 1, false);

insert into ops.shard select generate_series(0, 3);

-- Partition 0 was first read at offset 100; nothing came on partition 3.
insert into ops.kafka_offset (cluster_id, topic, partition, first_offset, next_offset) values
    ('test-cluster', 'hospital.adt.events', 0, 100, 108),
    ('test-cluster', 'hospital.adt.events', 1, 0, 8),
    ('test-cluster', 'hospital.adt.events', 2, 0, 9),
    ('test-cluster', 'hospital.adt.events', 3, 40, 40),
    ('test-cluster', 'hospital.staff.events', 0, 0, 5),
    ('test-cluster', 'hospital.department.metadata', 0, 0, 1);

insert into ops.schema (schema_id, definition) values (7, '{"type": "record"}');

insert into bronze.kafka_record (received_on, topic_id, partition, kafka_offset, received_at, schema_id, key, payload)
select
    '2026-06-01', topic_id, progress.partition, kafka_offset, '2026-06-01 12:00:00+00',
    case when (progress.partition, kafka_offset) <> (0, 105) then 7 end, 'HOSP:1', 'payload'
from ops.kafka_offset as progress
join ops.kafka_topic using (cluster_id, topic)
cross join generate_series(progress.first_offset, progress.next_offset - 1) as offsets (kafka_offset);

insert into ops.quarantine (
    quarantine_id, topic_id, partition, kafka_offset, received_on, rule, reason, quarantined_at
) values
    ('b0000000-0000-4000-8000-000000000001', 1, 0, 105, '2026-06-01', 'ADT-001', 'truncated payload', '2026-06-01 12:00:01+00');

insert into silver.adt_record (
    patient_pseudonym, event_id, content_hash, encounter_key, event_type, occurred_at,
    recorded_at, admitted_at, discharged_at, hospital_code, sequence, department_code, ward,
    bed, admission_type, admission_source, discharge_disposition, died, age_at_admission_years,
    sex, birth_year, marital_status, repairs, topic_id, partition, kafka_offset
) values
    ('a0000000-0000-4000-8000-000000000001', 'e0000000-0000-4000-8000-000000010001', 'd0000000-0000-4000-8000-000000010001', 'c0000000-0000-4000-8000-000000000001', 'A01', '2026-03-02 08:00:00+00', '2026-03-02 08:00:00+00', '2026-03-02 07:30:00+00', null, 'HOSP', 1, 'MICU', '50', '1', 'EMERGENCY', 'REFERRAL', null, null, 64, 'F', 1961, 'SINGLE', '{}', 1, 0, 100),
    ('a0000000-0000-4000-8000-000000000001', 'e0000000-0000-4000-8000-000000010002', 'd0000000-0000-4000-8000-000000010002', 'c0000000-0000-4000-8000-000000000001', 'A02', '2026-03-03 10:00:00+00', '2026-03-03 10:00:00+00', '2026-03-02 07:30:00+00', null, 'HOSP', 2, 'CCU', '7', null, null, null, null, null, null, 'F', 1961, 'SINGLE', '{}', 1, 0, 101),
    ('a0000000-0000-4000-8000-000000000001', 'e0000000-0000-4000-8000-000000010003', 'd0000000-0000-4000-8000-000000010003', 'c0000000-0000-4000-8000-000000000001', 'A08', '2026-03-04 12:00:00+00', '2026-03-04 12:00:00+00', null, null, 'HOSP', 3, null, null, null, null, null, null, null, null, 'F', 1961, 'MARRIED', '{}', 1, 0, 103),
    ('a0000000-0000-4000-8000-000000000001', 'e0000000-0000-4000-8000-000000010004', 'd0000000-0000-4000-8000-000000010004', 'c0000000-0000-4000-8000-000000000001', 'A03', '2026-03-05 09:15:30.5+00', '2026-03-05 09:15:30.5+00', null, '2026-03-05 09:00:00+00', 'HOSP', 4, null, null, null, null, null, 'HOME', false, null, 'F', 1961, 'MARRIED', '{}', 1, 0, 104),
    ('a0000000-0000-4000-8000-000000000001', 'e0000000-0000-4000-8000-000000010005', 'd0000000-0000-4000-8000-000000010005', 'c0000000-0000-4000-8000-000000000002', 'A01', '2026-03-10 06:00:00+00', '2026-03-10 06:00:00+00', '2026-03-10 05:50:00+00', null, 'HOSP', 1, 'CCU', '7', '2', 'ELECTIVE', null, null, null, 65, 'F', 1961, 'MARRIED', '{}', 1, 0, 106),
    ('a0000000-0000-4000-8000-000000000002', 'e0000000-0000-4000-8000-000000020001', 'd0000000-0000-4000-8000-000000020001', 'c0000000-0000-4000-8000-000000000003', 'A01', '2026-04-01 00:00:00+00', '2026-04-01 00:00:00+00', '2026-04-01 00:10:00+00', null, 'HOSP', null, 'MICU', 'A', '1', 'URGENT', null, null, null, null, 'F', null, null, '{}', 1, 1, 0),
    ('a0000000-0000-4000-8000-000000000002', 'e0000000-0000-4000-8000-000000020001', 'd0000000-0000-4000-8000-000000020002', 'c0000000-0000-4000-8000-000000000003', 'A01', '2026-04-01 00:00:00+00', '2026-04-01 00:05:00+00', '2026-04-01 00:10:00+00', null, 'HOSP', null, 'MED', 'A', '1', 'ELECTIVE', null, null, null, 4, null, null, null, '{}', 1, 1, 1),
    ('a0000000-0000-4000-8000-000000000002', 'e0000000-0000-4000-8000-000000020002', 'd0000000-0000-4000-8000-000000020003', 'c0000000-0000-4000-8000-000000000003', 'A02', '2026-04-01 06:00:00+00', '2026-04-01 06:00:00+00', null, null, 'HOSP', 5, 'XXX', 'B', '2', null, null, null, null, null, null, null, null, '{}', 1, 1, 2),
    ('a0000000-0000-4000-8000-000000000002', 'e0000000-0000-4000-8000-000000020003', 'd0000000-0000-4000-8000-000000020004', 'c0000000-0000-4000-8000-000000000003', 'A02', '2026-04-01 07:00:00+00', '2026-04-01 07:00:00+00', null, null, 'HOSP', null, 'XXX', 'B', '2', null, null, null, null, null, null, null, null, '{}', 1, 1, 3),
    ('a0000000-0000-4000-8000-000000000002', 'e0000000-0000-4000-8000-000000020004', 'd0000000-0000-4000-8000-000000020005', 'c0000000-0000-4000-8000-000000000003', 'A01', '2026-04-01 08:00:00+00', '2026-04-01 08:00:00+00', null, null, 'HOSP', null, 'MED', null, null, null, null, null, null, null, null, null, null, '{}', 1, 1, 4),
    ('a0000000-0000-4000-8000-000000000002', 'e0000000-0000-4000-8000-000000020005', 'd0000000-0000-4000-8000-000000020006', 'c0000000-0000-4000-8000-000000000003', 'A03', '2026-04-01 12:00:00+00', '2026-04-01 12:00:00+00', null, '2026-04-01 00:09:59+00', 'HOSP', null, null, null, null, null, null, 'EXPIRED', true, null, null, null, null, '{}', 1, 1, 5),
    ('a0000000-0000-4000-8000-000000000002', 'e0000000-0000-4000-8000-000000020006', 'd0000000-0000-4000-8000-000000020007', 'c0000000-0000-4000-8000-000000000003', 'A02', '2026-04-01 12:00:00+00', '2026-04-01 12:00:00+00', null, null, 'HOSP', null, 'MICU', null, null, null, null, null, null, null, null, null, null, '{}', 1, 1, 6),
    ('a0000000-0000-4000-8000-000000000002', 'e0000000-0000-4000-8000-000000020007', 'd0000000-0000-4000-8000-000000020008', 'c0000000-0000-4000-8000-000000000003', 'A02', '2026-04-01 06:00:00+00', '2026-04-01 06:00:00+00', null, null, 'HOSP', null, 'MICU', null, null, null, null, null, null, null, null, null, null, '{}', 1, 1, 7),
    ('a0000000-0000-4000-8000-000000000003', 'e0000000-0000-4000-8000-000000030001', 'd0000000-0000-4000-8000-000000030001', 'c0000000-0000-4000-8000-000000000004', 'A03', '2026-05-01 10:00:00+00', '2026-05-01 10:00:00+00', null, '2026-05-01 10:00:00+00', 'OTHR', null, null, null, null, null, null, 'HOME', null, null, null, null, null, '{}', 1, 2, 0),
    ('a0000000-0000-4000-8000-000000000003', 'e0000000-0000-4000-8000-000000030002', 'd0000000-0000-4000-8000-000000030002', 'c0000000-0000-4000-8000-000000000004', 'A01', '2026-05-01 11:00:00+00', '2026-05-01 11:00:00+00', null, null, 'OTHR', null, 'MED', '1', '1', null, null, null, null, null, null, null, null, '{}', 1, 2, 1),
    ('a0000000-0000-4000-8000-000000000003', 'e0000000-0000-4000-8000-000000030003', 'd0000000-0000-4000-8000-000000030003', 'c0000000-0000-4000-8000-000000000005', 'A02', '2026-05-02 10:00:00+00', '2026-05-02 10:00:00+00', null, null, 'OTHR', null, 'MICU', '2', null, null, null, null, null, null, null, null, null, '{}', 1, 2, 2),
    ('a0000000-0000-4000-8000-000000000003', 'e0000000-0000-4000-8000-000000030004', 'd0000000-0000-4000-8000-000000030004', 'c0000000-0000-4000-8000-000000000005', 'A03', '2026-05-02 11:00:00+00', '2026-05-02 11:00:00+00', null, null, 'OTHR', null, null, null, null, null, null, null, null, null, null, null, null, '{}', 1, 2, 3),
    ('a0000000-0000-4000-8000-000000000003', 'e0000000-0000-4000-8000-000000030005', 'd0000000-0000-4000-8000-000000030005', 'c0000000-0000-4000-8000-000000000006', 'A01', '2026-05-03 10:00:00+00', '2026-05-03 10:00:00+00', '2026-05-03 09:59:59.7+00', null, 'OTHR', null, 'MED', null, null, null, null, null, null, null, null, null, null, '{}', 1, 2, 4),
    ('a0000000-0000-4000-8000-000000000003', 'e0000000-0000-4000-8000-000000030006', 'd0000000-0000-4000-8000-000000030006', 'c0000000-0000-4000-8000-000000000006', 'A03', '2026-05-03 10:00:00+00', '2026-05-03 10:00:00+00', null, '2026-05-03 10:00:00.6+00', 'OTHR', null, null, null, null, null, null, null, null, null, null, null, null, '{}', 1, 2, 5),
    ('a0000000-0000-4000-8000-000000000003', 'e0000000-0000-4000-8000-000000030007', 'd0000000-0000-4000-8000-000000030007', 'c0000000-0000-4000-8000-000000000007', 'A08', '2026-05-04 10:00:00+00', '2026-05-04 10:00:00+00', '2026-04-30 00:00:00+00', null, 'OTHR', null, 'MED', null, null, null, null, null, null, null, null, null, null, '{}', 1, 2, 6),
    ('a0000000-0000-4000-8000-000000000003', 'e0000000-0000-4000-8000-000000030008', 'd0000000-0000-4000-8000-000000030008', null, 'A08', '2026-05-02 10:30:00+00', '2026-05-02 10:30:00+00', null, null, 'OTHR', null, null, null, null, null, null, null, null, null, 'M', null, null, '{}', 1, 2, 7),
    ('a0000000-0000-4000-8000-000000000003', 'e0000000-0000-4000-8000-000000030009', 'd0000000-0000-4000-8000-000000030009', 'c0000000-0000-4000-8000-000000000008', 'A03', '2026-05-05 09:00:00+00', '2026-05-05 09:00:00+00', null, null, 'OTHR', null, null, null, null, null, null, null, null, null, null, null, null, '{}', 1, 2, 8),
    ('a0000000-0000-4000-8000-00000000000b', 'e0000000-0000-4000-8000-000000090001', 'd0000000-0000-4000-8000-000000090001', null, 'A08', '2026-03-03 11:30:00+00', '2026-03-03 11:30:00+00', null, null, 'HOSP', null, null, null, null, null, null, null, null, null, null, null, null, '{}', 1, 0, 107);

-- The successor was stated twice under one id; what was entered last counts.
insert into silver.staff_statement (
    staff_pseudonym, statement_id, content_hash, effective_at, sequence, recorded_at, hospital_code,
    department_code, status, role, shift, roster_slot, hired_on, birth_year, replaces_staff_pseudonym,
    repairs, topic_id, partition, kafka_offset
) values
    ('f1000000-0000-4000-8000-000000000001', 'e1000000-0000-4000-8000-000000000001', 'd1000000-0000-4000-8000-000000000001', '2026-03-01 00:00:00+00', 1, '2026-03-01 00:00:00+00', 'OTHR', 'MED', 'assigned', 'nurse', 'day', 3, '1990-01-01', 1961, null, '{}', 2, 0, 0),
    ('f1000000-0000-4000-8000-000000000001', 'e1000000-0000-4000-8000-000000000002', 'd1000000-0000-4000-8000-000000000002', '2026-03-05 22:00:00+00', 2, '2026-03-05 22:00:00+00', 'OTHR', 'MED', 'left', 'nurse', 'day', 3, '1990-01-01', 1961, null, '{}', 2, 0, 1),
    ('f1000000-0000-4000-8000-000000000002', 'e1000000-0000-4000-8000-000000000003', 'd1000000-0000-4000-8000-000000000003', '2026-03-04 22:00:00+00', 1, '2026-03-04 22:00:00+00', 'OTHR', 'MED', 'assigned', 'nurse', 'night', 3, '2026-02-20', 1990, 'f1000000-0000-4000-8000-000000000001', '{}', 2, 0, 2),
    ('f1000000-0000-4000-8000-000000000002', 'e1000000-0000-4000-8000-000000000003', 'd1000000-0000-4000-8000-000000000004', '2026-03-05 22:00:00+00', 1, '2026-03-05 22:00:00+00', 'OTHR', 'MED', 'assigned', 'nurse', 'day', 3, '2026-02-20', 1990, 'f1000000-0000-4000-8000-000000000001', '{}', 2, 0, 3);

insert into gold.dim_staff (
    staff_key, staff_pseudonym, hospital_code, department_code, status, role, shift, roster_slot,
    hired_on, birth_year, replaces_staff_pseudonym, valid_from, valid_to, is_current
) values
    ('ff750183-b729-4cc4-35a8-61441cd2be47', '00000000-0000-0000-0000-000000000000', 'unknown', null, 'unknown', null, null, null, null, null, null, '-infinity', 'infinity', true),
    ('aec7f453-b481-2909-fab4-c1ca0b010664', 'f1000000-0000-4000-8000-000000000001', 'OTHR', 'MED', 'assigned', 'nurse', 'day', 3, '1990-01-01', 1961, null, '2026-03-01 00:00:00+00', '2026-03-05 22:00:00+00', false),
    ('3dab1188-cef0-5a9b-4ac3-9ccf65c3cdcb', 'f1000000-0000-4000-8000-000000000001', 'OTHR', 'MED', 'left', 'nurse', 'day', 3, '1990-01-01', 1961, null, '2026-03-05 22:00:00+00', 'infinity', true),
    ('4c7ee430-b12c-c3e7-15f7-d87b18128a45', 'f1000000-0000-4000-8000-000000000002', 'OTHR', 'MED', 'assigned', 'nurse', 'day', 3, '2026-02-20', 1990, 'f1000000-0000-4000-8000-000000000001', '2026-03-05 22:00:00+00', 'infinity', true);

-- In the vault the greatest effective time wins, whatever counts by id.
insert into vault.staff (staff_pseudonym, staff_id, last_name, effective_at, recorded_at, content_hash) values
    ('f1000000-0000-4000-8000-000000000001', 'S000001', 'Canary', '2026-03-05 22:00:00+00', '2026-03-05 22:00:00+00', 'd1000000-0000-4000-8000-000000000002'),
    ('f1000000-0000-4000-8000-000000000002', 'S000002', 'Canary', '2026-03-05 22:00:00+00', '2026-03-05 22:00:00+00', 'd1000000-0000-4000-8000-000000000004');

-- The transfer of patient 1 came again, and the first statement about staff.
insert into ops.duplicate (
    topic_id, partition, kafka_offset, patient_pseudonym, event_id, content_hash
) values
    (1, 0, 102, 'a0000000-0000-4000-8000-000000000001', 'e0000000-0000-4000-8000-000000010002', 'd0000000-0000-4000-8000-000000010002'),
    (2, 0, 4, null, 'e1000000-0000-4000-8000-000000000001', 'd1000000-0000-4000-8000-000000000001');

insert into vault.key (fingerprint) values (decode(repeat('5a', 32), 'hex'));

insert into vault.patient (
    patient_pseudonym, hospital_code, patient_id, last_name, effective_at, recorded_at,
    content_hash
) values
    ('a0000000-0000-4000-8000-000000000001', 'HOSP', '1', 'Canary', '2026-03-10 06:00:00+00', '2026-03-10 06:00:00+00', 'd0000000-0000-4000-8000-000000010005'),
    ('a0000000-0000-4000-8000-000000000002', 'HOSP', '2', null, '2026-04-01 12:00:00+00', '2026-04-01 12:00:00+00', 'd0000000-0000-4000-8000-000000020007'),
    ('a0000000-0000-4000-8000-000000000003', 'OTHR', '3', null, '2026-05-05 09:00:00+00', '2026-05-05 09:00:00+00', 'd0000000-0000-4000-8000-000000030009'),
    ('a0000000-0000-4000-8000-00000000000b', 'HOSP', '11', null, '2026-03-03 11:30:00+00', '2026-03-03 11:30:00+00', 'd0000000-0000-4000-8000-000000090001');

insert into vault.encounter (
    encounter_key, patient_pseudonym, encounter_id
) values
    ('c0000000-0000-4000-8000-000000000001', 'a0000000-0000-4000-8000-000000000001', '11'),
    ('c0000000-0000-4000-8000-000000000002', 'a0000000-0000-4000-8000-000000000001', '12'),
    ('c0000000-0000-4000-8000-000000000003', 'a0000000-0000-4000-8000-000000000002', '21'),
    ('c0000000-0000-4000-8000-000000000004', 'a0000000-0000-4000-8000-000000000003', '34'),
    ('c0000000-0000-4000-8000-000000000005', 'a0000000-0000-4000-8000-000000000003', '35'),
    ('c0000000-0000-4000-8000-000000000006', 'a0000000-0000-4000-8000-000000000003', '36'),
    ('c0000000-0000-4000-8000-000000000007', 'a0000000-0000-4000-8000-000000000003', '37'),
    ('c0000000-0000-4000-8000-000000000008', 'a0000000-0000-4000-8000-000000000003', '38');

insert into gold.dim_patient (
    patient_key, patient_pseudonym, hospital_code, sex, birth_year, marital_status, valid_from,
    valid_to, is_current
) values
    ('3c76e6fc-917a-c24e-d9fd-3990d26bc670', '00000000-0000-0000-0000-000000000000', 'unknown', null, null, null, '-infinity', 'infinity', true),
    ('259e14ed-db87-828d-ec1a-515ff816da48', 'a0000000-0000-4000-8000-000000000001', 'HOSP', 'F', 1961, 'SINGLE', '2026-03-02 08:00:00+00', '2026-03-04 12:00:00+00', false),
    ('bdb7ed5f-79f3-e348-28ec-5eda5b6f84c8', 'a0000000-0000-4000-8000-000000000001', 'HOSP', 'F', 1961, 'MARRIED', '2026-03-04 12:00:00+00', 'infinity', true),
    ('ff8f38cf-300c-3acb-8e34-8c13543aed1c', 'a0000000-0000-4000-8000-000000000002', 'HOSP', null, null, null, '2026-04-01 00:00:00+00', 'infinity', true),
    ('b24194ce-d255-28eb-5a00-4ccfe7cf4cee', 'a0000000-0000-4000-8000-000000000003', 'OTHR', null, null, null, '2026-05-01 10:00:00+00', '2026-05-02 10:30:00+00', false),
    ('ca0a0486-3b6b-6f7a-d263-f6478aec60fc', 'a0000000-0000-4000-8000-000000000003', 'OTHR', 'M', null, null, '2026-05-02 10:30:00+00', '2026-05-02 11:00:00+00', false),
    ('b4858e87-f159-e3f4-a8a5-fb9bb43938ce', 'a0000000-0000-4000-8000-000000000003', 'OTHR', null, null, null, '2026-05-02 11:00:00+00', 'infinity', true),
    ('ef034327-e49b-a28e-5c0a-f04f1768b213', 'a0000000-0000-4000-8000-00000000000b', 'HOSP', null, null, null, '2026-03-03 11:30:00+00', 'infinity', true);

insert into gold.fact_admission (
    encounter_key, patient_key, patient_pseudonym, hospital_code, admission_department_key,
    last_department_key, admitted_at, first_location_at, last_location_left_at, discharged_at,
    length_of_stay_seconds, transfer_count, admission_type, admission_source, disposition, died,
    age_at_admission_years, age_band
) values
    ('c0000000-0000-4000-8000-000000000001', '259e14ed-db87-828d-ec1a-515ff816da48', 'a0000000-0000-4000-8000-000000000001', 'HOSP', '272c6847-d2eb-fede-a233-74f84dcddd41', '36d4a2fb-6f83-82ff-d231-9efad1411765', '2026-03-02 07:30:00+00', '2026-03-02 08:00:00+00', '2026-03-05 09:15:30.5+00', '2026-03-05 09:00:00+00', 264600, 1, 'EMERGENCY', 'REFERRAL', 'HOME', false, 64, '45-64'),
    ('c0000000-0000-4000-8000-000000000002', 'bdb7ed5f-79f3-e348-28ec-5eda5b6f84c8', 'a0000000-0000-4000-8000-000000000001', 'HOSP', '21570c48-b7ad-083a-7d19-4f4a067643ff', '21570c48-b7ad-083a-7d19-4f4a067643ff', '2026-03-10 05:50:00+00', '2026-03-10 06:00:00+00', null, null, null, 0, 'ELECTIVE', null, null, null, 65, '65-74'),
    ('c0000000-0000-4000-8000-000000000003', 'ff8f38cf-300c-3acb-8e34-8c13543aed1c', 'a0000000-0000-4000-8000-000000000002', 'HOSP', '525781a5-ac2e-cc40-5bc5-f79a5d6d8e78', '525781a5-ac2e-cc40-5bc5-f79a5d6d8e78', '2026-04-01 00:10:00+00', '2026-04-01 00:00:00+00', '2026-04-01 12:00:00+00', '2026-04-01 00:09:59+00', null, 3, 'ELECTIVE', null, 'EXPIRED', true, 4, '0-4'),
    ('c0000000-0000-4000-8000-000000000004', 'b24194ce-d255-28eb-5a00-4ccfe7cf4cee', 'a0000000-0000-4000-8000-000000000003', 'OTHR', '489329da-1034-f6c6-163e-1d2f0021d923', '489329da-1034-f6c6-163e-1d2f0021d923', null, '2026-05-01 11:00:00+00', null, '2026-05-01 10:00:00+00', null, 0, null, null, 'HOME', null, null, 'unknown'),
    ('c0000000-0000-4000-8000-000000000005', 'b24194ce-d255-28eb-5a00-4ccfe7cf4cee', 'a0000000-0000-4000-8000-000000000003', 'OTHR', '11211fe9-3d8a-5df2-a9e8-a1a4f1416ab9', '11211fe9-3d8a-5df2-a9e8-a1a4f1416ab9', null, '2026-05-02 10:00:00+00', '2026-05-02 11:00:00+00', null, null, 0, null, null, null, null, null, 'unknown'),
    ('c0000000-0000-4000-8000-000000000006', 'b4858e87-f159-e3f4-a8a5-fb9bb43938ce', 'a0000000-0000-4000-8000-000000000003', 'OTHR', '489329da-1034-f6c6-163e-1d2f0021d923', '489329da-1034-f6c6-163e-1d2f0021d923', '2026-05-03 09:59:59.7+00', '2026-05-03 10:00:00+00', '2026-05-03 10:00:00+00', '2026-05-03 10:00:00.6+00', 0, 0, null, null, null, null, null, 'unknown'),
    ('c0000000-0000-4000-8000-000000000007', 'b24194ce-d255-28eb-5a00-4ccfe7cf4cee', 'a0000000-0000-4000-8000-000000000003', 'OTHR', '11211fe9-3d8a-5df2-a9e8-a1a4f1416ab9', '11211fe9-3d8a-5df2-a9e8-a1a4f1416ab9', '2026-04-30 00:00:00+00', null, null, null, null, 0, null, null, null, null, null, 'unknown'),
    ('c0000000-0000-4000-8000-000000000008', 'b4858e87-f159-e3f4-a8a5-fb9bb43938ce', 'a0000000-0000-4000-8000-000000000003', 'OTHR', '11211fe9-3d8a-5df2-a9e8-a1a4f1416ab9', '11211fe9-3d8a-5df2-a9e8-a1a4f1416ab9', null, null, '2026-05-05 09:00:00+00', null, null, 0, null, null, null, null, null, 'unknown');

insert into gold.fact_location_stay (
    encounter_key, arrived_at, stay_number, patient_key, patient_pseudonym, hospital_code,
    department_key, ward, bed, left_at, stay_seconds
) values
    ('c0000000-0000-4000-8000-000000000001', '2026-03-02 08:00:00+00', 1, '259e14ed-db87-828d-ec1a-515ff816da48', 'a0000000-0000-4000-8000-000000000001', 'HOSP', '272c6847-d2eb-fede-a233-74f84dcddd41', '50', '1', '2026-03-03 10:00:00+00', 93600),
    ('c0000000-0000-4000-8000-000000000001', '2026-03-03 10:00:00+00', 2, '259e14ed-db87-828d-ec1a-515ff816da48', 'a0000000-0000-4000-8000-000000000001', 'HOSP', '36d4a2fb-6f83-82ff-d231-9efad1411765', '7', null, '2026-03-05 09:15:30.5+00', 170130),
    ('c0000000-0000-4000-8000-000000000002', '2026-03-10 06:00:00+00', 1, 'bdb7ed5f-79f3-e348-28ec-5eda5b6f84c8', 'a0000000-0000-4000-8000-000000000001', 'HOSP', '21570c48-b7ad-083a-7d19-4f4a067643ff', '7', '2', null, null),
    ('c0000000-0000-4000-8000-000000000003', '2026-04-01 00:00:00+00', 1, 'ff8f38cf-300c-3acb-8e34-8c13543aed1c', 'a0000000-0000-4000-8000-000000000002', 'HOSP', '525781a5-ac2e-cc40-5bc5-f79a5d6d8e78', 'A', '1', '2026-04-01 06:00:00+00', 21600),
    ('c0000000-0000-4000-8000-000000000003', '2026-04-01 06:00:00+00', 2, 'ff8f38cf-300c-3acb-8e34-8c13543aed1c', 'a0000000-0000-4000-8000-000000000002', 'HOSP', '11211fe9-3d8a-5df2-a9e8-a1a4f1416ab9', 'B', '2', '2026-04-01 07:00:00+00', 3600),
    ('c0000000-0000-4000-8000-000000000003', '2026-04-01 07:00:00+00', 3, 'ff8f38cf-300c-3acb-8e34-8c13543aed1c', 'a0000000-0000-4000-8000-000000000002', 'HOSP', '11211fe9-3d8a-5df2-a9e8-a1a4f1416ab9', 'B', '2', '2026-04-01 08:00:00+00', 3600),
    ('c0000000-0000-4000-8000-000000000003', '2026-04-01 08:00:00+00', 4, 'ff8f38cf-300c-3acb-8e34-8c13543aed1c', 'a0000000-0000-4000-8000-000000000002', 'HOSP', '525781a5-ac2e-cc40-5bc5-f79a5d6d8e78', null, null, '2026-04-01 12:00:00+00', 14400),
    ('c0000000-0000-4000-8000-000000000004', '2026-05-01 11:00:00+00', 1, 'b24194ce-d255-28eb-5a00-4ccfe7cf4cee', 'a0000000-0000-4000-8000-000000000003', 'OTHR', '489329da-1034-f6c6-163e-1d2f0021d923', '1', '1', null, null),
    ('c0000000-0000-4000-8000-000000000005', '2026-05-02 10:00:00+00', 1, 'b24194ce-d255-28eb-5a00-4ccfe7cf4cee', 'a0000000-0000-4000-8000-000000000003', 'OTHR', '11211fe9-3d8a-5df2-a9e8-a1a4f1416ab9', '2', null, '2026-05-02 11:00:00+00', 3600);

insert into silver.finding (
    patient_pseudonym, rule, event_id, encounter_key
) values
    ('a0000000-0000-4000-8000-000000000002', 'HIS-001', 'e0000000-0000-4000-8000-000000020001', 'c0000000-0000-4000-8000-000000000003'),
    ('a0000000-0000-4000-8000-000000000002', 'HIS-002', 'e0000000-0000-4000-8000-000000020002', 'c0000000-0000-4000-8000-000000000003'),
    ('a0000000-0000-4000-8000-000000000002', 'HIS-002', 'e0000000-0000-4000-8000-000000020003', 'c0000000-0000-4000-8000-000000000003'),
    ('a0000000-0000-4000-8000-000000000002', 'HIS-003', 'e0000000-0000-4000-8000-000000020006', 'c0000000-0000-4000-8000-000000000003'),
    ('a0000000-0000-4000-8000-000000000002', 'HIS-006', 'e0000000-0000-4000-8000-000000020005', 'c0000000-0000-4000-8000-000000000003'),
    ('a0000000-0000-4000-8000-000000000002', 'HIS-007', 'e0000000-0000-4000-8000-000000020003', 'c0000000-0000-4000-8000-000000000003'),
    ('a0000000-0000-4000-8000-000000000002', 'HIS-008', 'e0000000-0000-4000-8000-000000020004', 'c0000000-0000-4000-8000-000000000003'),
    ('a0000000-0000-4000-8000-000000000002', 'HIS-009', 'e0000000-0000-4000-8000-000000020001', 'c0000000-0000-4000-8000-000000000003'),
    ('a0000000-0000-4000-8000-000000000001', 'HIS-010', 'e0000000-0000-4000-8000-000000010005', 'c0000000-0000-4000-8000-000000000002'),
    ('a0000000-0000-4000-8000-000000000003', 'HIS-005', 'e0000000-0000-4000-8000-000000030001', 'c0000000-0000-4000-8000-000000000004'),
    ('a0000000-0000-4000-8000-000000000003', 'HIS-002', 'e0000000-0000-4000-8000-000000030003', 'c0000000-0000-4000-8000-000000000005'),
    ('a0000000-0000-4000-8000-000000000003', 'HIS-004', 'e0000000-0000-4000-8000-000000030003', 'c0000000-0000-4000-8000-000000000005'),
    ('a0000000-0000-4000-8000-000000000003', 'HIS-003', 'e0000000-0000-4000-8000-000000030005', 'c0000000-0000-4000-8000-000000000006'),
    ('a0000000-0000-4000-8000-000000000003', 'HIS-004', 'e0000000-0000-4000-8000-000000030009', 'c0000000-0000-4000-8000-000000000008');

-- Patient 1 came to MICU on the hour, stayed the night and moved to CCU on the hour: 26 whole hours,
-- a departure that spent no time, and an arrival that spent the hour. Nobody was in MED.
insert into gold.fact_bed_occupancy (
    hospital_code, hour_starts_at, department_key, patients_at_start, arrivals, departures,
    patient_seconds
)
select
    'HOSP', hour, '272c6847-d2eb-fede-a233-74f84dcddd41', 1,
    case hour when '2026-03-02 08:00:00+00' then 1 else 0 end, 0, 3600
from generate_series(
    timestamptz '2026-03-02 08:00:00+00', '2026-03-03 09:00:00+00', interval '1 hour'
) as hours (hour);
insert into gold.fact_bed_occupancy (
    hospital_code, hour_starts_at, department_key, patients_at_start, arrivals, departures,
    patient_seconds
) values
    ('HOSP', '2026-03-03 10:00:00+00', '272c6847-d2eb-fede-a233-74f84dcddd41', 0, 0, 1, 0),
    ('HOSP', '2026-03-03 10:00:00+00', '36d4a2fb-6f83-82ff-d231-9efad1411765', 1, 1, 0, 3600);

insert into ops.census_witness (hospital_code, patient_pseudonym, occurred_at) values
    ('HOSP', 'a0000000-0000-4000-8000-000000000001', '2026-03-10 06:00:00+00'),
    ('HOSP', 'a0000000-0000-4000-8000-000000000002', '2026-04-01 12:00:00+00'),
    ('HOSP', 'a0000000-0000-4000-8000-00000000000b', '2026-03-03 11:30:00+00'),
    ('OTHR', 'a0000000-0000-4000-8000-000000000003', '2026-05-05 09:00:00+00');

insert into ops.census_frontier (hospital_code, closed_until) values ('HOSP', '2026-03-03 11:00:00+00');

insert into ops.census_roster (hospital_code, day_starts_at, encounters) values
    ('HOSP', '2026-03-03 00:00:00+00', '{c0000000-0000-4000-8000-000000000001}');
