-- What the network sends for both hospitals, with its gold worked out by hand from docs/history.md;
-- every key is the SHA-256 that sha256sum gives.
--
-- Member 4 is listed twice, the second time as a man, and works at HOSP until 5 June by an assignment that
-- is told twice. Member 5, of whom nobody tells who they are, takes the position, at OTHR and so some
-- hours before. What is told of Medicine of HOSP is what the network file says.

insert into bronze.file (
    file_id, hospital_code, kind, extract_date, schema_version, extracted_at, sha256, bytes, lines,
    withdraws, path, received_at
) overriding system value values
    (20, null, 'staff', '2026-06-01', 1, '2026-06-01 22:00:00+00', sha256('file'), 100, 2, false, 'network/2026-06-01/staff.csv.zst', '2026-06-04 00:00:00+00'),
    (21, null, 'staff', '2026-06-02', 1, '2026-06-02 22:00:00+00', sha256('file'), 100, 1, false, 'network/2026-06-02/staff.csv.zst', '2026-06-04 00:00:00+00'),
    (22, null, 'assigned_staff', '2026-06-01', 1, '2026-06-01 22:00:00+00', sha256('file'), 100, 3, false, 'network/2026-06-01/assigned_staff.csv.zst', '2026-06-04 00:00:00+00'),
    (23, null, 'departments', '2026-06-01', 1, '2026-06-01 22:00:00+00', sha256('file'), 100, 1, false, 'network/2026-06-01/departments.csv.zst', '2026-06-04 00:00:00+00');

insert into ops.file_progress (file_id, hospital_code, kind, state)
select file_id, hospital_code, kind, 'loaded'
from bronze.file
where hospital_code is null;

insert into ops.line_duplicate (file_id, line) values (22, 4);

insert into ops.quarantine (
    quarantine_id, file_id, line, rule, reason, quarantined_at
) values
    ('b0000000-0000-4000-8000-000000000120', 20, 3, 'STA-004', 'a field is missing', '2026-06-04 00:00:00+00');

insert into silver.staff (
    staff_pseudonym, extract_date, content_hash, extracted_at, role, hired_on, sex, birth_year, repairs, file_id, line
) values
    ('f1000000-0000-4000-8000-000000000004', '2026-06-01', 'd1000000-0000-4000-8000-000000002002', '2026-06-01 22:00:00+00', 'nurse', '2010-01-05', 'F', 1961, '{}', 20, 2),
    ('f1000000-0000-4000-8000-000000000004', '2026-06-02', 'd1000000-0000-4000-8000-000000002102', '2026-06-02 22:00:00+00', 'nurse', '2010-01-05', 'M', 1961, '{}', 21, 2);

insert into silver.staff_statement (
    staff_pseudonym, statement_id, content_hash, effective_at, sequence, recorded_at, hospital_code,
    department_code, status, role, shift, roster_slot, replaces_staff_pseudonym, repairs, file_id, line
) values
    ('f1000000-0000-4000-8000-000000000004', 'e1000000-0000-4000-8000-000000002202', 'd1000000-0000-4000-8000-000000002202', '2020-01-01 00:00:00+00', 0, '2026-06-01 22:00:00+00', 'HOSP', 'MED', 'assigned', 'nurse', 'day', 3, null, '{}', 22, 2),
    ('f1000000-0000-4000-8000-000000000004', 'e1000000-0000-4000-8000-000000002212', 'd1000000-0000-4000-8000-000000002202', '2026-06-05 00:00:00+00', null, '2026-06-01 22:00:00+00', 'HOSP', 'MED', 'left', 'nurse', 'day', 3, null, '{}', 22, 2),
    ('f1000000-0000-4000-8000-000000000005', 'e1000000-0000-4000-8000-000000002203', 'd1000000-0000-4000-8000-000000002203', '2026-06-04 22:00:00+00', 0, '2026-06-01 22:00:00+00', 'OTHR', 'MED', 'assigned', 'nurse', 'day', 3, 'f1000000-0000-4000-8000-000000000004', '{}', 22, 3);

insert into gold.dim_staff (
    staff_key, staff_pseudonym, hospital_code, department_code, status, role, shift, roster_slot,
    hired_on, sex, birth_year, replaces_staff_pseudonym, valid_from, valid_to, is_current
) values
    ('93d88a7f-0c7d-0db5-b7d8-b92881997e36', 'f1000000-0000-4000-8000-000000000004', 'HOSP', 'MED', 'assigned', 'nurse', 'day', 3, '2010-01-05', 'M', 1961, null, '2020-01-01 00:00:00+00', '2026-06-05 00:00:00+00', false),
    ('bed2740c-fb0f-2d55-6248-252e10c3349a', 'f1000000-0000-4000-8000-000000000004', 'HOSP', 'MED', 'left', 'nurse', 'day', 3, '2010-01-05', 'M', 1961, null, '2026-06-05 00:00:00+00', 'infinity', true),
    ('85404291-5633-dcc8-70d4-738a6f8760d2', 'f1000000-0000-4000-8000-000000000005', 'OTHR', 'MED', 'assigned', 'nurse', 'day', 3, null, null, null, 'f1000000-0000-4000-8000-000000000004', '2026-06-04 22:00:00+00', 'infinity', true);

insert into vault.staff (staff_pseudonym, staff_id) values
    ('f1000000-0000-4000-8000-000000000004', 'S000004'),
    ('f1000000-0000-4000-8000-000000000005', 'S000005');

insert into vault.listed_staff (staff_pseudonym, staff_id, last_name, effective_at, content_hash) values
    ('f1000000-0000-4000-8000-000000000004', 'S000004', 'Canary', '2026-06-02 22:00:00+00', 'd1000000-0000-4000-8000-000000002102');

insert into silver.department_statement (
    hospital_code, department_code, statement_id, content_hash, effective_at, recorded_at, name, kind, beds, repairs,
    file_id, line
) values
    ('HOSP', 'MED', 'e2000000-0000-4000-8000-000000002302', 'd2000000-0000-4000-8000-000000002302', '2026-06-01 22:00:00+00', '2026-06-01 22:00:00+00', 'Medicine', 'medicine', null, '{}', 23, 2);
