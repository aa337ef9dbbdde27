-- silver: what is known, as a set of cleaned records without identity.

-- Grain: one row a content of an event. The primary key serves the only look-up of the loader: all
-- records of a patient.
create table silver.adt_record (
    patient_pseudonym uuid not null,
    event_id uuid not null,
    content_hash uuid not null,
    encounter_key uuid,
    event_type text not null,
    occurred_at timestamptz not null,
    recorded_at timestamptz not null,
    admitted_at timestamptz,
    discharged_at timestamptz,
    source_system text,
    hospital_code text not null,
    sequence bigint,
    department_code text,
    ward text,
    bed text,
    prior_department_code text,
    prior_ward text,
    prior_bed text,
    hospital_service text,
    attending_staff_pseudonym uuid,
    admission_type text,
    admission_source text,
    discharge_disposition text,
    died boolean,
    age_at_admission_years integer,
    person_pseudonym uuid,
    sex text,
    birth_year integer,
    citizenship text,
    home_language text,
    religion text,
    ethnicity text,
    marital_status text,
    medical_scheme text,
    municipality text,
    province text,
    repairs text[] not null,
    topic_id smallint not null,
    partition integer not null,
    kafka_offset bigint not null,
    primary key (patient_pseudonym, event_id, content_hash)
);
comment on table silver.adt_record is 'Cleaned events: a set that only grows. Grain: one row a content of an event.';
comment on column silver.adt_record.patient_pseudonym is 'The patient of one hospital.';
comment on column silver.adt_record.event_id is 'The event''s own id; a source that sends it twice with different content makes two rows.';
comment on column silver.adt_record.content_hash is 'Keyed hash of all fields as sent.';
comment on column silver.adt_record.encounter_key is 'The encounter, where the event names one.';
comment on column silver.adt_record.event_type is 'HL7 trigger: A01 admit, A02 transfer, A03 discharge, A08 update.';
comment on column silver.adt_record.occurred_at is 'When it happened (EVN-6): the effective time.';
comment on column silver.adt_record.recorded_at is 'When it was entered at the source (EVN-2).';
comment on column silver.adt_record.admitted_at is 'Administrative time of admission (PV1-44).';
comment on column silver.adt_record.discharged_at is 'Administrative time of discharge (PV1-45).';
comment on column silver.adt_record.source_system is 'The sending application.';
comment on column silver.adt_record.hospital_code is 'The hospital.';
comment on column silver.adt_record.sequence is 'Number within the encounter; breaks ties of time.';
comment on column silver.adt_record.department_code is 'Department of the location, as sent.';
comment on column silver.adt_record.ward is 'Ward of the location, as sent.';
comment on column silver.adt_record.bed is 'Bed of the location, as sent.';
comment on column silver.adt_record.prior_department_code is 'Department of the prior location, as sent.';
comment on column silver.adt_record.prior_ward is 'Ward of the prior location, as sent.';
comment on column silver.adt_record.prior_bed is 'Bed of the prior location, as sent.';
comment on column silver.adt_record.hospital_service is 'Clinical service that treats the patient (PV1-10).';
comment on column silver.adt_record.attending_staff_pseudonym is 'The attending doctor.';
comment on column silver.adt_record.admission_type is 'Emergency, elective and so on (PV1-4).';
comment on column silver.adt_record.admission_source is 'Where the patient came from (PV1-14).';
comment on column silver.adt_record.discharge_disposition is 'Where the patient went (PV1-36).';
comment on column silver.adt_record.died is 'Whether the patient died in the encounter.';
comment on column silver.adt_record.age_at_admission_years is 'Full years on the hospital''s date of admitted_at, or of occurred_at where that is missing; NULL where the birth date is unknown.';
comment on column silver.adt_record.person_pseudonym is 'The person across hospitals, where the identity number is valid.';
comment on column silver.adt_record.sex is 'Administrative sex.';
comment on column silver.adt_record.birth_year is 'Year of birth; NULL where the birth date is unknown.';
comment on column silver.adt_record.citizenship is 'Citizenship.';
comment on column silver.adt_record.home_language is 'Language spoken at home.';
comment on column silver.adt_record.religion is 'Religion.';
comment on column silver.adt_record.ethnicity is 'Ethnic group.';
comment on column silver.adt_record.marital_status is 'Marital status.';
comment on column silver.adt_record.medical_scheme is 'Medical scheme or insurance that pays.';
comment on column silver.adt_record.municipality is 'Municipality of residence.';
comment on column silver.adt_record.province is 'Province of residence.';
comment on column silver.adt_record.repairs is 'Codes of the rules that repaired the record; the original is in bronze.';
comment on column silver.adt_record.topic_id is 'Topic of the first delivery in bronze.';
comment on column silver.adt_record.partition is 'Partition of the first delivery in bronze.';
comment on column silver.adt_record.kafka_offset is 'Offset of the first delivery in bronze.';

-- Grain: one row a rule and event of a patient. Computed from the set of records, like gold.
create table silver.finding (
    patient_pseudonym uuid not null,
    rule text not null,
    event_id uuid not null,
    encounter_key uuid,
    primary key (patient_pseudonym, rule, event_id)
);
comment on table silver.finding is 'What the history rules found; changes nothing that is loaded. Grain: one row a rule and event.';
comment on column silver.finding.patient_pseudonym is 'The patient.';
comment on column silver.finding.rule is 'Code of the history rule.';
comment on column silver.finding.event_id is 'The event that the finding concerns.';
comment on column silver.finding.encounter_key is 'The encounter of that event, where it names one.';
