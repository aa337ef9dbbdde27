-- What files of people and of hospitals' patients add to the other fixtures, with its gold worked out
-- by hand from docs/history.md; the key of the unknown member is the SHA-256 that sha256sum gives.
--
-- Person 1 is stated twice on 1 June, with one content, and otherwise on 2 June. Person 2 is stated
-- once. Patient 4 of HOSP is person 1, patient 3 of OTHR nobody who is named.

insert into bronze.file (
    file_id, hospital_code, kind, extract_date, schema_version, extracted_at, sha256, bytes, lines,
    withdraws, path, received_at
) overriding system value values
    (31, null, 'people', '2026-06-01', 1, '2026-06-01 22:00:00+00', sha256('file'), 100, 3, true, '2026-06-01/people.csv.zst', '2026-06-04 00:00:00+00'),
    (32, null, 'people', '2026-06-02', 1, '2026-06-02 22:00:00+00', sha256('file'), 100, 1, true, '2026-06-02/people.csv.zst', '2026-06-04 00:00:00+00'),
    (33, null, 'hospital_patients', '2026-06-01', 1, '2026-06-01 22:00:00+00', sha256('file'), 100, 3, true, '2026-06-01/hospital_patients.csv.zst', '2026-06-04 00:00:00+00');

insert into ops.file_progress (file_id, hospital_code, kind, state, shard) values
    (31, null, 'people', 'loaded', 255),
    (32, null, 'people', 'loaded', 255),
    (33, null, 'hospital_patients', 'loaded', 4);

insert into ops.line_duplicate (file_id, line) values
    (31, 4);

insert into ops.quarantine (
    quarantine_id, file_id, line, rule, reason, quarantined_at
) values
    ('b0000000-0000-4000-8000-000000000131', 33, 4, 'ADT-008', 'is missing', '2026-06-04 00:00:00+00');

insert into silver.people (
    person_record_pseudonym, content_hash, extract_date, extracted_at, person_pseudonym, sex,
    birth_year, citizenship, home_language, municipality, province, repairs, file_id, line
) values
    ('b1000000-0000-4000-8000-000000000001', 'd0000000-0000-4000-8000-0000000100f9', '2026-06-01', '2026-06-01 22:00:00+00', 'b2000000-0000-4000-8000-000000000001', 'F', 1980, 'South African', 'isiZulu', 'Ekurhuleni', 'Gauteng', '{}', 31, 2),
    ('b1000000-0000-4000-8000-000000000001', 'd0000000-0000-4000-8000-0000000100f1', '2026-06-02', '2026-06-02 22:00:00+00', 'b2000000-0000-4000-8000-000000000001', 'F', 1980, 'South African', 'isiZulu', 'Johannesburg', 'Gauteng', '{ADT-022}', 32, 2),
    ('b1000000-0000-4000-8000-000000000002', 'd0000000-0000-4000-8000-0000000200f1', '2026-06-01', '2026-06-01 22:00:00+00', null, 'M', null, null, null, null, null, '{ADT-018}', 31, 3);

insert into silver.hospital_patients (
    patient_pseudonym, content_hash, extract_date, extracted_at, person_record_pseudonym,
    hospital_code, registered_on, blood_type, medical_scheme, chronic_conditions, repairs, file_id, line
) values
    ('a0000000-0000-4000-8000-000000000004', 'd0000000-0000-4000-8000-0000000400f9', '2026-06-01', '2026-06-01 22:00:00+00', 'b1000000-0000-4000-8000-000000000001', 'HOSP', '2020-02-29', 'O+', 'Discovery', 'E11;I10', '{}', 33, 2),
    ('a0000000-0000-4000-8000-000000000003', 'd0000000-0000-4000-8000-0000000300f9', '2026-06-01', '2026-06-01 22:00:00+00', null, 'OTHR', null, null, null, null, '{}', 33, 3);

insert into vault.person (
    person_record_pseudonym, person_id, last_name, effective_at, content_hash
) values
    ('b1000000-0000-4000-8000-000000000001', '4711', 'Canary', '2026-06-02 22:00:00+00', 'd0000000-0000-4000-8000-0000000100f1'),
    ('b1000000-0000-4000-8000-000000000002', '4712', 'Canary', '2026-06-01 22:00:00+00', 'd0000000-0000-4000-8000-0000000200f1');

insert into vault.registration (
    patient_pseudonym, patient_id, person_id, hospital_code, next_of_kin_phone, effective_at, content_hash
) values
    ('a0000000-0000-4000-8000-000000000004', '4', '4711', 'HOSP', 'Canary', '2026-06-01 22:00:00+00', 'd0000000-0000-4000-8000-0000000400f9'),
    ('a0000000-0000-4000-8000-000000000003', '3', null, 'OTHR', null, '2026-06-01 22:00:00+00', 'd0000000-0000-4000-8000-0000000300f9');

insert into gold.dim_person (
    person_record_pseudonym, person_pseudonym, sex, birth_year, citizenship, home_language,
    municipality, province
) values
    ('3cb7f441-9abe-ff68-2096-a79d38969e8a', null, null, null, null, null, null, null),
    ('b1000000-0000-4000-8000-000000000002', null, 'M', null, null, null, null, null),
    ('b1000000-0000-4000-8000-000000000001', 'b2000000-0000-4000-8000-000000000001', 'F', 1980, 'South African', 'isiZulu', 'Johannesburg', 'Gauteng');

insert into gold.fact_registration (
    patient_pseudonym, person_record_pseudonym, hospital_code, registered_on, blood_type,
    medical_scheme, chronic_conditions
) values
    ('a0000000-0000-4000-8000-000000000004', 'b1000000-0000-4000-8000-000000000001', 'HOSP', '2020-02-29', 'O+', 'Discovery', 'E11;I10'),
    ('a0000000-0000-4000-8000-000000000003', '3cb7f441-9abe-ff68-2096-a79d38969e8a', 'OTHR', null, null, null, null);
