-- The people who live where the hospitals are, and which of them is which hospital's patient.

-- Grain: one row a person and content: the person leads the key, as all of a person is looked up.
create table silver.people (
    person_record_pseudonym uuid not null,
    content_hash uuid not null,
    extract_date date not null,
    extracted_at timestamptz not null,
    person_pseudonym uuid,
    sex text,
    birth_year integer,
    citizenship text,
    home_language text,
    municipality text,
    province text,
    repairs text[] not null,
    file_id bigint not null,
    line bigint not null,
    primary key (person_record_pseudonym, content_hash)
);
comment on table silver.people is 'Lines of people.csv. Grain: one row a person and content.';
comment on column silver.people.person_record_pseudonym is 'The person, by the number in people.csv.';
comment on column silver.people.content_hash is 'Hash of all fields as sent.';
comment on column silver.people.extract_date is 'Day of the last file that says so.';
comment on column silver.people.extracted_at is 'When that file was taken.';
comment on column silver.people.person_pseudonym is 'Links the person to patients of any hospital; NULL without a valid ID number.';
comment on column silver.people.sex is 'Administrative sex.';
comment on column silver.people.birth_year is 'Year of birth.';
comment on column silver.people.citizenship is 'Citizenship.';
comment on column silver.people.home_language is 'Language spoken at home.';
comment on column silver.people.municipality is 'Municipality of residence.';
comment on column silver.people.province is 'Province of residence.';
comment on column silver.people.repairs is 'Codes of the rules that repaired the line.';
comment on column silver.people.file_id is 'File of the line.';
comment on column silver.people.line is 'Number of the line in its file; the header is 1.';

-- Grain: one row a patient of one hospital and content: the patient leads the key, as all of a patient is looked up.
create table silver.hospital_patients (
    patient_pseudonym uuid not null,
    content_hash uuid not null,
    extract_date date not null,
    extracted_at timestamptz not null,
    person_record_pseudonym uuid,
    hospital_code text not null,
    registered_on date,
    blood_type text,
    medical_scheme text,
    chronic_conditions text,
    repairs text[] not null,
    file_id bigint not null,
    line bigint not null,
    primary key (patient_pseudonym, content_hash)
);
comment on table silver.hospital_patients is 'Lines of hospital_patients.csv. Grain: one row a patient of one hospital and content.';
comment on column silver.hospital_patients.patient_pseudonym is 'The patient.';
comment on column silver.hospital_patients.content_hash is 'Hash of all fields as sent.';
comment on column silver.hospital_patients.extract_date is 'Day of the last file that says so.';
comment on column silver.hospital_patients.extracted_at is 'When that file was taken.';
comment on column silver.hospital_patients.person_record_pseudonym is 'The person; NULL where the line names nobody.';
comment on column silver.hospital_patients.hospital_code is 'The hospital.';
comment on column silver.hospital_patients.registered_on is 'When the hospital registered the patient first.';
comment on column silver.hospital_patients.blood_type is 'Blood group and rhesus factor.';
comment on column silver.hospital_patients.medical_scheme is 'Medical scheme or insurance.';
comment on column silver.hospital_patients.chronic_conditions is 'ICD-10 codes with ; between them.';
comment on column silver.hospital_patients.repairs is 'Codes of the rules that repaired the line.';
comment on column silver.hospital_patients.file_id is 'File of the line.';
comment on column silver.hospital_patients.line is 'Number of the line in its file; the header is 1.';

-- Grain: one row a person, as the last file that has the person states.
create table vault.person (
    person_record_pseudonym uuid primary key,
    person_id text not null,
    id_number text,
    first_name text,
    last_name text,
    date_of_birth date,
    phone text,
    email text,
    street text,
    suburb text,
    postal_code text,
    effective_at timestamptz not null,
    content_hash uuid not null
);
comment on table vault.person is 'Identity of people. Grain: one row a person.';
comment on column vault.person.person_record_pseudonym is 'Pseudonym of the person.';
comment on column vault.person.person_id is 'Number in people.csv.';
comment on column vault.person.id_number is 'ID number as sent.';
comment on column vault.person.first_name is 'Given names.';
comment on column vault.person.last_name is 'Family name.';
comment on column vault.person.date_of_birth is 'Date of birth as sent.';
comment on column vault.person.phone is 'Telephone.';
comment on column vault.person.email is 'E-mail address.';
comment on column vault.person.street is 'Street and number.';
comment on column vault.person.suburb is 'Suburb.';
comment on column vault.person.postal_code is 'Postal code.';
comment on column vault.person.effective_at is 'When the file was taken that says so last.';
comment on column vault.person.content_hash is 'Content of that line.';

-- Grain: one row a patient of one hospital, as the last file that has the patient states.
create table vault.registration (
    patient_pseudonym uuid primary key,
    patient_id text not null,
    person_id text,
    hospital_code text not null,
    next_of_kin_phone text,
    effective_at timestamptz not null,
    content_hash uuid not null
);
comment on table vault.registration is 'Who the patients of hospital_patients.csv are. Grain: one row a patient of one hospital.';
comment on column vault.registration.patient_pseudonym is 'Pseudonym of the patient.';
comment on column vault.registration.patient_id is 'The hospital''s own number of the patient.';
comment on column vault.registration.person_id is 'Number of the person in people.csv.';
comment on column vault.registration.hospital_code is 'The hospital.';
comment on column vault.registration.next_of_kin_phone is 'Telephone of the next of kin.';
comment on column vault.registration.effective_at is 'When the file was taken that says so last.';
comment on column vault.registration.content_hash is 'Content of that line.';

-- Who has which number, whoever told it.
create or replace view vault.patient_number as
select patient_pseudonym, hospital_code, patient_id from vault.patient
union
select patient_pseudonym, hospital_code, patient_id from vault.registered_patient
union
select patient_pseudonym, hospital_code, patient_id from vault.registration;

-- Grain: one row a person, as last stated, and the unknown member.
create table gold.dim_person (
    person_record_pseudonym uuid primary key,
    person_pseudonym uuid,
    sex text,
    birth_year integer,
    citizenship text,
    home_language text,
    municipality text,
    province text
);
comment on table gold.dim_person is 'People, as last stated. Grain: one row a person.';
comment on column gold.dim_person.person_record_pseudonym is 'The person, by the number in people.csv; of the unknown member its key.';
comment on column gold.dim_person.person_pseudonym is 'Links the person to patients of any hospital; NULL without a valid ID number.';
comment on column gold.dim_person.sex is 'Administrative sex.';
comment on column gold.dim_person.birth_year is 'Year of birth.';
comment on column gold.dim_person.citizenship is 'Citizenship.';
comment on column gold.dim_person.home_language is 'Language spoken at home.';
comment on column gold.dim_person.municipality is 'Municipality of residence.';
comment on column gold.dim_person.province is 'Province of residence.';

-- Grain: one row a patient record of one hospital, as last stated.
create table gold.fact_registration (
    patient_pseudonym uuid primary key,
    person_record_pseudonym uuid not null,
    hospital_code text not null,
    registered_on date,
    blood_type text,
    medical_scheme text,
    chronic_conditions text
);
comment on table gold.fact_registration is 'Which person is which hospital''s patient. Grain: one row a patient record of one hospital.';
comment on column gold.fact_registration.patient_pseudonym is 'The patient, as in dim_patient and the facts.';
comment on column gold.fact_registration.person_record_pseudonym is 'The person: of dim_person the unknown member where nobody is named. Not there while no file of people states the person.';
comment on column gold.fact_registration.hospital_code is 'The hospital.';
comment on column gold.fact_registration.registered_on is 'When the hospital registered the patient first.';
comment on column gold.fact_registration.blood_type is 'Blood group and rhesus factor.';
comment on column gold.fact_registration.medical_scheme is 'Medical scheme or insurance.';
comment on column gold.fact_registration.chronic_conditions is 'ICD-10 codes with ; between them.';

-- Grain: one row a person, without the unknown member.
create view gold.people as
select *
from gold.dim_person
where person_record_pseudonym <> encode(substr(sha256('dim_person|unknown|-infinity'), 1, 16), 'hex')::uuid;
comment on view gold.people is 'People without the unknown member. Grain: one row a person.';
comment on column gold.people.person_record_pseudonym is 'The person, by the number in people.csv.';
comment on column gold.people.person_pseudonym is 'Links the person to patients of any hospital; NULL without a valid ID number.';
comment on column gold.people.sex is 'Administrative sex.';
comment on column gold.people.birth_year is 'Year of birth.';
comment on column gold.people.citizenship is 'Citizenship.';
comment on column gold.people.home_language is 'Language spoken at home.';
comment on column gold.people.municipality is 'Municipality of residence.';
comment on column gold.people.province is 'Province of residence.';

-- Grain: one row a registration, with names.
create view gold.registrations as
select
    registration.patient_pseudonym,
    registration.hospital_code,
    hospital.name as hospital_name,
    registration.registered_on,
    registration.blood_type,
    registration.medical_scheme,
    registration.chronic_conditions,
    registration.person_record_pseudonym,
    person.person_pseudonym,
    person.sex,
    person.birth_year,
    person.citizenship,
    person.home_language,
    person.municipality,
    person.province
from gold.fact_registration as registration
join gold.dim_hospital as hospital using (hospital_code)
left join gold.dim_person as person using (person_record_pseudonym);
comment on view gold.registrations is 'Patient records of hospitals with the people whose they are. Grain: one row a patient record of one hospital.';
comment on column gold.registrations.patient_pseudonym is 'The patient.';
comment on column gold.registrations.hospital_code is 'The hospital.';
comment on column gold.registrations.hospital_name is 'Name of the hospital.';
comment on column gold.registrations.registered_on is 'When the hospital registered the patient first.';
comment on column gold.registrations.blood_type is 'Blood group and rhesus factor.';
comment on column gold.registrations.medical_scheme is 'Medical scheme or insurance.';
comment on column gold.registrations.chronic_conditions is 'ICD-10 codes with ; between them.';
comment on column gold.registrations.person_record_pseudonym is 'The person.';
comment on column gold.registrations.person_pseudonym is 'Links the person to patients of any hospital; NULL without a valid ID number.';
comment on column gold.registrations.sex is 'Administrative sex.';
comment on column gold.registrations.birth_year is 'Year of birth.';
comment on column gold.registrations.citizenship is 'Citizenship.';
comment on column gold.registrations.home_language is 'Language spoken at home.';
comment on column gold.registrations.municipality is 'Municipality of residence.';
comment on column gold.registrations.province is 'Province of residence.';

grant select, insert, update, delete on silver.people, silver.hospital_patients to wardflow_loader;
grant select, insert, update, delete on gold.dim_person, gold.fact_registration to wardflow_loader;
grant select, insert, update on vault.person, vault.registration to wardflow_loader;
grant select on vault.person, vault.registration to wardflow_privacy;
grant select on gold.people, gold.registrations to wardflow_loader;
grant select on gold.dim_person, gold.fact_registration, gold.people, gold.registrations
to wardflow_analyst, wardflow_privacy, wardflow_grafana;
