-- What was done and found, by the hospitals' daily extracts: each kind a table of silver and a fact.

-- Grain: one row a diagnosis and content: the patient leads the key, as all of a patient is looked up.
create table silver.diagnoses (
    patient_pseudonym uuid not null,
    encounter_key uuid not null,
    line_number integer not null check (line_number > 0),
    content_hash uuid not null,
    hospital_code text not null,
    extract_date date not null,
    extracted_at timestamptz not null,
    icd10 text,
    description text,
    rank text,
    diagnosed_at timestamptz,
    repairs text[] not null,
    file_id bigint not null,
    line bigint not null,
    primary key (patient_pseudonym, encounter_key, line_number, content_hash)
);
comment on table silver.diagnoses is 'Lines of diagnoses.csv. Grain: one row a diagnosis and content.';
comment on column silver.diagnoses.patient_pseudonym is 'The patient.';
comment on column silver.diagnoses.encounter_key is 'The encounter.';
comment on column silver.diagnoses.line_number is 'Number in the encounter, from 1.';
comment on column silver.diagnoses.content_hash is 'Hash of all fields as sent.';
comment on column silver.diagnoses.hospital_code is 'The hospital.';
comment on column silver.diagnoses.extract_date is 'Day of the extract.';
comment on column silver.diagnoses.extracted_at is 'When the extract was taken.';
comment on column silver.diagnoses.icd10 is 'Code, ICD-10.';
comment on column silver.diagnoses.description is 'In words.';
comment on column silver.diagnoses.rank is 'principal or secondary.';
comment on column silver.diagnoses.diagnosed_at is 'When it was made.';
comment on column silver.diagnoses.repairs is 'Codes of the rules that repaired the line.';
comment on column silver.diagnoses.file_id is 'File of the line.';
comment on column silver.diagnoses.line is 'Number of the line in its file; the header is 1.';

-- Grain: one row a diagnosis of an encounter.
create table gold.fact_diagnosis (
    encounter_key uuid not null,
    line_number integer not null check (line_number > 0),
    patient_key uuid not null,
    patient_pseudonym uuid not null,
    hospital_code text not null,
    icd10 text,
    description text,
    rank text,
    diagnosed_at timestamptz,
    primary key (encounter_key, line_number)
) with (fillfactor = 50);
comment on table gold.fact_diagnosis is 'What the hospitals'' daily extracts tell. Grain: one row a diagnosis of an encounter.';
comment on column gold.fact_diagnosis.encounter_key is 'The encounter.';
comment on column gold.fact_diagnosis.line_number is 'Number in the encounter, from 1.';
comment on column gold.fact_diagnosis.patient_key is 'Version of the patient at diagnosed_at, or at the extract where that is not known.';
comment on column gold.fact_diagnosis.patient_pseudonym is 'The patient.';
comment on column gold.fact_diagnosis.hospital_code is 'The hospital.';
comment on column gold.fact_diagnosis.icd10 is 'Code, ICD-10.';
comment on column gold.fact_diagnosis.description is 'In words.';
comment on column gold.fact_diagnosis.rank is 'principal or secondary.';
comment on column gold.fact_diagnosis.diagnosed_at is 'When it was made.';

-- Grain: one row a procedure and content: the patient leads the key, as all of a patient is looked up.
create table silver.procedures (
    patient_pseudonym uuid not null,
    encounter_key uuid not null,
    line_number integer not null check (line_number > 0),
    content_hash uuid not null,
    hospital_code text not null,
    extract_date date not null,
    extracted_at timestamptz not null,
    code text,
    description text,
    performed_at timestamptz,
    staff_pseudonym uuid,
    repairs text[] not null,
    file_id bigint not null,
    line bigint not null,
    primary key (patient_pseudonym, encounter_key, line_number, content_hash)
);
comment on table silver.procedures is 'Lines of procedures.csv. Grain: one row a procedure and content.';
comment on column silver.procedures.patient_pseudonym is 'The patient.';
comment on column silver.procedures.encounter_key is 'The encounter.';
comment on column silver.procedures.line_number is 'Number in the encounter, from 1.';
comment on column silver.procedures.content_hash is 'Hash of all fields as sent.';
comment on column silver.procedures.hospital_code is 'The hospital.';
comment on column silver.procedures.extract_date is 'Day of the extract.';
comment on column silver.procedures.extracted_at is 'When the extract was taken.';
comment on column silver.procedures.code is 'Code, ICD-9-CM volume 3.';
comment on column silver.procedures.description is 'In words.';
comment on column silver.procedures.performed_at is 'When it was done.';
comment on column silver.procedures.staff_pseudonym is 'Who did it.';
comment on column silver.procedures.repairs is 'Codes of the rules that repaired the line.';
comment on column silver.procedures.file_id is 'File of the line.';
comment on column silver.procedures.line is 'Number of the line in its file; the header is 1.';

-- Grain: one row a procedure of an encounter.
create table gold.fact_procedure (
    encounter_key uuid not null,
    line_number integer not null check (line_number > 0),
    patient_key uuid not null,
    patient_pseudonym uuid not null,
    hospital_code text not null,
    code text,
    description text,
    performed_at timestamptz,
    staff_pseudonym uuid,
    primary key (encounter_key, line_number)
) with (fillfactor = 50);
comment on table gold.fact_procedure is 'What the hospitals'' daily extracts tell. Grain: one row a procedure of an encounter.';
comment on column gold.fact_procedure.encounter_key is 'The encounter.';
comment on column gold.fact_procedure.line_number is 'Number in the encounter, from 1.';
comment on column gold.fact_procedure.patient_key is 'Version of the patient at performed_at, or at the extract where that is not known.';
comment on column gold.fact_procedure.patient_pseudonym is 'The patient.';
comment on column gold.fact_procedure.hospital_code is 'The hospital.';
comment on column gold.fact_procedure.code is 'Code, ICD-9-CM volume 3.';
comment on column gold.fact_procedure.description is 'In words.';
comment on column gold.fact_procedure.performed_at is 'When it was done.';
comment on column gold.fact_procedure.staff_pseudonym is 'Who did it.';

-- Grain: one row a medication and content: the patient leads the key, as all of a patient is looked up.
create table silver.medications (
    patient_pseudonym uuid not null,
    encounter_key uuid not null,
    line_number integer not null check (line_number > 0),
    content_hash uuid not null,
    hospital_code text not null,
    extract_date date not null,
    extracted_at timestamptz not null,
    atc text,
    name text,
    dose text,
    route text,
    frequency text,
    quantity bigint,
    started_at timestamptz,
    repairs text[] not null,
    file_id bigint not null,
    line bigint not null,
    primary key (patient_pseudonym, encounter_key, line_number, content_hash)
);
comment on table silver.medications is 'Lines of medications.csv. Grain: one row a medication and content.';
comment on column silver.medications.patient_pseudonym is 'The patient.';
comment on column silver.medications.encounter_key is 'The encounter.';
comment on column silver.medications.line_number is 'Number in the encounter, from 1.';
comment on column silver.medications.content_hash is 'Hash of all fields as sent.';
comment on column silver.medications.hospital_code is 'The hospital.';
comment on column silver.medications.extract_date is 'Day of the extract.';
comment on column silver.medications.extracted_at is 'When the extract was taken.';
comment on column silver.medications.atc is 'Code, ATC.';
comment on column silver.medications.name is 'The substance.';
comment on column silver.medications.dose is 'Of one administration.';
comment on column silver.medications.route is 'How it is given.';
comment on column silver.medications.frequency is 'How often.';
comment on column silver.medications.quantity is 'How many doses.';
comment on column silver.medications.started_at is 'When it began.';
comment on column silver.medications.repairs is 'Codes of the rules that repaired the line.';
comment on column silver.medications.file_id is 'File of the line.';
comment on column silver.medications.line is 'Number of the line in its file; the header is 1.';

-- Grain: one row a medication of an encounter.
create table gold.fact_medication (
    encounter_key uuid not null,
    line_number integer not null check (line_number > 0),
    patient_key uuid not null,
    patient_pseudonym uuid not null,
    hospital_code text not null,
    atc text,
    name text,
    dose text,
    route text,
    frequency text,
    quantity bigint,
    started_at timestamptz,
    primary key (encounter_key, line_number)
) with (fillfactor = 50);
comment on table gold.fact_medication is 'What the hospitals'' daily extracts tell. Grain: one row a medication of an encounter.';
comment on column gold.fact_medication.encounter_key is 'The encounter.';
comment on column gold.fact_medication.line_number is 'Number in the encounter, from 1.';
comment on column gold.fact_medication.patient_key is 'Version of the patient at started_at, or at the extract where that is not known.';
comment on column gold.fact_medication.patient_pseudonym is 'The patient.';
comment on column gold.fact_medication.hospital_code is 'The hospital.';
comment on column gold.fact_medication.atc is 'Code, ATC.';
comment on column gold.fact_medication.name is 'The substance.';
comment on column gold.fact_medication.dose is 'Of one administration.';
comment on column gold.fact_medication.route is 'How it is given.';
comment on column gold.fact_medication.frequency is 'How often.';
comment on column gold.fact_medication.quantity is 'How many doses.';
comment on column gold.fact_medication.started_at is 'When it began.';

-- Grain: one row a charge and content: the patient leads the key, as all of a patient is looked up.
create table silver.charges (
    patient_pseudonym uuid not null,
    encounter_key uuid not null,
    line_number integer not null check (line_number > 0),
    content_hash uuid not null,
    hospital_code text not null,
    extract_date date not null,
    extracted_at timestamptz not null,
    item_code text,
    description text,
    quantity bigint,
    unit_price_cents bigint,
    amount_cents bigint,
    charged_at timestamptz,
    repairs text[] not null,
    file_id bigint not null,
    line bigint not null,
    primary key (patient_pseudonym, encounter_key, line_number, content_hash)
);
comment on table silver.charges is 'Lines of charges.csv. Grain: one row a charge and content.';
comment on column silver.charges.patient_pseudonym is 'The patient.';
comment on column silver.charges.encounter_key is 'The encounter.';
comment on column silver.charges.line_number is 'Number in the encounter, from 1.';
comment on column silver.charges.content_hash is 'Hash of all fields as sent.';
comment on column silver.charges.hospital_code is 'The hospital.';
comment on column silver.charges.extract_date is 'Day of the extract.';
comment on column silver.charges.extracted_at is 'When the extract was taken.';
comment on column silver.charges.item_code is 'Code of the item.';
comment on column silver.charges.description is 'In words.';
comment on column silver.charges.quantity is 'How many.';
comment on column silver.charges.unit_price_cents is 'Price of one, in cents of the hospitals currency.';
comment on column silver.charges.amount_cents is 'Price of all, in cents.';
comment on column silver.charges.charged_at is 'When it was charged.';
comment on column silver.charges.repairs is 'Codes of the rules that repaired the line.';
comment on column silver.charges.file_id is 'File of the line.';
comment on column silver.charges.line is 'Number of the line in its file; the header is 1.';

-- Grain: one row a charge of an encounter.
create table gold.fact_charge (
    encounter_key uuid not null,
    line_number integer not null check (line_number > 0),
    patient_key uuid not null,
    patient_pseudonym uuid not null,
    hospital_code text not null,
    item_code text,
    description text,
    quantity bigint,
    unit_price_cents bigint,
    amount_cents bigint,
    charged_at timestamptz,
    primary key (encounter_key, line_number)
) with (fillfactor = 50);
comment on table gold.fact_charge is 'What the hospitals'' daily extracts tell. Grain: one row a charge of an encounter.';
comment on column gold.fact_charge.encounter_key is 'The encounter.';
comment on column gold.fact_charge.line_number is 'Number in the encounter, from 1.';
comment on column gold.fact_charge.patient_key is 'Version of the patient at charged_at, or at the extract where that is not known.';
comment on column gold.fact_charge.patient_pseudonym is 'The patient.';
comment on column gold.fact_charge.hospital_code is 'The hospital.';
comment on column gold.fact_charge.item_code is 'Code of the item.';
comment on column gold.fact_charge.description is 'In words.';
comment on column gold.fact_charge.quantity is 'How many.';
comment on column gold.fact_charge.unit_price_cents is 'Price of one, in cents of the hospitals currency.';
comment on column gold.fact_charge.amount_cents is 'Price of all, in cents.';
comment on column gold.fact_charge.charged_at is 'When it was charged.';

grant select, insert, update, delete on
    silver.diagnoses, silver.procedures, silver.medications, silver.charges
to wardflow_loader;
grant select, insert, update, delete on
    gold.fact_diagnosis, gold.fact_procedure, gold.fact_medication, gold.fact_charge
to wardflow_loader;
grant select on
    gold.fact_diagnosis, gold.fact_procedure, gold.fact_medication, gold.fact_charge
to wardflow_analyst, wardflow_privacy, wardflow_grafana;
