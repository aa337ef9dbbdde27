-- gold: the star. Every row follows from silver; no load time, no batch, no sequence.

-- Grain: one row a hospital.
create table gold.dim_hospital (
    hospital_key uuid primary key,
    hospital_code text not null unique,
    name text not null,
    municipality text,
    province text,
    time_zone text not null
);
comment on table gold.dim_hospital is 'Hospitals of the network. Grain: one row a hospital.';
comment on column gold.dim_hospital.hospital_key is 'Key of the row.';
comment on column gold.dim_hospital.hospital_code is 'Code in events and files: the durable key.';
comment on column gold.dim_hospital.name is 'Name.';
comment on column gold.dim_hospital.municipality is 'Municipality.';
comment on column gold.dim_hospital.province is 'Province.';
comment on column gold.dim_hospital.time_zone is 'IANA time zone of local dates and of the midnight census.';

-- Grain: one row a version of a department.
create table gold.dim_department (
    department_key uuid primary key,
    hospital_code text not null,
    department_code text not null,
    name text not null,
    kind text not null,
    valid_from timestamptz not null,
    valid_to timestamptz not null,
    is_current boolean not null,
    unique (hospital_code, department_code, valid_from),
    constraint dim_department_interval check (valid_from < valid_to)
);
create unique index dim_department_one_current
    on gold.dim_department (hospital_code, department_code) where is_current;
comment on table gold.dim_department is 'Departments, SCD2. Grain: one row a version of a department.';
comment on column gold.dim_department.department_key is 'Key of the version; facts carry it.';
comment on column gold.dim_department.hospital_code is 'The hospital.';
comment on column gold.dim_department.department_code is 'Code in events and files: with the hospital the durable key.';
comment on column gold.dim_department.name is 'Name.';
comment on column gold.dim_department.kind is 'Kind of department: emergency, intensive_care, surgery, medicine and so on.';
comment on column gold.dim_department.valid_from is 'Begin of the version, inclusive.';
comment on column gold.dim_department.valid_to is 'End of the version, exclusive; infinity while current.';
comment on column gold.dim_department.is_current is 'Whether the version is the current one.';

-- Grain: one row a version of one hospital's patient record.
create table gold.dim_patient (
    patient_key uuid primary key,
    patient_pseudonym uuid not null,
    hospital_code text not null,
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
    valid_from timestamptz not null,
    valid_to timestamptz not null,
    is_current boolean not null,
    -- Serves the loader's look-up of a patient's versions, and the trigger below.
    constraint dim_patient_version unique (patient_pseudonym, valid_from),
    constraint dim_patient_interval check (valid_from < valid_to)
);
create unique index dim_patient_one_current on gold.dim_patient (patient_pseudonym) where is_current;
comment on table gold.dim_patient is 'Patients, SCD2. Grain: one row a version of one hospital''s patient record.';
comment on column gold.dim_patient.patient_key is 'Key of the version; facts carry it.';
comment on column gold.dim_patient.patient_pseudonym is 'The patient: the durable key.';
comment on column gold.dim_patient.hospital_code is 'The hospital whose patient it is.';
comment on column gold.dim_patient.person_pseudonym is 'The person across hospitals, where the identity number is valid.';
comment on column gold.dim_patient.sex is 'Administrative sex.';
comment on column gold.dim_patient.birth_year is 'Year of birth; NULL where the birth date is unknown.';
comment on column gold.dim_patient.citizenship is 'Citizenship.';
comment on column gold.dim_patient.home_language is 'Language spoken at home.';
comment on column gold.dim_patient.religion is 'Religion.';
comment on column gold.dim_patient.ethnicity is 'Ethnic group.';
comment on column gold.dim_patient.marital_status is 'Marital status.';
comment on column gold.dim_patient.medical_scheme is 'Medical scheme or insurance that pays.';
comment on column gold.dim_patient.municipality is 'Municipality of residence.';
comment on column gold.dim_patient.province is 'Province of residence.';
comment on column gold.dim_patient.valid_from is 'Begin of the version, inclusive.';
comment on column gold.dim_patient.valid_to is 'End of the version, exclusive; infinity while current.';
comment on column gold.dim_patient.is_current is 'Whether the version is the current one.';

-- Refuses an inserted version that does not join its neighbours. A statement trigger: it looks at
-- the inserted rows alone, once, after all of them are there. Sequential scans are off since a plan
-- made while the table was empty would stay.
create function gold.refuse_loose_patient_version() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
begin
    if exists (
        select
        from inserted
        where
            case
                -- Nearly all patients have one version, of whom one look is enough.
                when not exists (
                    select
                    from gold.dim_patient as other
                    where other.patient_pseudonym = inserted.patient_pseudonym
                        and other.valid_from <> inserted.valid_from
                ) then inserted.valid_to <> 'infinity'
                else inserted.valid_to is distinct from coalesce(
                    (
                        select min(later.valid_from)
                        from gold.dim_patient as later
                        where later.patient_pseudonym = inserted.patient_pseudonym
                            and later.valid_from > inserted.valid_from
                    ),
                    'infinity'
                )
                or inserted.valid_from is distinct from coalesce(
                    (
                        select earlier.valid_to
                        from gold.dim_patient as earlier
                        where earlier.patient_pseudonym = inserted.patient_pseudonym
                            and earlier.valid_from < inserted.valid_from
                        order by earlier.valid_from desc
                        limit 1
                    ),
                    inserted.valid_from
                )
            end
    ) then
        raise exception 'a version of a patient does not join its neighbours'
            using errcode = 'integrity_constraint_violation', table = 'dim_patient', schema = 'gold',
                constraint = 'dim_patient_joined';
    end if;
    return null;
end
$$;
comment on function gold.refuse_loose_patient_version() is 'Statement trigger: inserted versions join their neighbours without gap or overlap.';
create trigger dim_patient_joined after insert on gold.dim_patient
referencing new table as inserted for each statement
execute function gold.refuse_loose_patient_version();

-- Grain: one row a day.
create table gold.dim_date (
    date_day date primary key,
    year smallint not null,
    quarter smallint not null,
    month smallint not null,
    month_name text not null,
    day_of_month smallint not null,
    day_of_year smallint not null,
    iso_year smallint not null,
    iso_week smallint not null,
    iso_day_of_week smallint not null,
    day_name text not null,
    is_weekend boolean not null
);
comment on table gold.dim_date is 'Days from 1900 to 2300. Grain: one row a day.';
comment on column gold.dim_date.date_day is 'The day.';
comment on column gold.dim_date.year is 'Calendar year.';
comment on column gold.dim_date.quarter is 'Quarter of the year, 1 to 4.';
comment on column gold.dim_date.month is 'Month of the year, 1 to 12.';
comment on column gold.dim_date.month_name is 'Name of the month in English.';
comment on column gold.dim_date.day_of_month is 'Day of the month, from 1.';
comment on column gold.dim_date.day_of_year is 'Day of the year, from 1.';
comment on column gold.dim_date.iso_year is 'Year of the ISO 8601 week.';
comment on column gold.dim_date.iso_week is 'ISO 8601 week, 1 to 53.';
comment on column gold.dim_date.iso_day_of_week is 'Day of the week, 1 Monday to 7 Sunday.';
comment on column gold.dim_date.day_name is 'Name of the day in English.';
comment on column gold.dim_date.is_weekend is 'Whether the day is a Saturday or Sunday.';

-- Grain: one row an encounter. Half-filled pages keep updates on their page (HOT); no index is on a
-- column that changes.
create table gold.fact_admission (
    encounter_key uuid primary key,
    patient_key uuid not null,
    patient_pseudonym uuid not null,
    hospital_code text not null,
    admission_department_key uuid not null,
    last_department_key uuid not null,
    admitted_at timestamptz,
    first_location_at timestamptz,
    last_location_left_at timestamptz,
    discharged_at timestamptz,
    length_of_stay_seconds bigint check (length_of_stay_seconds >= 0),
    transfer_count integer not null check (transfer_count >= 0),
    admission_type text,
    admission_source text,
    disposition text,
    died boolean,
    age_at_admission_years integer,
    age_band text not null,
    constraint fact_admission_interval check (first_location_at <= last_location_left_at)
) with (fillfactor = 50);
comment on table gold.fact_admission is 'Encounters from admission to discharge. Grain: one row an encounter.';
comment on column gold.fact_admission.encounter_key is 'The encounter.';
comment on column gold.fact_admission.patient_key is 'Version of the patient at first_location_at.';
comment on column gold.fact_admission.patient_pseudonym is 'The patient.';
comment on column gold.fact_admission.hospital_code is 'The hospital.';
comment on column gold.fact_admission.admission_department_key is 'Version of the department of the first location.';
comment on column gold.fact_admission.last_department_key is 'Version of the department of the last location.';
comment on column gold.fact_admission.admitted_at is 'Administrative time of admission.';
comment on column gold.fact_admission.first_location_at is 'When the patient arrived at the first location.';
comment on column gold.fact_admission.last_location_left_at is 'When the patient left the last location.';
comment on column gold.fact_admission.discharged_at is 'Administrative time of discharge.';
comment on column gold.fact_admission.length_of_stay_seconds is 'discharged_at less admitted_at, in whole seconds.';
comment on column gold.fact_admission.transfer_count is 'Moves within the encounter: stays less one.';
comment on column gold.fact_admission.admission_type is 'Emergency, elective and so on.';
comment on column gold.fact_admission.admission_source is 'Where the patient came from.';
comment on column gold.fact_admission.disposition is 'Where the patient went.';
comment on column gold.fact_admission.died is 'Whether the patient died in the encounter; NULL while unknown.';
comment on column gold.fact_admission.age_at_admission_years is 'Full years at admission; NULL where the birth date is unknown.';
comment on column gold.fact_admission.age_band is 'Band of that age, or unknown.';

-- Grain: one row an encounter and location interval.
create table gold.fact_location_stay (
    encounter_key uuid not null,
    arrived_at timestamptz not null,
    stay_number integer not null check (stay_number > 0),
    patient_key uuid not null,
    patient_pseudonym uuid not null,
    hospital_code text not null,
    department_key uuid not null,
    ward text,
    bed text,
    left_at timestamptz,
    stay_seconds bigint,
    primary key (encounter_key, arrived_at),
    constraint fact_location_stay_interval check (arrived_at < left_at)
) with (fillfactor = 50);
comment on table gold.fact_location_stay is 'Where patients were. Grain: one row an encounter and location interval.';
comment on column gold.fact_location_stay.encounter_key is 'The encounter.';
comment on column gold.fact_location_stay.arrived_at is 'Begin of the interval, inclusive.';
comment on column gold.fact_location_stay.stay_number is 'Number within the encounter, from 1.';
comment on column gold.fact_location_stay.patient_key is 'Version of the patient at arrived_at.';
comment on column gold.fact_location_stay.patient_pseudonym is 'The patient.';
comment on column gold.fact_location_stay.hospital_code is 'The hospital.';
comment on column gold.fact_location_stay.department_key is 'Version of the department at arrived_at, or the unknown member.';
comment on column gold.fact_location_stay.ward is 'The ward.';
comment on column gold.fact_location_stay.bed is 'The bed.';
comment on column gold.fact_location_stay.left_at is 'End of the interval, exclusive; NULL while the patient is there.';
comment on column gold.fact_location_stay.stay_seconds is 'left_at less arrived_at, in whole seconds.';
