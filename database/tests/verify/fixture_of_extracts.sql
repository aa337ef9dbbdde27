-- What two hospitals' extracts add to fixture.sql, with its gold worked out by hand from
-- docs/history.md; every key is the SHA-256 that sha256sum gives.
--
-- Patient 4 of HOSP is registered and then registered otherwise, with an encounter that extracts alone
-- tell of and in which most goes wrong. Patient 5 leaves. Patient 6's line is in quarantine, then
-- there is none. The snapshot of 3 June has a line that may be anybody's. Patient 7 is named by an
-- encounter alone, and is not known to anybody. Patient 3 of OTHR, of whom events tell, is registered, and an extract tells where
-- encounter 7 was. Charges of 2 June are being loaded.

insert into bronze.file (
    file_id, hospital_code, kind, extract_date, schema_version, extracted_at, sha256, bytes, lines,
    withdraws, path, received_at
) overriding system value values
    (1, 'HOSP', 'patients', '2026-06-01', 1, '2026-06-01 22:00:00+00', sha256('file'), 100, 4, true, '2026-06-01/HOSP/patients.csv.zst', '2026-06-04 00:00:00+00'),
    (2, 'HOSP', 'patients', '2026-06-02', 1, '2026-06-02 22:00:00+00', sha256('file'), 100, 1, true, '2026-06-02/HOSP/patients.csv.zst', '2026-06-04 00:00:00+00'),
    (3, 'HOSP', 'patients', '2026-06-03', 1, '2026-06-03 22:00:00+00', sha256('file'), 100, 1, false, '2026-06-03/HOSP/patients.csv.zst', '2026-06-04 00:00:00+00'),
    (4, 'HOSP', 'encounters', '2026-06-01', 1, '2026-06-01 22:00:00+00', sha256('file'), 100, 3, false, '2026-06-01/HOSP/encounters.csv.zst', '2026-06-04 00:00:00+00'),
    (5, 'HOSP', 'encounters', '2026-06-02', 1, '2026-06-02 22:00:00+00', sha256('file'), 100, 1, false, '2026-06-02/HOSP/encounters.csv.zst', '2026-06-04 00:00:00+00'),
    (6, 'HOSP', 'diagnoses', '2026-06-01', 1, '2026-06-01 22:00:00+00', sha256('file'), 100, 4, false, '2026-06-01/HOSP/diagnoses.csv.zst', '2026-06-04 00:00:00+00'),
    (7, 'HOSP', 'procedures', '2026-06-02', 1, '2026-06-02 22:00:00+00', sha256('file'), 100, 1, false, '2026-06-02/HOSP/procedures.csv.zst', '2026-06-04 00:00:00+00'),
    (8, 'HOSP', 'medications', '2026-06-01', 1, '2026-06-01 22:00:00+00', sha256('file'), 100, 1, false, '2026-06-01/HOSP/medications.csv.zst', '2026-06-04 00:00:00+00'),
    (9, 'HOSP', 'charges', '2026-06-01', 1, '2026-06-01 22:00:00+00', sha256('file'), 100, 1, false, '2026-06-01/HOSP/charges.csv.zst', '2026-06-04 00:00:00+00'),
    (10, 'HOSP', 'charges', '2026-06-02', 1, '2026-06-02 22:00:00+00', sha256('file'), 100, 5, false, '2026-06-02/HOSP/charges.csv.zst', '2026-06-04 00:00:00+00'),
    (11, 'HOSP', 'diagnoses', '2026-06-02', 1, '2026-06-02 22:00:00+00', sha256('file'), 100, 1, false, '2026-06-02/HOSP/diagnoses.csv.zst', '2026-06-04 00:00:00+00'),
    (12, 'OTHR', 'patients', '2026-06-01', 1, '2026-06-01 22:00:00+00', sha256('file'), 100, 1, true, '2026-06-01/OTHR/patients.csv.zst', '2026-06-04 00:00:00+00'),
    (13, 'OTHR', 'encounters', '2026-06-01', 1, '2026-06-01 22:00:00+00', sha256('file'), 100, 1, false, '2026-06-01/OTHR/encounters.csv.zst', '2026-06-04 00:00:00+00');

insert into ops.file_progress (file_id, hospital_code, kind, state, shard)
select file_id, hospital_code, kind, case file_id when 10 then 'loading' else 'loaded' end, 4
from bronze.file;

insert into ops.line_duplicate (
    file_id, line
) values
    (1, 4),
    (6, 3);

insert into ops.quarantine (
    quarantine_id, file_id, line, rule, reason, quarantined_at
) values
    ('b0000000-0000-4000-8000-000000000100', 1, 5, 'ADT-006', 'a field is missing', '2026-06-04 00:00:00+00'),
    ('b0000000-0000-4000-8000-000000000101', 3, 2, 'EHR-001', 'a field is missing', '2026-06-04 00:00:00+00'),
    ('b0000000-0000-4000-8000-000000000102', 6, 4, 'EHR-002', 'a field is missing', '2026-06-04 00:00:00+00');

insert into silver.patients (
    hospital_code, patient_pseudonym, extract_date, extracted_at, state, content_hash, sex,
    birth_year, medical_scheme, repairs, file_id, line
) values
    ('HOSP', 'a0000000-0000-4000-8000-000000000004', '2026-06-01', '2026-06-01 22:00:00+00', 'registered', 'd0000000-0000-4000-8000-0000000400a1', 'F', 1980, 'Discovery', '{}', 1, 2),
    ('HOSP', 'a0000000-0000-4000-8000-000000000004', '2026-06-02', '2026-06-02 22:00:00+00', 'registered', 'd0000000-0000-4000-8000-0000000400a2', 'F', 1980, 'Bonitas', '{}', 2, 2),
    ('HOSP', 'a0000000-0000-4000-8000-000000000004', '2026-06-03', '2026-06-03 22:00:00+00', 'unreadable', null, null, null, null, '{}', 3, null),
    ('HOSP', 'a0000000-0000-4000-8000-000000000005', '2026-06-01', '2026-06-01 22:00:00+00', 'registered', 'd0000000-0000-4000-8000-0000000500a1', 'M', 1990, null, '{}', 1, 3),
    ('HOSP', 'a0000000-0000-4000-8000-000000000005', '2026-06-02', '2026-06-02 22:00:00+00', 'absent', null, null, null, null, '{}', 2, null),
    ('HOSP', 'a0000000-0000-4000-8000-000000000005', '2026-06-03', '2026-06-03 22:00:00+00', 'unreadable', null, null, null, null, '{}', 3, null),
    ('HOSP', 'a0000000-0000-4000-8000-000000000006', '2026-06-01', '2026-06-01 22:00:00+00', 'unreadable', null, null, null, null, '{}', 1, 5),
    ('HOSP', 'a0000000-0000-4000-8000-000000000006', '2026-06-02', '2026-06-02 22:00:00+00', 'absent', null, null, null, null, '{}', 2, null),
    ('HOSP', 'a0000000-0000-4000-8000-000000000006', '2026-06-03', '2026-06-03 22:00:00+00', 'unreadable', null, null, null, null, '{}', 3, null),
    ('OTHR', 'a0000000-0000-4000-8000-000000000003', '2026-06-01', '2026-06-01 22:00:00+00', 'registered', 'd0000000-0000-4000-8000-0000000300a1', 'M', null, 'Bonitas', '{}', 12, 2);

insert into silver.encounters (
    patient_pseudonym, encounter_key, extract_date, content_hash, hospital_code, extracted_at,
    admission_type, admitted_at, first_location_at, department_code, ward,
    attending_staff_pseudonym, discharged_at, last_location_left_at, disposition, died, repairs,
    file_id, line
) values
    ('a0000000-0000-4000-8000-000000000004', 'c0000000-0000-4000-8000-000000000009', '2026-06-01', 'd0000000-0000-4000-8000-0000000400b1', 'HOSP', '2026-06-01 22:00:00+00', 'ELECTIVE', null, null, 'MED', null, null, null, null, null, null, '{}', 4, 2),
    ('a0000000-0000-4000-8000-000000000004', 'c0000000-0000-4000-8000-000000000009', '2026-06-01', 'd0000000-0000-4000-8000-0000000400b2', 'HOSP', '2026-06-01 22:00:00+00', 'EMERGENCY', '2026-06-01 10:00:00+00', '2026-06-01 10:05:00+00', 'MED', 'A', 'f0000000-0000-4000-8000-000000000009', null, null, null, null, '{}', 4, 3),
    ('a0000000-0000-4000-8000-000000000004', 'c0000000-0000-4000-8000-000000000009', '2026-06-02', 'd0000000-0000-4000-8000-0000000400b0', 'HOSP', '2026-06-02 22:00:00+00', null, null, null, 'XXX', null, null, '2026-06-01 09:00:00+00', '2026-06-02 15:00:00+00', 'HOME', false, '{}', 5, 2),
    ('a0000000-0000-4000-8000-000000000007', 'c0000000-0000-4000-8000-000000000010', '2026-06-01', 'd0000000-0000-4000-8000-0000000700b1', 'HOSP', '2026-06-01 22:00:00+00', null, null, null, 'CCU', null, null, null, null, null, null, '{}', 4, 4),
    ('a0000000-0000-4000-8000-000000000003', 'c0000000-0000-4000-8000-000000000007', '2026-06-01', 'd0000000-0000-4000-8000-0000000300b1', 'OTHR', '2026-06-01 22:00:00+00', 'ELECTIVE', null, '2026-05-04 09:00:00+00', 'MED', null, null, null, '2026-05-04 12:00:00+00', 'HOME', null, '{}', 13, 2);

insert into silver.diagnoses (
    patient_pseudonym, encounter_key, line_number, content_hash, hospital_code, extract_date,
    extracted_at, icd10, description, rank, diagnosed_at, repairs, file_id, line
) values
    ('a0000000-0000-4000-8000-000000000004', 'c0000000-0000-4000-8000-000000000009', 1, 'd0000000-0000-4000-8000-0000000400c9', 'HOSP', '2026-06-01', '2026-06-01 22:00:00+00', 'A09', 'Gastroenteritis', 'principal', '2026-06-01 12:00:00+00', '{}', 6, 2),
    ('a0000000-0000-4000-8000-000000000004', 'c0000000-0000-4000-8000-000000000009', 1, 'd0000000-0000-4000-8000-0000000400c1', 'HOSP', '2026-06-02', '2026-06-02 22:00:00+00', 'J18.9', 'Pneumonia', 'principal', null, '{}', 11, 2),
    ('a0000000-0000-4000-8000-000000000007', 'c0000000-0000-4000-8000-000000000010', 1, 'd0000000-0000-4000-8000-0000000700c1', 'HOSP', '2026-06-01', '2026-06-01 22:00:00+00', 'I21.9', 'Myocardial infarction', 'principal', '2026-06-01 11:00:00+00', '{}', 6, 5);

insert into silver.procedures (
    patient_pseudonym, encounter_key, line_number, content_hash, hospital_code, extract_date,
    extracted_at, code, description, performed_at, staff_pseudonym, repairs, file_id, line
) values
    ('a0000000-0000-4000-8000-000000000004', 'c0000000-0000-4000-8000-000000000009', 1, 'd0000000-0000-4000-8000-0000000400d1', 'HOSP', '2026-06-02', '2026-06-02 22:00:00+00', '87.44', 'Chest X-ray', '2026-06-02 22:00:00+00', 'f0000000-0000-4000-8000-000000000009', '{}', 7, 2);

insert into silver.medications (
    patient_pseudonym, encounter_key, line_number, content_hash, hospital_code, extract_date,
    extracted_at, atc, name, dose, route, frequency, quantity, started_at, repairs, file_id, line
) values
    ('a0000000-0000-4000-8000-000000000004', 'c0000000-0000-4000-8000-000000000009', 1, 'd0000000-0000-4000-8000-0000000400e1', 'HOSP', '2026-06-01', '2026-06-01 22:00:00+00', 'J01CA04', 'Amoxicillin', '500 mg', 'oral', '8-hourly', 15, '2026-06-01 21:59:00+00', '{}', 8, 2);

insert into silver.charges (
    patient_pseudonym, encounter_key, line_number, content_hash, hospital_code, extract_date,
    extracted_at, item_code, description, quantity, unit_price_cents, amount_cents, charged_at,
    repairs, file_id, line
) values
    ('a0000000-0000-4000-8000-000000000004', 'c0000000-0000-4000-8000-000000000009', 1, 'd0000000-0000-4000-8000-0000000400f1', 'HOSP', '2026-06-01', '2026-06-01 22:00:00+00', 'BED', 'Bed day', 1, 250000, 250000, null, '{}', 9, 2),
    ('a0000000-0000-4000-8000-000000000004', 'c0000000-0000-4000-8000-000000000009', 3, 'd0000000-0000-4000-8000-0000000400f2', 'HOSP', '2026-06-02', '2026-06-02 22:00:00+00', 'XRAY', 'X-ray', 2, 80000, 160000, '2026-06-02 21:00:00+00', '{}', 10, 2);

insert into vault.registered_patient (
    patient_pseudonym, hospital_code, patient_id, last_name, effective_at, content_hash
) values
    ('a0000000-0000-4000-8000-000000000003', 'OTHR', '3', 'Canary', '2026-06-01 22:00:00+00', 'd0000000-0000-4000-8000-0000000300a1'),
    ('a0000000-0000-4000-8000-000000000004', 'HOSP', '4', 'Canary', '2026-06-02 22:00:00+00', 'd0000000-0000-4000-8000-0000000400a2'),
    ('a0000000-0000-4000-8000-000000000005', 'HOSP', '5', 'Canary', '2026-06-01 22:00:00+00', 'd0000000-0000-4000-8000-0000000500a1'),
    ('a0000000-0000-4000-8000-000000000006', 'HOSP', '6', null, null, null),
    ('a0000000-0000-4000-8000-000000000007', 'HOSP', '7', null, null, null);

insert into vault.encounter (
    encounter_key, patient_pseudonym, encounter_id
) values
    ('c0000000-0000-4000-8000-000000000009', 'a0000000-0000-4000-8000-000000000004', '49'),
    ('c0000000-0000-4000-8000-000000000010', 'a0000000-0000-4000-8000-000000000007', '70');

insert into vault.staff (
    staff_pseudonym, staff_id
) values
    ('f0000000-0000-4000-8000-000000000009', 'S-1');

update gold.dim_patient set valid_to = '2026-06-01 22:00:00+00', is_current = false
where patient_key = 'b4858e87-f159-e3f4-a8a5-fb9bb43938ce';

insert into gold.dim_patient (
    patient_key, patient_pseudonym, hospital_code, sex, birth_year, medical_scheme, valid_from,
    valid_to, is_current, is_registered
) values
    ('2a457091-a762-945c-6ce7-29c806e6a178', 'a0000000-0000-4000-8000-000000000003', 'OTHR', 'M', null, 'Bonitas', '2026-06-01 22:00:00+00', 'infinity', true, true),
    ('cafd8977-173b-690c-e609-904d60852566', 'a0000000-0000-4000-8000-000000000004', 'HOSP', 'F', 1980, 'Discovery', '2026-06-01 22:00:00+00', '2026-06-02 22:00:00+00', false, true),
    ('8ba7f54c-cec9-49be-94de-4dcdc586c192', 'a0000000-0000-4000-8000-000000000004', 'HOSP', 'F', 1980, 'Bonitas', '2026-06-02 22:00:00+00', 'infinity', true, true),
    ('786598af-d2f3-2c90-227c-8f1e92767595', 'a0000000-0000-4000-8000-000000000005', 'HOSP', 'M', 1990, null, '2026-06-01 22:00:00+00', '2026-06-02 22:00:00+00', false, true),
    ('d7adfe05-ed70-7ab6-0191-bbab9a7ca01a', 'a0000000-0000-4000-8000-000000000005', 'HOSP', 'M', 1990, null, '2026-06-02 22:00:00+00', 'infinity', true, false),
    ('13b60cda-5c68-84cb-74f4-af70cbf39be8', 'a0000000-0000-4000-8000-000000000006', 'HOSP', null, null, null, '2026-06-02 22:00:00+00', 'infinity', true, false);

update gold.fact_admission set
    patient_key = 'b4858e87-f159-e3f4-a8a5-fb9bb43938ce',
    last_department_key = '489329da-1034-f6c6-163e-1d2f0021d923',
    first_location_at = '2026-05-04 09:00:00+00',
    last_location_left_at = '2026-05-04 12:00:00+00',
    admission_type = 'ELECTIVE',
    disposition = 'HOME'
where encounter_key = 'c0000000-0000-4000-8000-000000000007';

insert into gold.fact_admission (
    encounter_key, patient_key, patient_pseudonym, hospital_code, admission_department_key,
    last_department_key, admitted_at, first_location_at, last_location_left_at, discharged_at,
    length_of_stay_seconds, transfer_count, admission_type, disposition, died,
    age_at_admission_years, age_band
) values
    ('c0000000-0000-4000-8000-000000000009', 'cafd8977-173b-690c-e609-904d60852566', 'a0000000-0000-4000-8000-000000000004', 'HOSP', '11211fe9-3d8a-5df2-a9e8-a1a4f1416ab9', '11211fe9-3d8a-5df2-a9e8-a1a4f1416ab9', '2026-06-01 10:00:00+00', '2026-06-01 10:05:00+00', '2026-06-02 15:00:00+00', '2026-06-01 09:00:00+00', null, 0, 'EMERGENCY', 'HOME', false, null, 'unknown'),
    ('c0000000-0000-4000-8000-000000000010', '3c76e6fc-917a-c24e-d9fd-3990d26bc670', 'a0000000-0000-4000-8000-000000000007', 'HOSP', '11211fe9-3d8a-5df2-a9e8-a1a4f1416ab9', '21570c48-b7ad-083a-7d19-4f4a067643ff', null, null, null, null, null, 0, null, null, null, null, 'unknown');

insert into gold.fact_diagnosis (
    encounter_key, line_number, patient_key, patient_pseudonym, hospital_code, icd10, description,
    rank, diagnosed_at
) values
    ('c0000000-0000-4000-8000-000000000009', 1, '8ba7f54c-cec9-49be-94de-4dcdc586c192', 'a0000000-0000-4000-8000-000000000004', 'HOSP', 'J18.9', 'Pneumonia', 'principal', null),
    ('c0000000-0000-4000-8000-000000000010', 1, '3c76e6fc-917a-c24e-d9fd-3990d26bc670', 'a0000000-0000-4000-8000-000000000007', 'HOSP', 'I21.9', 'Myocardial infarction', 'principal', '2026-06-01 11:00:00+00');

insert into gold.fact_procedure (
    encounter_key, line_number, patient_key, patient_pseudonym, hospital_code, code, description,
    performed_at, staff_pseudonym
) values
    ('c0000000-0000-4000-8000-000000000009', 1, '8ba7f54c-cec9-49be-94de-4dcdc586c192', 'a0000000-0000-4000-8000-000000000004', 'HOSP', '87.44', 'Chest X-ray', '2026-06-02 22:00:00+00', 'f0000000-0000-4000-8000-000000000009');

insert into gold.fact_medication (
    encounter_key, line_number, patient_key, patient_pseudonym, hospital_code, atc, name, dose,
    route, frequency, quantity, started_at
) values
    ('c0000000-0000-4000-8000-000000000009', 1, 'cafd8977-173b-690c-e609-904d60852566', 'a0000000-0000-4000-8000-000000000004', 'HOSP', 'J01CA04', 'Amoxicillin', '500 mg', 'oral', '8-hourly', 15, '2026-06-01 21:59:00+00');

insert into gold.fact_charge (
    encounter_key, line_number, patient_key, patient_pseudonym, hospital_code, item_code,
    description, quantity, unit_price_cents, amount_cents, charged_at
) values
    ('c0000000-0000-4000-8000-000000000009', 1, 'cafd8977-173b-690c-e609-904d60852566', 'a0000000-0000-4000-8000-000000000004', 'HOSP', 'BED', 'Bed day', 1, 250000, 250000, null),
    ('c0000000-0000-4000-8000-000000000009', 3, 'cafd8977-173b-690c-e609-904d60852566', 'a0000000-0000-4000-8000-000000000004', 'HOSP', 'XRAY', 'X-ray', 2, 80000, 160000, '2026-06-02 21:00:00+00');

insert into silver.finding (
    patient_pseudonym, rule, event_id, encounter_key
) values
    ('a0000000-0000-4000-8000-000000000004', 'HIS-002', 'd0aa01d0-fd38-89c8-5179-957cf202a360', 'c0000000-0000-4000-8000-000000000009'),
    ('a0000000-0000-4000-8000-000000000004', 'HIS-006', 'd0aa01d0-fd38-89c8-5179-957cf202a360', 'c0000000-0000-4000-8000-000000000009'),
    ('a0000000-0000-4000-8000-000000000004', 'HIS-011', '74fcbaa0-c2a4-2151-d23d-9c1c9270aa9c', 'c0000000-0000-4000-8000-000000000009'),
    ('a0000000-0000-4000-8000-000000000007', 'HIS-012', '967ea1cf-b437-c8a6-fdeb-8be7928d8a95', 'c0000000-0000-4000-8000-000000000010');
