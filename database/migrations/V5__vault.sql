-- vault: who the pseudonyms are. Nothing else joins to it.

-- Grain: one row, at most.
create table vault.key (
    only_one boolean primary key default true check (only_one),
    fingerprint bytea not null check (length(fingerprint) = 32)
);
comment on table vault.key is 'The pseudonym key that this warehouse was loaded with. Grain: one row.';
comment on column vault.key.only_one is 'Always true: there is one key.';
comment on column vault.key.fingerprint is 'Fingerprint of the key; a service with another key is refused.';

-- Grain: one row a patient of one hospital, as the statement with the greatest (effective_at,
-- recorded_at, content_hash) has it.
create table vault.patient (
    patient_pseudonym uuid primary key,
    hospital_code text not null,
    patient_id text not null,
    id_number text,
    first_name text,
    last_name text,
    date_of_birth date,
    deceased_at timestamptz,
    phone text,
    email text,
    street text,
    suburb text,
    postal_code text,
    effective_at timestamptz not null,
    recorded_at timestamptz not null,
    content_hash uuid not null
);
comment on table vault.patient is 'Identity of patients as last stated. Grain: one row a patient of one hospital.';
comment on column vault.patient.patient_pseudonym is 'The patient''s pseudonym.';
comment on column vault.patient.hospital_code is 'The hospital whose patient it is.';
comment on column vault.patient.patient_id is 'The hospital''s own number of the patient.';
comment on column vault.patient.id_number is 'South African identity number as sent.';
comment on column vault.patient.first_name is 'Given names.';
comment on column vault.patient.last_name is 'Family name.';
comment on column vault.patient.date_of_birth is 'Date of birth as sent, where it could be read.';
comment on column vault.patient.deceased_at is 'Time of death.';
comment on column vault.patient.phone is 'Telephone number.';
comment on column vault.patient.email is 'E-mail address.';
comment on column vault.patient.street is 'Street and house number.';
comment on column vault.patient.suburb is 'Suburb.';
comment on column vault.patient.postal_code is 'Postal code.';
comment on column vault.patient.effective_at is 'Effective time of the statement that this row repeats.';
comment on column vault.patient.recorded_at is 'Time of entry of that statement.';
comment on column vault.patient.content_hash is 'Content of that statement.';

-- Grain: one row an encounter.
create table vault.encounter (
    encounter_key uuid primary key,
    patient_pseudonym uuid not null,
    encounter_id text not null
);
comment on table vault.encounter is 'The hospitals'' own numbers of encounters. Grain: one row an encounter.';
comment on column vault.encounter.encounter_key is 'Key of the encounter in silver and gold.';
comment on column vault.encounter.patient_pseudonym is 'The patient.';
comment on column vault.encounter.encounter_id is 'The hospital''s own number of the encounter.';

-- Grain: one row a member of staff.
create table vault.staff (
    staff_pseudonym uuid primary key,
    staff_id text not null
);
comment on table vault.staff is 'Members of staff. Grain: one row a person.';
comment on column vault.staff.staff_pseudonym is 'Pseudonym in silver and gold.';
comment on column vault.staff.staff_id is 'The staff number.';
